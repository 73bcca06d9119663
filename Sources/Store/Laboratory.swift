package import Domain
import FoundationEssentials
import Postgres
import SQL

/// What a laboratory says about a donation's group.
package struct DeterminationDraft: Sendable {
  package var din: DonationNumber
  package var bloodGroup: BloodGroup
  package var sample: String
  package var method: String
  package var laboratory: String?
  package var rhd: RhDFinding?

  /// Collects the entries.
  package init(
    din: DonationNumber, bloodGroup: BloodGroup, sample: String, method: String,
    laboratory: String? = nil, rhd: RhDFinding? = nil
  ) {
    self.din = din
    self.bloodGroup = bloodGroup
    self.sample = sample
    self.method = method
    self.laboratory = laboratory
    self.rhd = rhd
  }
}

/// What a laboratory says about a marker of infection.
package struct TestDraft: Sendable {
  package var din: DonationNumber
  package var marker: String
  package var result: TestResult

  /// Collects the entries.
  package init(din: DonationNumber, marker: String, result: TestResult) {
    self.din = din
    self.marker = marker
    self.result = result
  }
}

extension Registry {
  /// Records a determination of the group.
  ///
  /// One that disagrees with any other of the donor takes all his units off the
  /// shelf at once, wherever they are promised.
  package func record(_ command: Command<DeterminationDraft>) async throws -> Answer {
    try await store.perform(command) { db in
      _ = try db.lockedDonation(command.draft.din)
    } _: { db in
      let draft = command.draft
      let donation = try db.lockedDonation(draft.din)
      let determination = Determination(
        id: .new(at: command.at), din: draft.din, bloodGroup: draft.bloodGroup,
        sample: draft.sample, method: draft.method, laboratory: draft.laboratory,
        rhd: draft.rhd, determinedAt: command.at)
      try db.run(
        .insertDetermination, determination.id, donation.id, donation.donorId,
        draft.bloodGroup, draft.sample, draft.method, command.at, command.actor.account,
        draft.laboratory, draft.rhd?.observed, draft.rhd?.type, draft.rhd?.method,
        draft.rhd?.reagents, draft.rhd?.strength)
      let group = try db.conclusion(on: donation.donorId)
      try db.everywhere(command) {
        if case .conflict = group {
          try db.withdrawUnits(
            of: donation.donorId, to: .quarantined, because: "group_conflict", command)
        }
        try db.run(
          .labelQuarantinedUnits, donation.donorId, group.agreed, command.at,
          command.actor.account)
      }
      try db.note(
        "donation.determined", donation.id.uuid, command, site: donation.siteId,
        [
          "determination": determination.id.description, "to": draft.bloodGroup.code,
          "sample": draft.sample, "method": draft.method,
        ])
      return try Effect(determination.id.uuid, determination)
    }
  }

  /// Records a test for an infection.
  ///
  /// A reactive one is for ever: the donation is rejected, the donor deferred, and
  /// all his units leave the shelf.
  package func record(_ command: Command<TestDraft>) async throws -> Answer {
    try await store.perform(command) { db in
      _ = try db.lockedDonation(command.draft.din)
    } _: { db in
      let draft = command.draft
      let donation = try db.lockedDonation(draft.din)
      let test = Test(
        id: .new(at: command.at), din: draft.din, marker: draft.marker, result: draft.result,
        testedAt: command.at)
      try db.run(
        .insertTest, test.id, donation.id, donation.donorId, draft.marker, draft.result,
        command.at, command.actor.account)
      if draft.result == .reactive { try db.bar(donation, command) }
      try db.note(
        "donation.tested", donation.id.uuid, command, site: donation.siteId,
        // Which marker it was, and what it said, stands in the test alone.
        ["test": test.id.description])
      return try Effect(test.id.uuid, test)
    }
  }

  /// Lets a donation's units out of quarantine, also those that went back there for a
  /// cause that is gone.
  ///
  /// - Throws: ``ReleaseRefusal`` with every reason that stands against it.
  package func release(_ command: Command<DonationNumber>) async throws -> Answer {
    try await store.perform(command) { db in
      _ = try db.lockedDonation(command.draft)
    } _: { db in
      let donation = try db.lockedDonation(command.draft)
      let facts = try db.everywhere(command) {
        try db.one(.releaseFacts, donation.id, command.at, as: ReleaseFacts.self)
      }
      let group = try facts.release(under: policy)
      try db.run(.releaseDonation, donation.id, command.at)
      let units = try db.everywhere(command) {
        try db.run(
          .labelQuarantinedUnits, donation.donorId, group, command.at, command.actor.account)
        return try db.rows(
          .releaseUnits, donation.id, group, command.at, command.actor.account, as: Unit.self)
      }
      try db.note(
        "donation.released", donation.id.uuid, command, site: donation.siteId,
        ["from": donation.state.rawValue, "to": "released", "label": group.code])
      return try Effect(
        donation.id.uuid,
        Release(
          din: command.draft, bloodGroup: group, state: .released, releasedAt: command.at,
          units: units))
    }
  }
}

/// A donation under lock, with what its verbs need to know.
struct LockedDonation: Codable {
  let id: ID<Donation>
  let din: DonationNumber
  let donorId: ID<Donor>
  let driveId: ID<Drive>
  let state: DonationState
  let siteId: ID<Site>
  let timeZone: String

  /// The civil day at the place where it was given.
  func day(_ instant: Date) -> Day {
    Day(instant, in: TimeZone(identifier: timeZone) ?? .gmt)
  }
}

extension Transaction {
  /// Locks a donation after its donor.
  func lockedDonation(_ din: DonationNumber) throws -> LockedDonation {
    try lockedDonations([din]).first.orThrow(NotFound("donation"))
  }

  /// Locks donations after their donors, in the order every verb keeps.
  func lockedDonations(_ dins: [DonationNumber]) throws -> [LockedDonation] {
    var donors = Set(try rows(.donorsOfDonations, dins, as: ID<Donor>.self))
    while true {
      try holdDonors(Array(donors))
      let donations = try rows(.lockDonations, dins, as: LockedDonation.self)
      let owners = Set(donations.map(\.donorId))
      // A donor who was merged meanwhile has left his donations to another one.
      if owners.isSubset(of: donors) { return donations }
      donors = owners
    }
  }

  /// Takes off the shelf what a donor's state no longer lets be used.
  func withdrawUnsafeUnits<Draft>(
    of donor: ID<Donor>, because reason: String, _ command: Command<Draft>
  ) throws {
    try everywhere(command) {
      try withdrawUnsafeUnits(
        of: [donor], because: reason, at: command.at, by: command.actor.account)
    }
  }

  /// The same of a set of donors, for whoever sees everything.
  func withdrawUnsafeUnits(
    of donors: [ID<Donor>], because reason: String, at now: Date, by account: ID<Account>
  ) throws {
    _ = try rows(.lockUnitsOfDonors, donors, as: ID<Unit>.self)
    try run(.withdrawUnsafeUnits, donors, now, reason, account)
  }

  /// Does what safety demands wherever a donor's units lie and to whomever they
  /// are promised; then goes back to the scope of whoever asked.
  func everywhere<Draft, T>(
    _ command: Command<Draft>, _ body: () throws -> T
  ) throws -> T {
    try run(.actAs, Role.system)
    let result = try body()
    try run(.actAs, command.actor.authority.role)
    return result
  }

  func conclusion(on donor: ID<Donor>) throws -> GroupConclusion {
    struct Row: Codable {
      let bloodGroup: BloodGroup
      let sample: String
    }
    let rows = try rows(.determinationsOfDonor, donor, as: Row.self)
    return GroupConclusion(rows.map { ($0.bloodGroup, $0.sample) })
  }

  func withdrawUnits<Draft>(
    of donor: ID<Donor>, to state: UnitState, because reason: String, _ command: Command<Draft>
  ) throws {
    _ = try rows(.lockUnitsOfDonors, [donor], as: ID<Unit>.self)
    try run(.withdrawUnits, donor, state, command.at, reason, command.actor.account)
  }

  fileprivate func bar(_ donation: LockedDonation, _ command: Command<TestDraft>) throws {
    try run(
      .rejectDonation, donation.id, command.at, command.actor.account, donation.siteId)
    try everywhere(command) {
      try withdrawUnits(
        of: donation.donorId, to: .discarded, because: "test_reactive", command)
    }
    try insert(
      Deferral(
        id: .new(at: command.at), donorId: donation.donorId,
        // Which marker it was is nobody's business outside the laboratory.
        reason: "test_reactive", from: donation.day(command.at),
        until: nil, source: "automatic", recordedAt: command.at),
      by: command.actor.account)
  }
}

extension Optional {
  /// The value, or the error that says why there is none.
  func orThrow(_ error: any Error) throws -> Wrapped {
    guard let self else { throw error }
    return self
  }
}
