/// Who answers when a bound is passed.
package enum Beyond: String, CaseIterable, Hashable, Sendable, Codable {
  /// Nobody: the donor may not give.
  case refuse
  /// A physician may still agree.
  case refer
}

/// A bound of the donor's age, in completed years.
package struct AgeRule: Dated, Codable {
  /// The kinds it concerns, or all of the policy's.
  package let kinds: [DonationKind]?
  /// True where it concerns only those who never gave before, false where only those who did.
  package let firstTime: Bool?
  /// The youngest age that may give.
  package let minimum: Int?
  /// The oldest age that may give, up to the day before the next birthday.
  package let maximum: Int?
  /// What happens outside the bound; refused unless it says otherwise.
  package let beyond: Beyond?
  package let effectiveFrom: Day?
  package let effectiveUntil: Day?
  package let source: String
  package let legalStatus: LegalStatus

  /// Whether it asks a donor who has given before, or one who has not.
  func concerns(regular hasGiven: Bool) -> Bool { firstTime.map { $0 != hasGiven } ?? true }

  private enum CodingKeys: String, CodingKey {
    case kinds, minimum, maximum, beyond, source
    case firstTime = "first_time"
    case effectiveFrom = "effective_from"
    case effectiveUntil = "effective_until"
    case legalStatus = "legal_status"
  }
}

/// A bound of something that is measured before a donation.
package struct SignRule: Dated, Codable {
  /// What is measured.
  package let sign: VitalSign
  /// The kinds it concerns, or all of the policy's.
  package let kinds: [DonationKind]?
  /// Whom it concerns, or everybody.
  package let sex: Sex?
  /// True where it concerns only those who never gave before, false where only those who did.
  package let firstTime: Bool?
  /// The least that may be, the bound included.
  package let minimum: Double?
  /// The most that may be, the bound included.
  package let maximum: Double?
  /// What happens outside the bound; refused unless it says otherwise.
  package let beyond: Beyond?
  package let effectiveFrom: Day?
  package let effectiveUntil: Day?
  package let source: String
  package let legalStatus: LegalStatus

  /// Whether it asks a donor who has given before, or one who has not.
  func concerns(regular hasGiven: Bool) -> Bool { firstTime.map { $0 != hasGiven } ?? true }

  private enum CodingKeys: String, CodingKey {
    case sign, kinds, sex, minimum, maximum, beyond, source
    case firstTime = "first_time"
    case effectiveFrom = "effective_from"
    case effectiveUntil = "effective_until"
    case legalStatus = "legal_status"
  }
}

/// What a reason means that a donor tells or a doctor finds.
package struct DeferralRule: Dated, Codable {
  /// How long a reason stands in the way.
  package enum Kind: String, CaseIterable, Hashable, Sendable, Codable {
    /// For a term.
    case temporary
    /// Until a doctor lifts it.
    case untilLifted = "until_lifted"
    /// For ever.
    case permanent
    /// A physician decides on the day.
    case physician
    /// Not at all, if the donor is well.
    case none
  }

  /// The stable code of the reason.
  package let reason: String
  /// How long it stands in the way.
  package let kind: Kind
  /// The term of a temporary one.
  package let lasts: Term?
  /// A shorter term for a donor with a negative test.
  package let lastsIfTested: Term?
  /// What the term is counted from: the event, the recovery, the last dose.
  package let countedFrom: String?
  /// What else is to be known, for the person who reads the rule.
  package let condition: String?
  /// The kinds of donation it stands against, or all.
  package let kinds: [DonationKind]?
  package let effectiveFrom: Day?
  package let effectiveUntil: Day?
  package let source: String
  package let legalStatus: LegalStatus

  /// The term that holds for an answer.
  func term(for answer: ToldReason) -> Term? {
    answer.isTestedNegative == true ? lastsIfTested ?? lasts : lasts
  }

  private enum CodingKeys: String, CodingKey {
    case reason, kind, lasts, condition, kinds, source
    case lastsIfTested = "lasts_if_tested"
    case countedFrom = "counted_from"
    case effectiveFrom = "effective_from"
    case effectiveUntil = "effective_until"
    case legalStatus = "legal_status"
  }
}

/// How long a reactive test of an earlier donation bars the donor.
package struct ReactiveRule: Dated, Codable {
  /// The markers it concerns, or all.
  package let markers: [String]?
  /// For how long, counted from the donation; for ever where it says nothing.
  package let barsFor: Term?
  package let effectiveFrom: Day?
  package let effectiveUntil: Day?
  package let source: String
  package let legalStatus: LegalStatus

  /// Whether it speaks of a marker.
  func concerns(_ marker: String) -> Bool { markers?.contains(marker) ?? true }

  private enum CodingKeys: String, CodingKey {
    case markers, source
    case barsFor = "bars_for"
    case effectiveFrom = "effective_from"
    case effectiveUntil = "effective_until"
    case legalStatus = "legal_status"
  }
}

extension Policy {
  /// The deferral that follows from a reason by the rules in force on its day; nil if none does.
  ///
  /// It begins on `day`; one that only a physician can judge waits to be lifted.
  package func deferral(for reason: String, from day: Day) -> OpenDeferral? {
    let rule = deferrals.first { $0.reason == reason && $0.isInForce(on: day) }
    guard let rule, rule.kind != .none else { return nil }
    return OpenDeferral(
      reason: reason, from: day,
      until: rule.kind == .temporary ? rule.lasts.map { day.adding($0) } : nil,
      isPermanent: rule.kind == .permanent, kinds: rule.kinds)
  }
}
