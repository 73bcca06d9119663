package import FoundationEssentials

/// What kinds of things a donor's history tells.
package enum HistoryKind: String, Codable, Sendable, CaseIterable {
  case registration
  case visit
  case examination
  case donation
  case deferral
  case deferralEnding = "deferral_ending"
  case deferralVoiding = "deferral_voiding"
  case determination
  case groupResolution = "group_resolution"
  case phenotyping
  case rareFlag = "rare_flag"
  case rareFlagEnding = "rare_flag_ending"
  case correction
  case consent
  case consentWithdrawal = "consent_withdrawal"
  /// That the donor does not want to be spoken to for a while.
  case unavailability
  /// That somebody tried to reach the donor.
  case contactAttempt = "contact_attempt"
  case merger
  case mergerUndoing = "merger_undoing"
  case anonymisation
  /// That somebody looked at the donor.
  case view

  /// The kinds that a reader is told.
  ///
  /// The laboratory's findings are the laboratory's, and who looked at whom is for those who
  /// read the audit, whatever else they are.
  package static func told(to role: Role, whoAudits: Bool) -> [HistoryKind] {
    allCases.filter { kind in
      switch kind {
      case .registration, .visit, .examination, .donation, .deferral, .deferralEnding,
        .deferralVoiding,
        .merger, .mergerUndoing, .anonymisation:
        role.readsDeferralReasons
      case .determination, .groupResolution, .phenotyping, .rareFlag, .rareFlagEnding:
        [.laboratory, .system].contains(role)
      case .correction, .consent, .consentWithdrawal, .unavailability, .contactAttempt:
        role.readsContacts
      case .view: whoAudits
      }
    }
  }
}

/// One thing that happened to a donor.
package struct HistoryEntry: Codable, Sendable, Hashable {
  package let kind: HistoryKind
  /// The record's id, or the number of the event that has no record.
  package let id: String
  package let at: Date
  /// The civil day at the place where it happened.
  package let day: Day
  /// Who did it; null where that was not written down.
  @OrNull package var account: HistoryAccount?
  /// Where; null where no place was, or none that the reader works with.
  @OrNull package var site: HistorySite?
  package let what: HistoryFact

  /// The place in the story behind which the next page begins.
  package var place: HistoryPlace { HistoryPlace(at: at, kind: kind, id: id) }

  private enum CodingKeys: CodingKey { case kind, id, at, day, account, site, what }

  package init(from decoder: any Decoder) throws {
    let row = try decoder.container(keyedBy: CodingKeys.self)
    kind = try row.decode(HistoryKind.self, forKey: .kind)
    id = try row.decode(String.self, forKey: .id)
    at = try row.decode(Date.self, forKey: .at)
    day = try row.decode(Day.self, forKey: .day)
    _account = try row.decode(OrNull<HistoryAccount>.self, forKey: .account)
    _site = try row.decode(OrNull<HistorySite>.self, forKey: .site)
    what =
      switch kind {
      case .visit: .visit(try row.decode(HistoryVisit.self, forKey: .what))
      case .examination: .examination(try row.decode(HistoryExamination.self, forKey: .what))
      case .donation: .donation(try row.decode(HistoryDonation.self, forKey: .what))
      case .correction: .correction(try row.decode(Correction.self, forKey: .what))
      case .consent, .consentWithdrawal: .consent(try row.decode(Consent.self, forKey: .what))
      case .unavailability: .unavailability(try row.decode(Unavailability.self, forKey: .what))
      case .contactAttempt: .contactAttempt(try row.decode(ContactAttempt.self, forKey: .what))
      case .deferral: .deferral(try row.decode(Deferral.self, forKey: .what))
      case .determination: .determination(try row.decode(Determination.self, forKey: .what))
      case .phenotyping: .phenotyping(try row.decode(Phenotyping.self, forKey: .what))
      case .rareFlag, .rareFlagEnding: .rareFlag(try row.decode(RareFlag.self, forKey: .what))
      case .registration, .deferralEnding, .deferralVoiding, .groupResolution, .merger,
        .mergerUndoing, .anonymisation, .view:
        .nothing
      }
  }
}

/// What there is to say of an entry beside who, when and where, by its kind.
package enum HistoryFact: Encodable, Sendable, Hashable {
  case visit(HistoryVisit)
  case examination(HistoryExamination)
  case donation(HistoryDonation)
  case correction(Correction)
  case consent(Consent)
  case unavailability(Unavailability)
  case contactAttempt(ContactAttempt)
  case deferral(Deferral)
  case determination(Determination)
  case phenotyping(Phenotyping)
  case rareFlag(RareFlag)
  /// The kind says it all.
  case nothing

  package func encode(to encoder: any Encoder) throws {
    switch self {
    case .visit(let visit): try visit.encode(to: encoder)
    case .examination(let examination): try examination.encode(to: encoder)
    case .donation(let donation): try donation.encode(to: encoder)
    case .correction(let correction): try correction.encode(to: encoder)
    case .consent(let consent): try consent.encode(to: encoder)
    case .unavailability(let rest): try rest.encode(to: encoder)
    case .contactAttempt(let attempt): try attempt.encode(to: encoder)
    case .deferral(let deferral): try deferral.encode(to: encoder)
    case .determination(let determination): try determination.encode(to: encoder)
    case .phenotyping(let phenotyping): try phenotyping.encode(to: encoder)
    case .rareFlag(let flag): try flag.encode(to: encoder)
    case .nothing:
      var container = encoder.singleValueContainer()
      try container.encodeNil()
    }
  }
}

/// A visit as a history tells it, also of another centre's drive.
package struct HistoryVisit: Codable, Sendable, Hashable {
  /// Null for a drive that the reader does not work with.
  @OrNull package var driveId: ID<Drive>?
  /// Null while the person waits or is examined.
  @OrNull package var outcome: VisitOutcome?
  @OrNull package var deferralReason: String?
  @OrNull package var decidedAt: Date?
}

/// An examination as a history tells it; what was measured stands among those of its visit.
package struct HistoryExamination: Codable, Sendable, Hashable {
  package let visitId: ID<Visit>
  /// The kind of donation the visitor was examined for.
  package let kind: DonationKind
  package let eligible: Bool
  package let policyCode: String
  package let policyVersion: Int
  /// The codes of the rules that did not pass.
  package let notPassed: [String]
}

/// A donation as a history tells it, also of another centre's drive.
package struct HistoryDonation: Codable, Sendable, Hashable {
  package let din: DonationNumber
  /// Null for a drive that the reader does not work with.
  @OrNull package var driveId: ID<Drive>?
  package let kind: DonationKind
  package let intent: DonationIntent
  package let volumeMl: Int
  package let outcome: DonationOutcome
  package let state: DonationState
  package let collectedOn: Day
}

/// Whoever did something, by name where there is one.
package struct HistoryAccount: Codable, Sendable, Hashable {
  package let id: ID<Account>
  @OrNull package var name: String?
}

/// Where something happened.
package struct HistorySite: Codable, Sendable, Hashable {
  package let id: ID<Site>
  package let name: Wording
}

/// A place in a donor's story.
package struct HistoryPlace: Codable, Sendable, Hashable {
  package let at: Date
  package let kind: HistoryKind
  package let id: String

  /// Names a place.
  package init(at: Date, kind: HistoryKind, id: String) {
    self.at = at
    self.kind = kind
    self.id = id
  }
}
