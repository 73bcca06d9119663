import Domain

/// The sentences that the code of the shortage page fills; the rest stand in its template.
enum ShortagePhrase: String, CaseIterable {
  case asOf = "shortage.as_of"
  case bandAbove = "shortage.band_above"
  case bandBelow = "shortage.band_below"
  case bandBetween = "shortage.band_between"
  case bar = "shortage.bar"
  case barTitle = "shortage.bar_title"
  case columnLonger = "shortage.column_longer"
  case columnWithin = "shortage.column_within"
  case country = "shortage.country"
  case days = "shortage.days"
  case draft = "shortage.draft"
  case due = "shortage.due"
  case dueLater = "shortage.due_later"
  case heading = "shortage.heading"
  case lasts = "shortage.lasts"
  case lastsWaiting = "shortage.lasts_waiting"
  case since = "shortage.since"
  case waitingOnly = "shortage.waiting_only"

  /// Every key the page may look up.
  static let needed: [String] =
    allCases.map(\.rawValue)
    + Phase.allCases.map { "phase.\($0.rawValue)" }
    + Component.allCases.map { "component.\($0.rawValue)" }
    + Urgency.allCases.map { "waiting.\($0.rawValue)" }
    + BloodGroup.allCases.map { "group.\($0.code)" }
    + RhD.allCases.map { "rhd.\($0.rawValue)" }
}

extension Phrasebook {
  /// The sentence of the shortage page with its gaps filled.
  func callAsFunction(_ phrase: ShortagePhrase, _ facts: [String: String] = [:]) -> String {
    self(phrase.rawValue, facts)
  }
}
