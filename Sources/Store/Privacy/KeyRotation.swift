import Domain
package import FoundationEssentials
import Postgres
import SQL

/// How much a key still has to read.
package struct KeyUse: Codable, Sendable, Hashable {
  package let purpose: KeyRing.Purpose
  package let number: Int
  /// The table: `identities`, `contacts`, `answers`, `second_factors` or `barred_people`.
  package let kind: String
  package let values: Int
}

/// Where an exchange of keys stands: each batch starts after the one before.
package struct RotationCursor: Sendable, Hashable {
  var identity: ID<Donor>?
  var answer: AnswerName?
  var factorsAreDone = false
  var contactsAreDone = false
  var identitiesAreDone = false
  /// How many records were made anew so far.
  package private(set) var changed = 0
  package private(set) var isDone = false

  /// Starts at the first record.
  package init() {}

  struct AnswerName: Sendable, Hashable {
    let accountId: UUID
    let key: String
  }

  mutating func pass(factors count: Int) {
    factorsAreDone = count == 0
    changed += count
  }

  mutating func pass(contacts count: Int) {
    contactsAreDone = count == 0
    changed += count
  }

  mutating func pass(_ identities: [StaleIdentity]) {
    identity = identities.last?.donorId ?? identity
    identitiesAreDone = identities.isEmpty
    changed += identities.count
  }

  mutating func pass(_ answers: [StaleAnswer], changed count: Int) {
    answer = answers.last.map { AnswerName(accountId: $0.accountId, key: $0.key) } ?? answer
    isDone = answers.isEmpty
    changed += count
  }
}

extension Registry {
  /// How many values every key still has to read; kept proofs of removed keys are none.
  package func keyUses() async throws -> [KeyUse] {
    try await store.read(as: .system) { db in try db.rows(.keyUses) }
  }

  /// Makes the next records anew with the current keys, in a transaction of its own.
  ///
  /// Any number of servers may go on writing meanwhile. What was done stays done: after
  /// a kill it starts again with what is left.
  package func rotate(
    from cursor: RotationCursor, limit: Int = 500, with ring: KeyRing
  ) async throws -> RotationCursor {
    var next = cursor
    // Few and first, so that whoever has none goes on to the identities at once.
    if !cursor.factorsAreDone { next.pass(factors: try await resealFactors(limit, ring)) }
    if !next.factorsAreDone { return next }
    if !cursor.contactsAreDone { next.pass(contacts: try await resealContacts(limit, ring)) }
    if !next.contactsAreDone { return next }
    if !cursor.identitiesAreDone {
      next.pass(try await resealIdentities(after: cursor.identity, limit, ring))
    } else if !cursor.isDone {
      let (answers, changed) = try await resealAnswers(after: cursor.answer, limit, ring)
      next.pass(answers, changed: changed)
    }
    return next
  }

  /// Forgets that the database knew a key that no value needs any longer.
  ///
  /// - Returns: The uses that still need it; if there are any, nothing was done.
  package func removeKey(
    _ purpose: KeyRing.Purpose, _ number: Int, at now: Date
  ) async throws -> [KeyUse] {
    try await store.write(as: .system) { db in
      let uses = try db.rows(.keyUses, as: KeyUse.self).filter {
        $0.purpose == purpose && $0.number == number
      }
      if uses.isEmpty { try db.run(.removePrivacyKey, purpose.rawValue, number, now) }
      return uses
    }
  }

  private func resealIdentities(
    after donor: ID<Donor>?, _ limit: Int, _ ring: KeyRing
  ) async throws -> [StaleIdentity] {
    try await store.write(as: .system) { db in
      let stale = try db.rows(
        .staleIdentities, donor, ring.current(.seal).number, ring.current(.lookup).number,
        limit, as: StaleIdentity.self)
      let fresh = try stale.map { try $0.resealed(with: ring) }
      if !fresh.isEmpty { try db.run(.resealIdentities, JSON(fresh)) }
      return stale
    }
  }

  private func resealFactors(_ limit: Int, _ ring: KeyRing) async throws -> Int {
    struct Stale: Decodable, Sendable {
      let accountId: ID<Account>
      let secret: Data
    }
    return try await store.write(as: .system) { db in
      let stale = try db.rows(
        .staleSecondFactors, ring.current(.seal).number, limit, as: Stale.self)
      for factor in stale {
        let context = SecondFactor.context(factor.accountId)
        let fresh = try ring.seal(try ring.open(factor.secret, as: context), as: context)
        try db.run(.resealSecondFactor, factor.accountId, fresh)
      }
      return stale.count
    }
  }

  private func resealContacts(_ limit: Int, _ ring: KeyRing) async throws -> Int {
    try await store.write(as: .system) { db in
      let stale = try db.rows(
        .staleContacts, ring.current(.seal).number, ring.current(.lookup).number, limit,
        as: StaleContact.self)
      let fresh = try stale.map { try $0.resealed(with: ring) }
      if !fresh.isEmpty { try db.run(.resealContacts, JSON(fresh)) }
      return stale.count
    }
  }

  private func resealAnswers(
    after answer: RotationCursor.AnswerName?, _ limit: Int, _ ring: KeyRing
  ) async throws -> ([StaleAnswer], Int) {
    try await store.write(as: .system) { db in
      let stale = try db.rows(
        .staleAnswers, answer?.accountId, answer?.key, ring.current(.seal).number, limit,
        as: StaleAnswer.self)
      let fresh = try stale.compactMap { try $0.resealed(with: ring) }
      return (stale, fresh.isEmpty ? 0 : try db.one(.resealAnswers, JSON(fresh)))
    }
  }
}

/// An identity under an old key.
struct StaleIdentity: Decodable, Sendable {
  let donorId: ID<Donor>
  let sealedIin: Sealed<IIN>?
  let sealedPhone: Sealed<PhoneNumber>?
  let sealedDocument: Sealed<IdentityDocument>?

  struct Fresh: Encodable {
    let donorId: ID<Donor>
    let iin: Sealed<IIN>?
    let iinHash: LookUp?
    let phone: Sealed<PhoneNumber>?
    let phoneHash: LookUp?
    let document: Sealed<IdentityDocument>?
    let documentHash: LookUp?
  }

  func resealed(with ring: KeyRing) throws -> Fresh {
    let iin = try sealedIin?.opened(of: donorId, with: ring)
    let phone = try sealedPhone?.opened(of: donorId, with: ring)
    let document = try sealedDocument?.opened(of: donorId, with: ring)
    return Fresh(
      donorId: donorId, iin: try iin.map { try Sealed($0, of: donorId, with: ring) },
      iinHash: iin.map(ring.lookUp),
      phone: try phone.map { try Sealed($0, of: donorId, with: ring) },
      phoneHash: phone.map(ring.lookUp),
      document: try document.map { try Sealed($0, of: donorId, with: ring) },
      documentHash: document.map(ring.lookUp))
  }
}

/// A kept answer under an old key.
struct StaleAnswer: Decodable, Sendable {
  let accountId: UUID
  let key: String
  let body: String

  struct Fresh: Encodable {
    let accountId: UUID
    let key: String
    let was: String
    let body: String
  }

  func resealed(with ring: KeyRing) throws -> Fresh? {
    guard let sealed = SealedAnswer(text: body) else { return nil }
    let fresh = try sealed.resealed(account: accountId, idempotencyKey: key, with: ring)
    return Fresh(accountId: accountId, key: key, was: body, body: try fresh.text())
  }
}
