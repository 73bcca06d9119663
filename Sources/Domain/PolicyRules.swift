/// The rest a donor needs between two donations.
package struct IntervalRule: Dated, Codable {
  /// The kinds given before.
  package let from: [DonationKind]
  /// The kinds to be given.
  package let to: [DonationKind]
  /// Whom it concerns, or everybody.
  package let sex: Sex?
  /// How much time must have passed.
  package let atLeast: Term
  package let effectiveFrom: Day?
  package let effectiveUntil: Day?
  package let source: String
  package let legalStatus: LegalStatus

  private enum CodingKeys: String, CodingKey {
    case from, to, sex, source
    case atLeast = "at_least"
    case effectiveFrom = "effective_from"
    case effectiveUntil = "effective_until"
    case legalStatus = "legal_status"
  }
}

/// Over which time donations are counted for a cap.
package enum CapPeriod: Hashable, Sendable {
  /// Any such time in a row, up to the day asked about.
  case rolling(Term)
  /// January to December.
  case calendarYear
}

/// How much one donor may give in a period, by number or by volume.
package struct CapRule: Dated, Codable {
  /// The kinds counted together.
  package let kinds: [DonationKind]
  /// Whom it concerns, or everybody.
  package let sex: Sex?
  /// The number that may not be exceeded.
  package let atMost: Int?
  /// The volume that may not be exceeded, the next donation at its usual amount included.
  package let atMostMl: Int?
  /// Over which time it is counted.
  package let period: CapPeriod
  /// The outcomes that count; every one that drew blood unless it says otherwise.
  package let outcomes: [DonationOutcome]?
  package let effectiveFrom: Day?
  package let effectiveUntil: Day?
  package let source: String
  package let legalStatus: LegalStatus

  private enum CodingKeys: String, CodingKey {
    case kinds, sex, period, outcomes, source
    case atMost = "at_most"
    case atMostMl = "at_most_ml"
    case effectiveFrom = "effective_from"
    case effectiveUntil = "effective_until"
    case legalStatus = "legal_status"
  }
}

/// What may be done to a unit that changes how long it keeps.
package enum Modification: String, CaseIterable, Hashable, Sendable, Codable {
  case irradiated
  case washed
  case thawed
}

/// How long a component keeps, fresh or after it was modified.
package struct ShelfLifeRule: Cited, Codable {
  /// The component.
  package let component: Component
  /// What was done to it; nothing for the fresh component, counted from collection.
  package let modification: Modification?
  /// How long it keeps from collection or from the modification; nothing if as before.
  package let lasts: Term?
  /// The latest age at which it may still be modified.
  package let within: Term?
  package let source: String
  package let legalStatus: LegalStatus

  private enum CodingKeys: String, CodingKey {
    case component, modification, lasts, within, source
    case legalStatus = "legal_status"
  }
}

/// How much may be drawn, in millilitres.
package struct VolumeRule: Cited, Codable {
  /// The kind of donation.
  package let kind: DonationKind
  /// What the bag is made for.
  package let target: Int
  /// Less than this is a low volume.
  package let minimum: Int
  /// More than this is too much.
  package let maximum: Int
  package let source: String
  package let legalStatus: LegalStatus

  private enum CodingKeys: String, CodingKey {
    case kind, source
    case target = "target_ml"
    case minimum = "minimum_ml"
    case maximum = "maximum_ml"
    case legalStatus = "legal_status"
  }
}

/// How a bag misses the limits of its volume.
package enum VolumeDeviation: String, CaseIterable, Hashable, Sendable, Codable {
  /// Too little blood for the anticoagulant in the bag.
  case under
  /// Too much.
  case over
}

extension VolumeRule {
  /// How so many millilitres miss the limits, or nothing within them.
  package func deviation(of volumeMl: Int) -> VolumeDeviation? {
    if volumeMl < minimum { return .under }
    return volumeMl > maximum ? .over : nil
  }
}

/// How long a unit that came back may have been out of controlled storage.
package struct ReturnRule: Cited, Codable {
  /// The components it concerns; what no rule names is never put back on the shelf.
  package let components: [Component]
  /// The minutes after which it is too warm.
  package let atMostMinutes: Int
  package let source: String
  package let legalStatus: LegalStatus

  private enum CodingKeys: String, CodingKey {
    case components, source
    case atMostMinutes = "at_most_minutes"
    case legalStatus = "legal_status"
  }
}

/// An infection every donation is tested for.
package struct MarkerRule: Cited, Codable {
  /// The stable name of the marker, such as `hbsag`.
  package let marker: String
  package let source: String
  package let legalStatus: LegalStatus

  private enum CodingKeys: String, CodingKey {
    case marker, source
    case legalStatus = "legal_status"
  }
}

/// Which groups to spend first when several would do.
package struct ScarcityRule: Cited, Codable {
  /// The components it concerns.
  package let components: [Component]
  /// All eight groups, the least scarce first.
  package let order: [BloodGroup]
  package let source: String
  package let legalStatus: LegalStatus

  private enum CodingKeys: String, CodingKey {
    case components, source
    case order = "least_scarce_first"
    case legalStatus = "legal_status"
  }
}

/// How long units of some components usually wait for their release.
///
/// A plan, not a permission: release asks for tests, whatever the calendar says.
package struct QuarantineRule: Cited, Codable {
  package let components: [Component]
  package let expected: Term
  package let source: String
  package let legalStatus: LegalStatus

  private enum CodingKeys: String, CodingKey {
    case components, expected, source
    case legalStatus = "legal_status"
  }
}
