package import Domain
import FoundationEssentials
import Postgres
import SQL

/// What is written of a correction beside the record it made.
private struct NewCorrection: Encodable {
  let id: ID<Correction>
  let fields: [String]
  let reason: String?
  let correctedAt: Date
  let correctedBy: ID<Account>
}

/// What rules are decided by, beside the identity.
private struct NewFacts: Encodable {
  let sex: Sex
  let birthDate: Day
}

extension Registry {
  /// Corrects the record of a donor, and answers the record.
  ///
  /// What would change nothing changes nothing. The event names the entries, never what
  /// stood in them.
  ///
  /// - Throws: ``CorrectionRefusal``, ``RegistrationRefusal``, ``IINDiffers``, ``NotFound``
  package func correct(_ command: Command<CorrectionDraft>) async throws -> Answer {
    try await store.performSealed(command) { db, ring in
      let donor = command.draft.donor
      try db.lockDonors([donor])
      let kept = try db.one(.donors, [donor], as: KeptDonor.self)
      let before = try kept.draft(with: ring)
      let made = try command.draft.correct(
        before, state: kept.record.state, revision: kept.record.revision)
      if made.fields.isEmpty {
        // The record is answered all the same, and that is a look at it.
        try db.note("donor.viewed", donor.uuid, command, site: command.actor.authority.siteId)
      } else {
        try db.write(made, after: before, command, with: ring)
      }
      return try Effect(
        donor.uuid,
        db.one(.donors, [donor], as: KeptDonor.self).opened(for: .system, with: ring, under: policy)
      )
    }
  }

  /// The corrections of a donor's record, oldest first.
  package func corrections(
    of donor: ID<Donor>, as authority: Authority
  ) async throws -> [Correction] {
    try await store.read(as: authority) { db in try db.rows(.corrections, donor) }
  }
}

extension Transaction {
  fileprivate func write(
    _ made: CorrectedDonor, after before: DonorDraft, _ command: Command<CorrectionDraft>,
    with ring: KeyRing
  ) throws {
    let draft = made.draft
    // The record merged into this one has the person's number already.
    if draft.iin != nil, draft.iin != before.iin,
      try first(.numberAmongMerged, draft.id, as: ID<Donor>.self) != nil
    {
      throw MergerRefusal.twoIINs
    }
    try claim(
      draft.iin == before.iin ? nil : draft.iin,
      draft.document == before.document ? nil : draft.document, of: draft.id, with: ring)
    _ = try rows(
      .correctDonor, draft.id, command.draft.revision,
      JSON(
        Joined(
          try Identity(draft, with: ring), NewFacts(sex: draft.sex, birthDate: draft.birthDate))),
      JSON(
        NewCorrection(
          id: command.draft.id, fields: made.fields, reason: command.draft.reason,
          correctedAt: command.at, correctedBy: command.actor.account)), as: String.self)
    var detail = ["fields": made.fields.joined(separator: " ")]
    if !made.added.isEmpty { detail["added"] = made.added.joined(separator: " ") }
    if !made.removed.isEmpty { detail["removed"] = made.removed.joined(separator: " ") }
    try note("donor.corrected", draft.id.uuid, command, detail)
    if let iin = draft.iin, iin != before.iin,
      try deferAgain(iin, draft.id, command, with: ring)
    {
      try withdrawUnsafeUnits(of: draft.id, because: "donor_deferred", command)
    }
  }
}

extension Joined<Donor, SealedContact> {
  /// The record as it was written down, its contact opened.
  ///
  /// - Throws: ``CorrectionRefusal`` for a donor whose identity is deleted.
  fileprivate func draft(with ring: KeyRing) throws -> DonorDraft {
    guard let familyName = record.familyName, let language = record.language else {
      throw CorrectionRefusal.notActive(state: record.state)
    }
    var draft = DonorDraft(
      id: record.id, familyName: familyName, givenName: record.givenName,
      patronymic: record.patronymic, sex: record.sex, birthDate: record.birthDate,
      iin: try extra.sealedIin?.opened(of: record.id, with: ring),
      phone: try extra.sealedPhone?.opened(of: record.id, with: ring), language: language,
      region: record.region)
    draft.latinName = record.latinName
    draft.iinMismatchReason = record.iinMismatchReason
    draft.document = try extra.sealedDocument?.opened(of: record.id, with: ring)
    return draft
  }
}
