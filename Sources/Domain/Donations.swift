package import FoundationEssentials

/// One bag, or the attempt at one.
package struct Donation: Codable, Sendable, Hashable {
  package let id: ID<Donation>
  package let din: DonationNumber
  package let driveId: ID<Drive>
  package let visitId: ID<Visit>
  package let donorId: ID<Donor>
  package let kind: DonationKind
  package let intent: DonationIntent
  package let volumeMl: Int
  /// How the bag misses the limits of the policy; nothing is made of it then.
  @OrNull package var volumeDeviation: VolumeDeviation?
  package let startedAt: Date
  package let endedAt: Date
  /// The civil day at the drive's site: day 0 of every shelf life and interval.
  package let collectedOn: Day
  package let outcome: DonationOutcome
  /// The hospital's reference of the patient a directed donation is meant for.
  @OrNull package var forPatient: String?
  package let state: DonationState
  /// The rules that admitted it.
  package let policyCode: String
  package let policyVersion: Int
}

/// What drive staff write down about one bag.
package struct DonationDraft: Sendable, Hashable {
  package var id: ID<Donation>
  package var driveId: ID<Drive>
  package var donorId: ID<Donor>
  package var din: DonationNumber
  package var kind: DonationKind
  package var intent: DonationIntent
  package var volumeMl: Int
  package var startedAt: Date
  package var endedAt: Date
  package var outcome: DonationOutcome
  package var forPatient: String?

  /// Collects the entries of the form.
  package init(
    id: ID<Donation>, driveId: ID<Drive>, donorId: ID<Donor>, din: DonationNumber,
    kind: DonationKind, intent: DonationIntent, volumeMl: Int, startedAt: Date, endedAt: Date,
    outcome: DonationOutcome, forPatient: String?
  ) {
    self.id = id
    self.driveId = driveId
    self.donorId = donorId
    self.din = din
    self.kind = kind
    self.intent = intent
    self.volumeMl = volumeMl
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.outcome = outcome
    self.forPatient = forPatient
  }
}

/// Why a donation is not logged.
package enum DonationRefusal: Refusal {
  /// The drive is planned, closed or cancelled.
  case driveNotOpen(state: DriveState)
  /// The number stands on another donation.
  case duplicateDIN(DonationNumber)
  /// A rule speaks against this donor on this day.
  case notEligible(EligibilityDecision)
  /// The newest examination at this visit did not pass.
  case examinationRefused
  /// The visitor was examined for another kind of donation.
  case examinedForAnother(kind: DonationKind)

  package var code: String {
    switch self {
    case .driveNotOpen: "drive_not_open"
    case .duplicateDIN: "duplicate_din"
    case .notEligible(let decision): decision.against.first?.code ?? "not_eligible"
    case .examinationRefused: "examination_refused"
    case .examinedForAnother: "examined_for_another_kind"
    }
  }

  package var facts: [String: String] {
    switch self {
    case .driveNotOpen(let state): ["state": state.rawValue]
    case .duplicateDIN(let din): ["din": din.text]
    case .notEligible(let decision): decision.against.first?.facts ?? [:]
    case .examinationRefused: [:]
    case .examinedForAnother(let kind): ["kind": kind.rawValue]
    }
  }
}

/// What the decision about one donation rests on, read under lock.
package struct DonationFacts: Sendable {
  package var driveState: DriveState
  /// The zone of the drive's site.
  package var zone: TimeZone
  package var donor: DonorFacts
  package var dinIsTaken: Bool
  /// The visit of this donor at this drive that still waits for its outcome.
  package var waitingVisit: ID<Visit>?
  /// What the donor's newest examination said; nil where nobody examined here.
  package var examination: ExaminationVerdict?

  /// Collects what was read.
  package init(
    driveState: DriveState, zone: TimeZone, donor: DonorFacts, dinIsTaken: Bool,
    waitingVisit: ID<Visit>?, examination: ExaminationVerdict? = nil
  ) {
    self.driveState = driveState
    self.zone = zone
    self.donor = donor
    self.dinIsTaken = dinIsTaken
    self.waitingVisit = waitingVisit
    self.examination = examination
  }

  /// Admits the donation or says why not.
  ///
  /// A tablet's clock may run ahead, but no blood is of tomorrow: the day of collection
  /// is at the latest the one at the site `now`. A bag outside the limits of volume is
  /// written down all the same, marked as such: the blood was drawn, and refused here it
  /// would be lost to the donor's intervals too.
  package func admit(
    _ draft: DonationDraft, at now: Date, under policy: Policy
  ) throws(DonationRefusal) -> Donation {
    guard driveState == .open else { throw .driveNotOpen(state: driveState) }
    guard !dinIsTaken else { throw .duplicateDIN(draft.din) }
    let day = Day(min(draft.startedAt, now), in: zone)
    guard Eligibility.admits(donor, draft.kind, on: day, policy: policy) else {
      throw .notEligible(Eligibility.decide(donor, draft.kind, on: day, policy: policy))
    }
    try examination?.check(draft.kind, of: waitingVisit, on: day)
    return Donation(
      id: draft.id, din: draft.din, driveId: draft.driveId,
      visitId: waitingVisit ?? ID(draft.id.uuid), donorId: draft.donorId, kind: draft.kind,
      intent: draft.intent, volumeMl: draft.volumeMl,
      volumeDeviation: draft.outcome.yieldsComponents
        ? policy.volume(of: draft.kind)?.deviation(of: draft.volumeMl) : nil,
      startedAt: draft.startedAt, endedAt: draft.endedAt, collectedOn: day, outcome: draft.outcome,
      forPatient: draft.forPatient, state: .collected, policyCode: policy.code,
      policyVersion: policy.version)
  }
}

extension EligibilityDecision {
  /// The rules that speak against it, refusals before questions for a physician.
  package var against: [RuleOutcome] {
    rules.filter { $0.outcome == .refuse } + rules.filter { $0.outcome == .refer }
  }
}
