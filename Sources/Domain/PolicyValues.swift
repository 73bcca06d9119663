/// How sure it is that a value stands in the law.
package enum LegalStatus: String, CaseIterable, Hashable, Sendable, Codable {
  /// Read in the law or guideline that is cited.
  case confirmed
  /// In use or seen in print, but the legal text has not been read.
  case draft
}

/// Anything a policy says together with where it says it from.
package protocol Cited: Hashable, Sendable {
  /// The law, guideline or page the value was read in.
  var source: String { get }
  /// How sure it is.
  var legalStatus: LegalStatus { get }
}

/// A rule that may hold for a part of the policy's time only.
package protocol Dated: Cited {
  /// The first day on which it is in force; as long as the policy where it says nothing.
  var effectiveFrom: Day? { get }
  /// The first day on which it is no longer in force.
  var effectiveUntil: Day? { get }
}

extension Dated {
  /// Whether it counts on a day.
  package func isInForce(on day: Day) -> Bool {
    if let effectiveFrom, day < effectiveFrom { return false }
    if let effectiveUntil, day >= effectiveUntil { return false }
    return true
  }
}

/// One value of a policy and where it comes from.
package struct Ruled<Value: Hashable & Sendable & Codable>: Cited, Codable {
  /// The value itself.
  package let value: Value
  package let source: String
  package let legalStatus: LegalStatus

  private enum CodingKeys: String, CodingKey {
    case value, source
    case legalStatus = "legal_status"
  }
}

/// A length of time as rules state it: `60 days`, `36 months`, `24 hours`.
package struct Term: Hashable, Sendable {
  /// What is counted.
  package enum Unit: String, CaseIterable, Hashable, Sendable, Codable {
    case hours, days, weeks, months, years
  }

  /// How many, at least one.
  package let count: Int
  /// Of what.
  package let unit: Unit

  /// Takes a length of time, or nothing when it is not a positive one.
  package init?(_ count: Int, _ unit: Unit) {
    guard (1...100_000).contains(count) else { return nil }
    self.count = count
    self.unit = unit
  }
}

extension Term: Codable, CustomStringConvertible {
  /// Reads a number and a unit, in the singular or the plural.
  package init?(_ text: String) {
    let words = text.split(separator: " ")
    guard words.count == 2, let count = decimal(Array(words[0].utf8)[...]),
      let unit = Unit(rawValue: String(words[1])) ?? Unit(rawValue: words[1] + "s")
    else { return nil }
    self.init(count, unit)
  }

  /// The number and the unit: `60 days`, `1 year`.
  package var description: String {
    "\(count) \(count == 1 ? String(unit.rawValue.dropLast()) : unit.rawValue)"
  }

  /// Reads such a text.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let term = Term(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "not a length of time like 60 days")
    }
    self = term
  }

  /// Writes such a text.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension CapPeriod: Codable, CustomStringConvertible {
  /// Reads `calendar_year`, or `rolling_12_months` and the like.
  package init?(_ text: String) {
    if text == "calendar_year" {
      self = .calendarYear
    } else {
      let words = text.split(separator: "_", omittingEmptySubsequences: false)
      guard words.count == 3, words[0] == "rolling", let term = Term("\(words[1]) \(words[2])")
      else { return nil }
      self = .rolling(term)
    }
  }

  /// The same text.
  package var description: String {
    switch self {
    case .rolling(let term): "rolling_\(term.count)_\(term.unit.rawValue)"
    case .calendarYear: "calendar_year"
    }
  }

  /// Reads such a text.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let period = CapPeriod(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "not calendar_year or a period like rolling_12_months")
    }
    self = period
  }

  /// Writes such a text.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension Day {
  /// The first day on which `term` has passed since this one.
  ///
  /// This day counts as day 0. Months stop at their last day, and a part of
  /// a day counts as a whole one.
  package func adding(_ term: Term) -> Day {
    switch term.unit {
    case .hours: adding(days: (term.count + 23) / 24)
    case .days: adding(days: term.count)
    case .weeks: adding(days: term.count * 7)
    case .months: adding(months: term.count)
    case .years: adding(years: term.count)
    }
  }
}
