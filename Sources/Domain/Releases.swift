package import FoundationEssentials

/// What stands for and against letting a donation's units out of quarantine.
package struct ReleaseFacts: Codable, Sendable {
  package let din: DonationNumber
  package let donationId: ID<Donation>
  package let driveId: ID<Drive>
  package let kind: DonationKind
  package let outcome: DonationOutcome
  package let volumeMl: Int
  @OrNull package var volumeDeviation: VolumeDeviation?
  package let state: DonationState
  package let collectedOn: Day
  package let determinations: [GroupReading]
  package let tests: [MarkerReading]
  /// Whether any donation of this donor was ever reactive.
  package let donorEverReactive: Bool
  /// Whether a deferral covers the day of collection, or is open.
  package let donorDeferred: Bool
  /// Whether units that a release could free stand in quarantine, such as those that
  /// went back there for a cause that is gone.
  package let hasWaitingUnits: Bool

  /// A determination of the donor, from this or an earlier donation.
  package struct GroupReading: Codable, Sendable {
    package let bloodGroup: BloodGroup
    package let sample: String
    package let ofThisDonation: Bool
  }

  /// A test of this donation.
  package struct MarkerReading: Codable, Sendable {
    package let marker: String
    package let result: TestResult
  }

  /// What the donor's determinations say together.
  package var conclusion: GroupConclusion {
    GroupConclusion(determinations.map { ($0.bloodGroup, $0.sample) })
  }

  /// Releases the donation under `policy`, or gives every reason against it.
  ///
  /// - Returns: The group that the units are labelled with.
  package func release(under policy: Policy) throws(ReleaseRefusal) -> BloodGroup {
    let reasons = stateReasons + testReasons(policy) + groupReasons
    guard reasons.isEmpty, case .confirmed(let group) = conclusion else {
      throw ReleaseRefusal(reasons: reasons)
    }
    return group
  }

  private var stateReasons: [ReleaseRefusal.Reason] {
    var reasons: [ReleaseRefusal.Reason] = []
    if state == .released && !hasWaitingUnits { reasons.append(.alreadyReleased) }
    if state == .rejected { reasons.append(.donationRejected) }
    if !outcome.yieldsComponents { reasons.append(.outcomeNotUsable(outcome)) }
    if volumeDeviation != nil { reasons.append(.volumeOutOfLimits(volumeMl: volumeMl)) }
    if donorDeferred { reasons.append(.donorDeferred) }
    return reasons
  }

  /// A reactive result counts for ever, whatever a later one says (JPAC 9.1).
  private func testReasons(_ policy: Policy) -> [ReleaseRefusal.Reason] {
    let reactive = Set(tests.filter { $0.result == .reactive }.map(\.marker))
    let clear = Set(tests.filter { $0.result == .nonReactive }.map(\.marker))
    var reasons = reactive.sorted().map { ReleaseRefusal.Reason.testReactive(marker: $0) }
    reasons += policy.requiredMarkers
      .filter { !clear.contains($0) && !reactive.contains($0) }
      .map { .testMissing(marker: $0) }
    if donorEverReactive && reactive.isEmpty { reasons.append(.donorBarred) }
    return reasons
  }

  private var groupReasons: [ReleaseRefusal.Reason] {
    switch conclusion {
    case .conflict(let groups): [.groupConflict(groups.map(\.code).sorted())]
    case .none, .unconfirmed: [.groupUnconfirmed]
    case .confirmed:
      determinations.contains(where: \.ofThisDonation) ? [] : [.groupUnconfirmed]
    }
  }
}

/// Why a donation stays in quarantine: every reason at once.
package struct ReleaseRefusal: Refusal {
  /// All that stands against it.
  package let reasons: [Reason]

  /// One reason.
  package enum Reason: Hashable, Sendable {
    case alreadyReleased
    case donationRejected
    case outcomeNotUsable(DonationOutcome)
    case volumeOutOfLimits(volumeMl: Int)
    case donorDeferred
    case donorBarred
    case testMissing(marker: String)
    case testReactive(marker: String)
    case groupUnconfirmed
    case groupConflict([String])

    /// The stable code.
    package var code: String {
      switch self {
      case .alreadyReleased: "already_released"
      case .donationRejected: "donation_rejected"
      case .outcomeNotUsable: "outcome_not_usable"
      case .volumeOutOfLimits: "volume_out_of_limits"
      case .donorDeferred: "donor_deferred"
      case .donorBarred: "donor_barred"
      case .testMissing: "test_missing"
      case .testReactive: "test_reactive"
      case .groupUnconfirmed: "group_unconfirmed"
      case .groupConflict: "group_conflict"
      }
    }

    /// What fills the placeholders of the sentence.
    package var facts: [String: String] {
      switch self {
      case .outcomeNotUsable(let outcome): ["outcome": outcome.rawValue]
      case .volumeOutOfLimits(let volumeMl): ["volume_ml": String(volumeMl)]
      case .testMissing(let marker), .testReactive(let marker): ["marker": marker]
      case .groupConflict(let groups): ["groups": groups.joined(separator: ", ")]
      default: [:]
      }
    }
  }

  package var code: String { reasons.count == 1 ? reasons[0].code : "release_blocked" }
  package var facts: [String: String] { reasons.count == 1 ? reasons[0].facts : [:] }
}

/// A donation that left quarantine.
package struct Release: Codable, Sendable, Hashable {
  package let din: DonationNumber
  package let bloodGroup: BloodGroup
  package let state: DonationState
  package let releasedAt: Date
  package let units: [Unit]

  /// Describes a release.
  package init(
    din: DonationNumber, bloodGroup: BloodGroup, state: DonationState, releasedAt: Date,
    units: [Unit]
  ) {
    self.din = din
    self.bloodGroup = bloodGroup
    self.state = state
    self.releasedAt = releasedAt
    self.units = units
  }
}
