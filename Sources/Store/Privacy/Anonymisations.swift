package import Domain
import FoundationEssentials
import Postgres
import SQL

extension Registry {
  /// Deletes a donor's identity for good.
  ///
  /// Donations, units, tests and deferrals stay with the donor's number. A deferral that
  /// still holds stays with a keyed hash of the IIN as well, so that the person is
  /// recognised who comes back.
  ///
  /// - Throws: ``AnonymisationRefusal``, ``NotFound``
  package func anonymise(_ command: Command<Anonymisation>) async throws -> Answer {
    let ring = try store.keys.required()
    return try await store.perform(command) { db in
      let donor = command.draft.donor
      // Whoever keeps the accounts sees no donor; deleting one is the exception.
      try db.run(.actAs, Role.system)
      try db.lockDonors([donor])
      let kept = try db.one(
        .anonymisationFacts, donor, Day(command.at, in: .gmt),
        as: Joined<AnonymisationFacts, Remains>.self)
      try kept.record.anonymise()
      let said = AnonymisedDonor(
        id: donor, donorNumber: kept.record.donorNumber, reason: command.draft.reason,
        anonymisedAt: command.at)
      try db.anonymiseMerged(into: donor, with: ring, kept.extra, command)
      let iin = try kept.extra.sealedIin?.opened(of: donor, with: ring)
      _ = try db.rows(
        .anonymiseDonor, donor, command.at, try Wire.text(said), iin.map(ring.memory),
        kept.extra.barredUntil, kept.extra.isBarred, as: String.self)
      try db.note(
        "donor.anonymised", donor.uuid, command, ["reason": command.draft.reason.rawValue])
      try db.run(.actAs, command.actor.authority.role)
      return try Effect(donor.uuid, said)
    }
  }
}

extension Transaction {
  /// Deletes who the records were that are merged into the donor: they are the same person.
  fileprivate func anonymiseMerged(
    into donor: ID<Donor>, with ring: KeyRing, _ remains: Remains,
    _ command: Command<Anonymisation>
  ) throws {
    struct Merged: Decodable {
      let id: ID<Donor>
      let donorNumber: Int
      let sealedIin: Sealed<IIN>?
    }
    for merged in try rows(.identitiesMergedInto, donor, as: Merged.self) {
      let said = AnonymisedDonor(
        id: merged.id, donorNumber: merged.donorNumber, reason: command.draft.reason,
        anonymisedAt: command.at)
      let iin = try merged.sealedIin?.opened(of: merged.id, with: ring)
      _ = try rows(
        .anonymiseMerged, merged.id, try Wire.text(said), iin.map(ring.memory),
        remains.barredUntil, remains.isBarred, as: String.self)
    }
  }
}

/// What must outlive the identity.
private struct Remains: Codable {
  let sealedIin: Sealed<IIN>?
  let isBarred: Bool
  /// Null for never.
  let barredUntil: Day?
}
