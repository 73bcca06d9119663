import Domain
import FoundationEssentials
import Postgres

/// An identity as it goes into its table: what must not be read there is sealed.
struct Identity: Encodable {
  let familyName: String
  let givenName: String?
  let patronymic: String?
  let searchName: String
  let soundName: String
  let nameParts: String?
  let iin: Sealed<IIN>?
  let iinHash: LookUp?
  let phone: Sealed<PhoneNumber>?
  let phoneHash: LookUp?
  let language: String
  let region: String?

  init(_ draft: DonorDraft, with ring: KeyRing) throws {
    familyName = draft.familyName
    givenName = draft.givenName
    patronymic = draft.patronymic
    let keys = draft.nameKeys
    searchName = keys.strict
    soundName = keys.coarse
    nameParts = keys.parts
    iin = try draft.iin.map { try Sealed($0, of: draft.id, with: ring) }
    iinHash = draft.iin.map(ring.lookUp)
    phone = try draft.phone.map { try Sealed($0, of: draft.id, with: ring) }
    phoneHash = draft.phone.map(ring.lookUp)
    language = draft.language
    region = draft.region
  }
}

/// The sealed part of an identity, as it comes out of its table.
struct SealedContact: Codable, Sendable {
  let sealedIin: Sealed<IIN>?
  let sealedPhone: Sealed<PhoneNumber>?
}

/// A donor as kept: the record without contact, and the contact sealed.
typealias KeptDonor = Joined<Donor, SealedContact>

extension Joined<Donor, SealedContact> {
  /// The record as a role may see it.
  func opened(for role: Role, with keys: Keychain) throws -> Donor {
    guard keys.ring != nil else { return record }
    return try keys.use { try opened(for: role, with: $0) }
  }

  func opened(for role: Role, with ring: KeyRing) throws -> Donor {
    guard role.readsContacts else { return record }
    var donor = record
    donor.iin = try extra.sealedIin?.opened(of: donor.id, with: ring).description
    donor.phone = try extra.sealedPhone?.opened(of: donor.id, with: ring)
    return donor
  }
}
