package import Domain
package import FoundationEssentials
import Postgres
import SQL

/// A donor as a row of an export.
package struct ExportedDonor: Decodable, Sendable, Redacted {
  package let id: ID<Donor>
  package let donorNumber: Int
  package let externalId: String?
  package let familyName: String
  package let givenName: String?
  package let patronymic: String?
  package let sex: Sex
  package let birthDate: Day
  package fileprivate(set) var iin: IIN?
  package fileprivate(set) var phone: PhoneNumber?
  package let language: String
  package let region: String?
  package let latinName: String?
  package let iinMismatchReason: String?

  /// The kind and the id alone.
  package var description: String { "ExportedDonor \(id)" }

  // The contacts come sealed, and are opened apart.
  private enum CodingKeys: String, CodingKey {
    case id, donorNumber, externalId, familyName, givenName, patronymic, sex, birthDate
    case language, region, latinName, iinMismatchReason
  }
}

/// How an export names the donor of a row.
package struct ExportedName: Decodable, Sendable, Hashable {
  package let donorNumber: Int
  package let donorExternalId: String?
  package let donorBirthDate: Day
}

/// A deferral as a row of an export.
package struct ExportedDeferral: Decodable, Sendable {
  package let donor: ExportedName
  package let reason: String
  package let fromOn: Day
  package let untilOn: Day?
  package let source: String
  package let endedOn: Day?
  package let endReason: String?
  package let kind: DeferralKind
  package let centre: String?
  package let note: String?

  package init(from decoder: any Decoder) throws {
    donor = try ExportedName(from: decoder)
    let row = try decoder.container(keyedBy: Name.self)
    reason = try row.decode(String.self, forKey: .reason)
    fromOn = try row.decode(Day.self, forKey: .fromOn)
    untilOn = try row.decodeIfPresent(Day.self, forKey: .untilOn)
    source = try row.decode(String.self, forKey: .source)
    endedOn = try row.decodeIfPresent(Day.self, forKey: .endedOn)
    endReason = try row.decodeIfPresent(String.self, forKey: .endReason)
    kind = try row.decode(DeferralKind.self, forKey: .kind)
    centre = try row.decodeIfPresent(String.self, forKey: .centre)
    note = try row.decodeIfPresent(String.self, forKey: .note)
  }

  private enum Name: String, CodingKey {
    case reason, fromOn, untilOn, source, endedOn, endReason, kind, centre, note
  }
}

/// A donation as a row of an export.
package struct ExportedDonation: Decodable, Sendable {
  package let din: DonationNumber
  package let donorNumber: Int
  package let donorExternalId: String?
  package let donorBirthDate: Day
  package let driveId: ID<Drive>
  package let siteId: ID<Site>
  package let kind: DonationKind
  package let intent: DonationIntent
  package let volumeMl: Int
  package let collectedOn: Day
  package let startedAt: Date
  package let endedAt: Date
  package let outcome: DonationOutcome
  package let state: DonationState
}

extension Registry {
  /// The next donors after a number, in the order of their numbers, contacts opened.
  ///
  /// That they were handed out is written down first, for every page.
  package func exportDonors(
    after number: Int, limit: Int, by actor: Actor, at now: Date
  ) async throws -> [ExportedDonor] {
    struct Contact: Codable {
      let sealedIin: Sealed<IIN>?
      let sealedPhone: Sealed<PhoneNumber>?
    }
    let ring = try store.keys.required()
    return try await store.record(as: actor.authority) { db in
      let page = try db.rows(.exportDonors, number, limit, as: Row<ExportedDonor, Contact>.self)
      try db.noteExport(
        "donor.exported", page.count, page.first?.record.donorNumber,
        page.last?.record.donorNumber, actor, now)
      return try page.map { row in
        var donor = row.record
        donor.iin = try row.extra.sealedIin?.opened(of: donor.id, with: ring)
        donor.phone = try row.extra.sealedPhone?.opened(of: donor.id, with: ring)
        return donor
      }
    }
  }

  /// The deferrals that count of the next donors after a number, and the last one's number;
  /// no number once there are no more donors.
  package func exportDeferrals(
    after number: Int, limit: Int, by actor: Actor, at now: Date
  ) async throws -> (deferrals: [ExportedDeferral], last: Int?) {
    struct Bare: Decodable {
      let donorNumber: Int
      let reason: String?
    }
    struct Either: Decodable {
      let donorNumber: Int
      let deferral: ExportedDeferral?

      init(from decoder: any Decoder) throws {
        let bare = try Bare(from: decoder)
        donorNumber = bare.donorNumber
        deferral = bare.reason == nil ? nil : try ExportedDeferral(from: decoder)
      }
    }
    return try await store.record(as: actor.authority) { db in
      let page = try db.rows(.exportDeferrals, number, limit, as: Either.self)
      let deferrals = page.compactMap(\.deferral)
      try db.noteExport(
        "deferral.exported", deferrals.count, deferrals.first?.donor.donorNumber,
        deferrals.last?.donor.donorNumber, actor, now)
      return (deferrals, page.last?.donorNumber)
    }
  }

  /// The next donations after a number, in the order of their numbers.
  package func exportDonations(
    after din: String, limit: Int, by actor: Actor, at now: Date
  ) async throws -> [ExportedDonation] {
    try await store.record(as: actor.authority) { db in
      let page = try db.rows(.exportDonations, din, limit, as: ExportedDonation.self)
      let numbers = page.map(\.donorNumber)
      try db.noteExport(
        "donation.exported", page.count, numbers.min(), numbers.max(), actor, now)
      return page
    }
  }
}

/// A record and members that only this target may see, out of one row.
private struct Row<Record: Decodable, Extra: Decodable>: Decodable {
  let record: Record
  let extra: Extra

  init(from decoder: any Decoder) throws {
    record = try Record(from: decoder)
    extra = try Extra(from: decoder)
  }
}

extension Transaction {
  /// Tells whose rows were handed out, by the numbers between which they lie.
  fileprivate func noteExport(
    _ kind: String, _ count: Int, _ first: Int?, _ last: Int?, _ actor: Actor, _ now: Date
  ) throws {
    guard let first, let last else { return }
    let event = Event(
      at: now, kind: kind, subjectId: actor.account.uuid, accountId: actor.account.uuid,
      siteId: actor.authority.siteId?.uuid,
      detail: [
        "rows": String(count), "first_donor_number": String(first),
        "last_donor_number": String(last),
      ])
    try run(.insertEvents, JSON([event]))
  }
}
