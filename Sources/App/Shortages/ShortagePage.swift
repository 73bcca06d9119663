import Domain
import Foundation

/// The shortage report as its template sees it: everything in words of one language.
struct ShortagePage: Sendable {
  let heading: String
  let place: String
  let asOf: String
  let asOfMachine: String
  let short: [ShortGroup]
  let rows: [ShortageRow]
  let expiringColumns: [String]
  let demandColumns: [String]
  let legend: [LegendEntry]
  /// Says that the bounds of the phases are a draft; nil when they are law.
  let draft: String?
  let components: [Choice]
  let regions: [Choice]
  /// The language the address names, for the form to keep.
  var chosenLanguage: String?
  /// False for an account whose region is given.
  var mayChooseRegion = true

  /// One entry of a list to choose from.
  struct Choice: Sendable {
    let value: String
    let name: String
    let chosen: Bool
  }

  init(_ report: ShortageReport, bands: PhaseBands, at now: Date, in book: Phrasebook) {
    let writing = Writing(language: book.language)
    heading = book(
      .heading, ["component": book("component.\(report.component.rawValue)").capitalisedFirst])
    place =
      Regions.known.contains(report.place)
      ? Regions.name(of: report.place, in: book.language) : book(.country)
    asOf = book(.asOf, ["moment": writing.moment(report.asOf)])
    asOfMachine = Instant.format(report.asOf)
    short = ShortGroup.all(of: report, in: book)
    rows = report.rows.map { ShortageRow($0, bands: bands, at: now, in: book) }
    expiringColumns =
      [3, 7, 14, 28].map { book(.columnWithin, ["count": writing.count($0)]) }
      + [book(.columnLonger, ["count": writing.count(28)])]
    demandColumns = [7, 28, 90].map { book(.days, ["days": writing.count($0)]) }
    legend = [.green, .preAmber, .amber, .red].map { LegendEntry($0, bands: bands, in: book) }
    draft =
      report.profileLegalStatus == .draft ? book(.draft, ["profile": report.profile]) : nil
    components = Component.allCases.map {
      Choice(
        value: $0.rawValue, name: book("component.\($0.rawValue)").capitalisedFirst,
        chosen: $0 == report.component)
    }
    regions = Self.regions(chosen: report.place, in: book)
  }

  /// The whole country, then its regions by the alphabet of the language.
  private static func regions(chosen place: String, in book: Phrasebook) -> [Choice] {
    let writing = Writing(language: book.language)
    let named = Regions.all.map { ($0.code, $0.name(in: book.language)) }
    let country = Choice(
      value: "", name: book(.country), chosen: !Regions.known.contains(place))
    return [country]
      + named.sorted { writing.precedes($0.1, $1.1) }.map {
        Choice(value: $0.0, name: $0.1, chosen: $0.0 == place)
      }
  }
}

extension String {
  /// The text as it begins a sentence.
  fileprivate var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
