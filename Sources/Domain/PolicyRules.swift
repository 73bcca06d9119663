/// The rest a donor needs between two donations.
package struct IntervalRule: Cited, Codable {
  /// The kinds given before.
  package let from: [DonationKind]
  /// The kinds to be given.
  package let to: [DonationKind]
  /// Whom it concerns, or everybody.
  package let sex: Sex?
  /// How much time must have passed.
  package let atLeast: Term
  package let source: String
  package let legalStatus: LegalStatus

  private enum CodingKeys: String, CodingKey {
    case from, to, sex, source
    case atLeast = "at_least"
    case legalStatus = "legal_status"
  }
}

/// How a year is counted for a cap.
package enum CapPeriod: String, CaseIterable, Hashable, Sendable, Codable {
  /// Any twelve months in a row.
  case rollingYear = "rolling_12_months"
  /// January to December.
  case calendarYear = "calendar_year"
}

/// How many donations a year one donor may give.
package struct CapRule: Cited, Codable {
  /// The kinds counted together.
  package let kinds: [DonationKind]
  /// Whom it concerns, or everybody.
  package let sex: Sex?
  /// The number that may not be exceeded.
  package let atMost: Int
  /// What a year is.
  package let period: CapPeriod
  package let source: String
  package let legalStatus: LegalStatus

  private enum CodingKeys: String, CodingKey {
    case kinds, sex, period, source
    case atMost = "at_most"
    case legalStatus = "legal_status"
  }
}

/// A bound of the donor's age, in completed years.
package struct AgeRule: Cited, Codable {
  /// Who answers when the bound is passed.
  package enum Beyond: String, CaseIterable, Hashable, Sendable, Codable {
    /// Nobody: the donor may not give.
    case refuse
    /// A physician may still agree.
    case refer
  }

  /// The kinds it concerns, or all of the policy's.
  package let kinds: [DonationKind]?
  /// True where it concerns only those who never gave before.
  package let firstTime: Bool?
  /// The youngest age that may give.
  package let minimum: Int?
  /// The oldest age that may give, up to the day before the next birthday.
  package let maximum: Int?
  /// What happens outside the bound; refused unless it says otherwise.
  package let beyond: Beyond?
  package let source: String
  package let legalStatus: LegalStatus

  private enum CodingKeys: String, CodingKey {
    case kinds, minimum, maximum, beyond, source
    case firstTime = "first_time"
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
