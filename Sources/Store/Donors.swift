package import Domain
import FoundationEssentials
import Postgres
import SQL

/// What somebody looks a donor up by.
package struct DonorSearch: Sendable, Hashable {
  package var number: Int?
  package var phone: PhoneNumber?
  package var iin: IIN?
  /// Words of the name, or a birth date.
  package var name: NameWords?

  /// Collects the ways in which the words can be read.
  package init(number: Int?, phone: PhoneNumber?, iin: IIN?, name: NameWords?) {
    self.number = number
    self.phone = phone
    self.iin = iin
    self.name = name
  }

  /// Whether the words are a number or a telephone that belongs to a person, and must
  /// not stand in an address.
  package var isSecret: Bool { phone != nil || iin != nil }

  /// Whether nothing is looked for in particular.
  var isEmpty: Bool { number == nil && phone == nil && iin == nil && name == nil }
}

/// What is written of a new donor apart from the identity.
private struct NewDonor: Encodable {
  let id: ID<Donor>
  let sex: Sex
  let birthDate: Day
  let registeredAt: Date
  let registeredBy: ID<Account>
}

extension DonorDraft {
  /// Which entries the form had.
  ///
  /// What stood in them is the donor's.
  fileprivate var namesOfEntries: [String: String] {
    var names = ["family_name", "sex", "birth_date", "language"]
    if givenName != nil { names.append("given_name") }
    if patronymic != nil { names.append("patronymic") }
    if iin != nil { names.append("iin") }
    if phone != nil { names.append("phone") }
    if region != nil { names.append("region") }
    if latinName != nil { names.append("latin_name") }
    if iinMismatchReason != nil { names.append("iin_mismatch_reason") }
    if document != nil { names.append("document") }
    return ["fields": names.joined(separator: " ")]
  }
}

/// Until when a person is barred who comes back; null for ever.
private struct Bar: Decodable {
  let untilOn: Day?
}

/// Who has a number, and on which record it stands: of merged ones it is not the donor's own.
private typealias Holder = Joined<KnownDonor, HeldBy>

private struct HeldBy: Codable, Sendable {
  let holderId: ID<Donor>
}

private struct Recorded: Encodable {
  let recordedBy: ID<Account>
}

extension Registry {
  /// Registers a person, and names donors who may be the same one.
  ///
  /// A person whose identity was deleted while deferred is recognised and deferred again.
  package func register(_ command: Command<DonorDraft>) async throws -> Answer {
    try await store.performSealed(command) { db, ring in
      try db.claim(command.draft.iin, command.draft.document, with: ring)
      let draft = try command.draft.vouched()
      let duplicates = try db.likelyDuplicates(of: draft, with: ring)
      try db.insert(draft, command, with: ring)
      try db.note("donor.registered", draft.id.uuid, command, draft.namesOfEntries)
      if let iin = draft.iin { _ = try db.deferAgain(iin, draft.id, command, with: ring) }
      var donor = try db.one(.donors, [draft.id], as: KeptDonor.self)
        .opened(for: .system, with: ring, under: policy)
      donor.possibleDuplicates = duplicates
      return try Effect(donor.id.uuid, donor)
    }
  }

  /// Whether a donor may give on a day, and every rule's word on it.
  package func eligibility(
    of donor: ID<Donor>, for kind: DonationKind, on day: Day, as authority: Authority
  ) async throws -> EligibilityDecision {
    try await store.read(as: authority) { db in
      guard let facts = try db.donorFacts([donor])[donor] else { throw NotFound("donor") }
      let decision = Eligibility.decide(facts, kind, on: day, policy: policy)
      return authority.role.readsDeferralReasons ? decision : decision.withoutReasons
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

extension Transaction {
  /// Locks donors in the order of their ids, and keeps them from being merged.
  ///
  /// - Throws: ``NotFound`` when one does not exist or is out of scope, ``DonorMerged``.
  func lockDonors(_ ids: [ID<Donor>]) throws {
    try holdDonors(ids)
    if let merged = try survivors(of: ids).values.first { throw merged }
  }

  /// Locks donors in the order of their ids, merged or not.
  ///
  /// - Throws: ``NotFound`` when one does not exist or is out of scope.
  func holdDonors(_ ids: [ID<Donor>]) throws {
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
      let reactives: [ReactiveResult]
    }
    return Dictionary(
      uniqueKeysWithValues: try rows(.donorFacts, ids, as: Row.self).map { row in
        (
          row.id,
          DonorFacts(
            sex: row.sex, birthDate: row.birthDate, deferrals: row.deferrals,
            donations: row.donations, reactives: row.reactives)
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
          accountId: account.uuid,
          detail: ["deferral": deferral.id.description, "source": deferral.source])
      ]))
  }

  /// Keeps out another registration of the same person until the end of this one, and
  /// refuses a number or a document that belongs to another donor.
  ///
  /// Two servers may have different keys current while keys are changed; of the keys
  /// they share, one makes them wait for each other.
  ///
  /// - Throws: ``RegistrationRefusal``
  func claim(
    _ iin: IIN?, _ document: IdentityDocument?, of owner: ID<Donor>? = nil, with ring: KeyRing
  ) throws {
    let (numbers, documents) = (iin.map(ring.lookUps) ?? [], document.map(ring.lookUps) ?? [])
    if numbers.isEmpty && documents.isEmpty { return }
    _ = try rows(.lockPerson, numbers + documents, as: String.self)
    if let holder = try first(.donorWithIIN, numbers, as: Holder.self),
      holder.extra.holderId != owner
    {
      throw RegistrationRefusal.duplicateIIN(holder.record)
    }
    if let holder = try first(.donorWithDocument, documents, as: Holder.self),
      holder.extra.holderId != owner
    {
      throw RegistrationRefusal.duplicateDocument(holder.record)
    }
  }

  fileprivate func insert(
    _ draft: DonorDraft, _ command: Command<DonorDraft>, with ring: KeyRing
  ) throws {
    let donor = NewDonor(
      id: draft.id, sex: draft.sex, birthDate: draft.birthDate, registeredAt: command.at,
      registeredBy: command.actor.account)
    try run(.insertDonors, JSON([Joined(donor, try Identity(draft, with: ring))]))
  }

  /// Defers anew a person who was deferred when the identity was deleted, and tells whether
  /// this is one.
  func deferAgain<Draft>(
    _ iin: IIN, _ donor: ID<Donor>, _ command: Command<Draft>, with ring: KeyRing
  ) throws -> Bool {
    let today = Day(command.at, in: .gmt)
    guard let bar = try first(.barOf, ring.memories(iin), today, as: Bar.self) else {
      return false
    }
    try insert(
      Deferral(
        id: .new(at: command.at), donorId: donor, reason: "deferred_before", from: today,
        until: bar.untilOn, source: "automatic", recordedAt: command.at),
      by: command.actor.account)
    return true
  }
}
