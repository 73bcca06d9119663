package import Domain
import FoundationEssentials
import Postgres
import SQL

extension Registry {
  /// Examines a visitor who waits, and keeps the whole decision.
  ///
  /// Drive, donor and visit are locked in the order in which donations take them: what is
  /// decided here is known to every donation that follows.
  package func examine(_ command: Command<ExaminationDraft>) async throws -> Answer {
    try await store.perform(command) { db in
      let draft = command.draft
      let (visit, drive) = try db.lockedVisit(draft.visit)
      guard visit.outcome == nil else { throw VisitRefusal.alreadyDecided }
      guard let donor = try db.donorFacts([visit.donorId])[visit.donorId],
        let zone = TimeZone(identifier: drive.timeZone)
      else { throw NotFound("visit") }
      let examination = draft.decided(
        visit, donor: donor, zone: zone, at: command.at, under: policy)
      try db.run(
        .insertExaminations,
        JSON([Joined(examination, ExaminationAuthor(examinedBy: command.actor.account))]))
      // What was found is between the visitor and the desk.
      try db.note("visit.examined", visit.id.uuid, command, site: drive.siteId)
      return try Effect(examination.id.uuid, examination)
    }
  }

  /// The examinations of a visit, the oldest first, each as it was decided then.
  package func examinations(
    of visit: ID<Visit>, as authority: Authority
  ) async throws -> [VisitExamination] {
    try await store.read(as: authority) { db in
      guard try db.first(.visit, visit, as: Visit.self) != nil else { throw NotFound("visit") }
      return try db.rows(.examinations, visit, as: KeptExamination.self).map { try $0.opened() }
    }
  }

  /// One examination, as it was decided then.
  package func examination(
    _ id: ID<VisitExamination>, as authority: Authority
  ) async throws -> VisitExamination {
    try await store.read(as: authority) { db in
      try db.first(.examination, id, as: KeptExamination.self).orThrow(NotFound("visit")).opened()
    }
  }
}

extension Transaction {
  /// A visit under the locks of its drive, its donor and its own, taken in this order.
  fileprivate func lockedVisit(_ id: ID<Visit>) throws -> (Visit, DriveAtWork) {
    let known = try first(.visit, id, as: Visit.self).orThrow(NotFound("visit"))
    let drive = try lockedDrives([known.driveId])[known.driveId].orThrow(NotFound("visit"))
    try lockDonors([known.donorId])
    return (try first(.lockVisit, id, as: Visit.self).orThrow(NotFound("visit")), drive)
  }
}

private struct ExaminationAuthor: Encodable {
  let examinedBy: ID<Account>
}

/// An examination as its row holds it.
private struct KeptExamination: Decodable {
  let id: ID<VisitExamination>
  let visitId: ID<Visit>
  let driveId: ID<Drive>
  let donorId: ID<Donor>
  let kind: DonationKind
  let on: Day
  let examinedAt: Date
  // These two have the names of the contract inside, and are read by them.
  let measured: String
  let decision: String
  let answers: [ToldReason]?
  let suggestedDeferral: SuggestedDeferral?

  func opened() throws -> VisitExamination {
    VisitExamination(
      id: id, visitId: visitId, driveId: driveId, donorId: donorId, kind: kind, on: on,
      examinedAt: examinedAt, measured: try Self.read(measured), answers: answers,
      decision: try Self.read(decision), suggestedDeferral: suggestedDeferral)
  }

  private static func read<T: Decodable>(_ json: String) throws -> T {
    try JSONDecoder().decode(T.self, from: Data(json.utf8))
  }
}
