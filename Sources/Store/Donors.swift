package import Domain
import FoundationEssentials
import Postgres
import SQL

/// What somebody looks a donor up by.
package struct DonorSearch: Sendable, Hashable {
  package var number: Int?
  package var phone: String?
  package var iin: String?
  /// The start of the folded name.
  package var name: String?

  /// Collects the ways in which the words can be read.
  package init(number: Int?, phone: String?, iin: String?, name: String?) {
    self.number = number
    self.phone = phone
    self.iin = iin
    self.name = name
  }
}

private struct Registered: Encodable {
  let registeredAt: Date
  let registeredBy: ID<Account>
}

private struct Recorded: Encodable {
  let recordedBy: ID<Account>
}

extension Registry {
  /// Registers a person, and names donors who may be the same one.
  package func register(_ command: Command<DonorDraft>) async throws -> Answer {
    try await store.perform(command) { db in
      let draft = command.draft
      if let iin = draft.iin, let known = try db.donorNumber(ofIIN: iin) {
        throw RegistrationRefusal.duplicateIIN(donorNumber: known)
      }
      let duplicates = try db.rows(.likelyDuplicates, JSON([draft]), as: PossibleDuplicate.self)
      try db.run(
        .insertDonors,
        JSON([
          Joined(draft, Registered(registeredAt: command.at, registeredBy: command.actor.account))
        ]))
      try db.note("donor.registered", draft.id.uuid, command)
      var donor = try db.one(.donors, [draft.id], as: Donor.self)
      donor.possibleDuplicates = duplicates
      return try Effect(donor.id.uuid, donor)
    }
  }

  /// One donor.
  package func donor(_ id: ID<Donor>, as authority: Authority) async throws -> Donor {
    guard let donor = try await donorReads.submit(id, in: authority) else {
      throw NotFound("donor")
    }
    return donor
  }

  /// Donors found by what somebody typed.
  package func donors(
    _ search: DonorSearch, page: Page<Donor>, as authority: Authority
  ) async throws -> [Donor] {
    try await store.read(as: authority) { db in
      try db.rows(
        .findDonors, search.number, search.phone, search.iin, search.name, page.after,
        page.limit)
    }
  }

  /// Whether a donor may give on a day, and every rule's word on it.
  package func eligibility(
    of donor: ID<Donor>, for kind: DonationKind, on day: Day, as authority: Authority
  ) async throws -> EligibilityDecision {
    try await store.read(as: authority) { db in
      guard let facts = try db.donorFacts([donor])[donor] else { throw NotFound("donor") }
      return Eligibility.decide(facts, kind, on: day, policy: policy)
    }
  }

  /// Defers a donor; units of his still in stock that it concerns are withdrawn.
  package func deferDonor(_ command: Command<Deferral>) async throws -> Answer {
    try await store.perform(command) { db in
      try db.lockDonors([command.draft.donorId])
    } _: { db in
      let deferral = command.draft
      try db.insert(deferral, by: command.actor.account)
      try db.withdrawUnsafeUnits(of: deferral.donorId, because: "donor_deferred", command)
      return try Effect(deferral.id.uuid, deferral)
    }
  }

  /// The deferrals of a donor, oldest first.
  package func deferrals(
    of donor: ID<Donor>, as authority: Authority
  ) async throws -> [Deferral] {
    try await store.read(as: authority) { db in try db.rows(.deferrals, donor) }
  }
}

extension Store {
  /// Donors in the order in which they were asked for; nil where there is none.
  func donors(
    _ ids: [ID<Donor>], as authority: Authority
  ) async throws -> [Result<Donor?, any Error>] {
    let found = try await read(as: authority) { db in try db.rows(.donors, ids, as: Donor.self) }
    let byId = Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    return ids.map { .success(byId[$0]) }
  }
}

extension Transaction {
  /// Locks donors in the order of their ids.
  ///
  /// - Throws: ``NotFound`` when one does not exist or is out of scope.
  func lockDonors(_ ids: [ID<Donor>]) throws {
    guard try rows(.lockDonors, ids, as: ID<Donor>.self).count == Set(ids).count else {
      throw NotFound("donor")
    }
  }

  /// What the rules of eligibility need, by donor.
  func donorFacts(_ ids: [ID<Donor>]) throws -> [ID<Donor>: DonorFacts] {
    struct Row: Decodable {
      let id: ID<Donor>
      let sex: Sex
      let birthDate: Day
      let deferrals: [OpenDeferral]
      let donations: [PastDonation]
    }
    return Dictionary(
      uniqueKeysWithValues: try rows(.donorFacts, ids, as: Row.self).map { row in
        (
          row.id,
          DonorFacts(
            sex: row.sex, birthDate: row.birthDate, deferrals: row.deferrals,
            donations: row.donations)
        )
      })
  }

  /// Writes one event about a record.
  func note<Draft>(
    _ kind: String, _ subject: UUID, _ command: Command<Draft>, site: ID<Site>? = nil,
    _ detail: [String: String] = [:]
  ) throws {
    let event = Event(
      at: command.at, kind: kind, subjectId: subject, accountId: command.actor.account.uuid,
      siteId: site?.uuid, detail: detail)
    try run(.insertEvents, JSON([event]))
  }

  /// Writes a deferral; its event names no reason, which is the donor's secret.
  func insert(_ deferral: Deferral, by account: ID<Account>) throws {
    try run(.insertDeferrals, JSON([Joined(deferral, Recorded(recordedBy: account))]))
    try run(
      .insertEvents,
      JSON([
        Event(
          at: deferral.recordedAt, kind: "donor.deferred", subjectId: deferral.donorId.uuid,
          accountId: account.uuid)
      ]))
  }

  fileprivate func donorNumber(ofIIN iin: String) throws -> Int? {
    struct Row: Decodable {
      let donorNumber: Int
    }
    return try first(.donorsWithIIN, [iin], as: Row.self)?.donorNumber
  }
}
