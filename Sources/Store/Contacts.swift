package import Domain
import FoundationEssentials
import Postgres
import SQL

/// A contact as it goes into its table: what must not be read there is sealed.
private struct NewContact: Encodable {
  let id: ID<Contact>
  let donorId: ID<Donor>
  let kind: ContactKind
  let value: Sealed<ContactValue>
  let valueHash: LookUp
  let channels: [Channel]
  let position: Int?
  let recordedAt: Date
  let recordedBy: ID<Account>
}

/// The sealed part of a contact, as it comes out of its table.
private struct SealedValue: Codable, Sendable {
  let sealedValue: Sealed<ContactValue>
}

extension ContactValue: Sealable {
  static let field = "contact"
  var secret: String { text }
  init?(secret: String) {
    self.init(secret, of: secret.contains("@") ? .email : .mobile)
  }
}

extension EmailAddress: Sealable {
  static let field = "email"
  var secret: String { text }
  init?(secret: String) { self.init(secret) }
}

extension KeyRing {
  /// By what a contact is kept: a telephone is found as the one of a registration is.
  func lookUp(of value: ContactValue) -> LookUp {
    switch value {
    case .phone(let number): lookUp(number)
    case .email(let address): lookUp(address)
    }
  }

  fileprivate func lookUps(of value: ContactValue) -> [LookUp] {
    switch value {
    case .phone(let number): lookUps(number)
    case .email(let address): lookUps(address)
    }
  }
}

extension Registry {
  /// Writes down one more way to reach a donor.
  ///
  /// - Throws: ``ContactRefusal``, ``NotFound``
  package func add(_ command: Command<ContactDraft>) async throws -> Answer {
    try await store.performSealed(command) { db, ring in
      let draft = command.draft
      try db.lockReachable(draft.donor)
      let twin = try db.first(
        .contactWithValue, draft.donor, ring.lookUps(of: draft.value), as: ID<Contact>.self)
      guard twin == nil else { throw ContactRefusal.alreadyThere }
      try db.run(
        .insertContact,
        JSON(
          NewContact(
            id: draft.id, donorId: draft.donor, kind: draft.kind,
            value: try Sealed(draft.value, of: draft.donor, with: ring),
            valueHash: ring.lookUp(of: draft.value), channels: draft.channels,
            position: draft.position, recordedAt: command.at,
            recordedBy: command.actor.account)))
      try db.note(
        "donor.contact_added", draft.donor.uuid, command,
        ["contact": draft.id.description, "kind": draft.kind.rawValue])
      return try Effect(draft.donor.uuid, db.contact(draft.id, with: ring))
    }
  }

  /// Takes a contact out of use; it stays to be seen.
  ///
  /// - Throws: ``ContactRefusal``, ``NotFound``
  package func end(_ command: Command<ID<Contact>>) async throws -> Answer {
    try await store.performSealed(command) { db, ring in
      let id = command.draft
      let donor = try db.donorOfContact(id)
      try db.lockReachable(donor)
      guard try db.contact(id, with: ring).endedAt == nil else {
        throw ContactRefusal.alreadyEnded
      }
      try db.end(id, of: donor, command)
      return try Effect(donor.uuid, db.contact(id, with: ring))
    }
  }

  /// The contacts of a donor: those in use first, in the order in which to try them.
  package func contacts(
    of donor: ID<Donor>, as authority: Authority
  ) async throws -> [Contact] {
    let kept = try await store.read(as: authority) { db in
      try db.rows(.contacts, donor, as: Joined<Contact, SealedValue>.self)
    }
    guard store.keys.ring != nil, authority.role.readsContacts else { return kept.map(\.record) }
    return try store.keys.use { ring in try kept.map { try $0.opened(with: ring) } }
  }
}

extension Joined<Contact, SealedValue> {
  fileprivate func opened(with ring: KeyRing) throws -> Contact {
    var contact = record
    contact.value = try extra.sealedValue.opened(of: contact.donorId, with: ring).text
    return contact
  }
}

extension Transaction {
  /// Locks a donor whose identity is there.
  ///
  /// - Throws: ``ContactRefusal``, ``NotFound``
  func lockReachable(_ donor: ID<Donor>) throws {
    try lockDonors([donor])
    let state = try one(.donorState, donor, as: DonorState.self)
    guard state == .active else { throw ContactRefusal.donorNotActive(state: state) }
  }

  /// Whom a contact leads to; of a merged record that is the survivor.
  ///
  /// - Throws: ``NotFound``
  func donorOfContact(_ id: ID<Contact>) throws -> ID<Donor> {
    let holder = try first(.contact, id, as: Contact.self).orThrow(NotFound("contact")).donorId
    return try survivors(of: [holder])[holder]?.survivorId ?? holder
  }

  /// Takes a contact out of use.
  func end<Draft>(_ contact: ID<Contact>, of donor: ID<Donor>, _ command: Command<Draft>) throws {
    try run(.endContact, contact, command.at)
    try note("donor.contact_ended", donor.uuid, command, ["contact": contact.description])
  }

  fileprivate func contact(_ id: ID<Contact>, with ring: KeyRing) throws -> Contact {
    try one(.contact, id, as: Joined<Contact, SealedValue>.self).opened(with: ring)
  }
}

/// A contact under an old key.
struct StaleContact: Decodable, Sendable {
  let id: ID<Contact>
  let donorId: ID<Donor>
  let sealedValue: Sealed<ContactValue>

  struct Fresh: Encodable {
    let id: ID<Contact>
    let value: Sealed<ContactValue>
    let valueHash: LookUp
  }

  func resealed(with ring: KeyRing) throws -> Fresh {
    let value = try sealedValue.opened(of: donorId, with: ring)
    return Fresh(
      id: id, value: try Sealed(value, of: donorId, with: ring), valueHash: ring.lookUp(of: value))
  }
}
