import Domain

/// Days of supply drawn to scale, with a mark where each phase begins.
///
/// The bar ends at twice the bound of the best phase; what lasts longer ends in
/// an arrow.
struct SupplyBar: Sendable {
  let id: String
  let days: String
  let title: String
  let description: String
  /// How much of the track is filled, in the units of the drawing.
  let width: Int
  /// Where the marks stand, from the left edge of the drawing.
  let marks: [Int]
  let more: Bool

  /// The length of the track, which the template draws from `x = 1`.
  private static let track = 122.0

  init(_ days: Double, bands: PhaseBands, id: String, in book: Phrasebook) {
    let writing = Writing(language: book.language)
    let bounds = [bands.amber, bands.preAmber, bands.green]
    let scale = Self.track / (bands.green * 2)
    self.id = id
    self.days = book(.days, ["days": writing.days(days)])
    title = book(.barTitle)
    description = book(
      .bar,
      ["days": writing.days(days), "marks": writing.list(bounds.map(writing.bound))])
    width = Int(min(days * scale, Self.track).rounded())
    marks = bounds.map { 1 + Int(($0 * scale).rounded()) }
    more = days > bands.green * 2
  }
}
