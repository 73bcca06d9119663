import Domain
import FoundationEssentials
import Postgres

/// An identity as it goes into its table: what must not be read there is sealed.
struct Identity: Encodable {
  let familyName: String
  let givenName: String?
  let patronymic: String?
  let latinName: String?
  let searchName: String
  let soundName: String
  let nameParts: String?
  let latinSound: String?
  let iin: Sealed<IIN>?
  let iinHash: LookUp?
  let iinMismatchReason: String?
  let document: Sealed<IdentityDocument>?
  let documentHash: LookUp?
  let phone: Sealed<PhoneNumber>?
  let phoneHash: LookUp?
  let language: String
  let region: String?

  init(_ draft: DonorDraft, with ring: KeyRing) throws {
    familyName = draft.familyName
    givenName = draft.givenName
    patronymic = draft.patronymic
    latinName = draft.latinName
    let keys = draft.nameKeys
    searchName = keys.strict
    soundName = keys.coarse
    nameParts = keys.parts
    latinSound = keys.latinSound
    iin = try draft.iin.map { try Sealed($0, of: draft.id, with: ring) }
    iinHash = draft.iin.map(ring.lookUp)
    iinMismatchReason = draft.iinMismatchReason
    document = try draft.document.map { try Sealed($0, of: draft.id, with: ring) }
    documentHash = draft.document.map(ring.lookUp)
    phone = try draft.phone.map { try Sealed($0, of: draft.id, with: ring) }
    phoneHash = draft.phone.map(ring.lookUp)
    language = draft.language
    region = draft.region
  }
}

/// The sealed part of an identity, as it comes out of its table, and what tells whether the
/// donor is rare.
struct SealedContact: Codable, Sendable {
  let sealedIin: Sealed<IIN>?
  let sealedPhone: Sealed<PhoneNumber>?
  let typings: [AntigenTyping]
  let sealedDocument: Sealed<IdentityDocument>?
}

/// A donor as kept: the record without contact, and the contact sealed.
typealias KeptDonor = Joined<Donor, SealedContact>

extension Joined<Donor, SealedContact> {
  /// The record as a role may see it, with what the policy makes of the donor's antigens.
  func opened(for role: Role, with keys: Keychain, under policy: Policy) throws -> Donor {
    guard keys.ring != nil else {
      var donor = record(under: policy)
      if !role.readsContacts { donor.iinMismatchReason = nil }
      return donor
    }
    return try keys.use { try opened(for: role, with: $0, under: policy) }
  }

  func opened(for role: Role, with ring: KeyRing, under policy: Policy) throws -> Donor {
    var donor = record(under: policy)
    guard role.readsContacts else {
      donor.iinMismatchReason = nil
      return donor
    }
    let iin = try extra.sealedIin?.opened(of: donor.id, with: ring)
    donor.iin = iin?.description
    donor.iinDiffers = iin?.warnings(birthDate: donor.birthDate, sex: donor.sex) ?? []
    donor.document = try extra.sealedDocument?.opened(of: donor.id, with: ring).summary
    donor.phone = try extra.sealedPhone?.opened(of: donor.id, with: ring)
    return donor
  }

  private func record(under policy: Policy) -> Donor {
    var donor = record
    donor.isRare = donor.isRare || !policy.rarities(in: extra.typings).isEmpty
    return donor
  }
}
