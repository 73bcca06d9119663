import Domain

/// A phase as the page shows it: a shape, a word, and a colour that only repeats them.
struct PhaseMark: Sendable {
  let sign: String
  let word: String
  /// The class in the style sheet.
  let style: String

  init(_ phase: Phase, in book: Phrasebook) {
    word = book("phase.\(phase.rawValue)")
    (sign, style) =
      switch phase {
      case .red: ("▲", "red")
      case .amber: ("■", "amber")
      case .preAmber: ("●", "watch")
      case .green: ("✓", "green")
      case .noDemand: ("–", "none")
      }
  }
}

/// What a phase means in days of supply.
struct LegendEntry: Sendable {
  let phase: PhaseMark
  let meaning: String?

  init(_ phase: Phase, bands: PhaseBands, in book: Phrasebook) {
    self.phase = PhaseMark(phase, in: book)
    let writing = Writing(language: book.language)
    func between(_ from: Double, _ to: Double) -> String {
      book(.bandBetween, ["from": writing.bound(from), "to": writing.bound(to)])
    }
    meaning =
      switch phase {
      case .green: book(.bandAbove, ["from": writing.bound(bands.green)])
      case .preAmber: between(bands.preAmber, bands.green)
      case .amber: between(bands.amber, bands.preAmber)
      case .red: book(.bandBelow, ["to": writing.bound(bands.amber)])
      case .noDemand: nil
      }
  }
}
