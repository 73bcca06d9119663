package import Domain
package import FoundationEssentials
import Postgres
import SQL

/// Somebody's coming to a drive.
package struct VisitDraft: Sendable {
  package var id: ID<Visit>
  package var drive: ID<Drive>
  package var donor: ID<Donor>
  package var arrivedAt: Date

  /// Collects the entries.
  package init(id: ID<Visit>, drive: ID<Drive>, donor: ID<Donor>, arrivedAt: Date) {
    self.id = id
    self.drive = drive
    self.donor = donor
    self.arrivedAt = arrivedAt
  }
}

/// How a visit ended without blood.
package struct VisitDecision: Sendable {
  package var visit: ID<Visit>
  package var outcome: VisitOutcome
  package var deferralReason: String?

  /// Collects the entries.
  package init(visit: ID<Visit>, outcome: VisitOutcome, deferralReason: String?) {
    self.visit = visit
    self.outcome = outcome
    self.deferralReason = deferralReason
  }
}

extension Registry {
  /// Writes down that a person came.
  package func checkIn(_ command: Command<VisitDraft>) async throws -> Answer {
    try await store.perform(command) { db in
      let draft = command.draft
      let drive = try db.admitVisitor(draft)
      let visit = Visit(
        id: draft.id, driveId: draft.drive, donorId: draft.donor, arrivedAt: draft.arrivedAt,
        outcome: nil, deferralReason: nil, decidedAt: nil)
      try db.run(.insertVisit, JSON([visit]))
      try db.note(
        "visit.begun", visit.id.uuid, command, site: drive.siteId,
        ["drive": draft.drive.description])
      return try Effect(visit.id.uuid, visit)
    }
  }

  /// Writes down that a visitor was deferred or left.
  package func decide(_ command: Command<VisitDecision>) async throws -> Answer {
    try await store.perform(command) { db in
      let draft = command.draft
      guard let visit = try db.first(.lockVisit, draft.visit, as: Visit.self) else {
        throw NotFound("visit")
      }
      guard visit.outcome == nil else { throw VisitRefusal.alreadyDecided }
      let decided = try db.one(
        .decideVisit, visit.id, draft.outcome, draft.deferralReason, command.at,
        as: Visit.self)
      // Why somebody was deferred is between him and the desk.
      try db.note(
        "visit.decided", visit.id.uuid, command,
        site: db.one(.drive, visit.driveId, as: Drive.self).siteId,
        ["to": draft.outcome.rawValue])
      return try Effect(visit.id.uuid, decided)
    }
  }

  /// A page of the visits of a drive; the reasons of deferrals for those who examine
  /// donors alone.
  package func visits(
    at drive: ID<Drive>, page: Page<Visit>, as authority: Authority
  ) async throws -> [Visit] {
    try await store.read(as: authority) { db in
      guard try db.first(.drive, drive, as: Drive.self) != nil else { throw NotFound("drive") }
      return try db.rows(.visits, drive, page.after, page.limit, as: Visit.self).map { visit in
        var visit = visit
        if !authority.role.readsDeferralReasons { visit.deferralReason = nil }
        return visit
      }
    }
  }
}

extension Transaction {
  fileprivate func admitVisitor(_ draft: VisitDraft) throws -> DriveAtWork {
    guard let drive = try lockedDrives([draft.drive])[draft.drive] else {
      throw NotFound("drive")
    }
    guard drive.state == .open else { throw DriveRefusal.notOpen(state: drive.state) }
    // Nobody is merged away between the look and the writing.
    _ = try rows(.lockDonors, [draft.donor], as: ID<Donor>.self)
    guard try donorFacts([draft.donor])[draft.donor] != nil else {
      if let merged = try survivors(of: [draft.donor])[draft.donor] { throw merged }
      throw InvalidInput([FieldProblem("/donor_id", "donor_unknown")])
    }
    let wanted = [DriveAndDonor(driveId: draft.drive, donorId: draft.donor)]
    guard try waitingVisits(wanted).values.allSatisfy({ $0.visit == nil }) else {
      throw VisitRefusal.alreadyHere
    }
    return drive
  }

  /// Drives as desks work at them side by side, by id.
  func lockedDrives(_ ids: [ID<Drive>]) throws -> [ID<Drive>: DriveAtWork] {
    Dictionary(
      uniqueKeysWithValues: try rows(.lockDrivesForDonations, ids, as: DriveAtWork.self)
        .map { ($0.id, $0) })
  }

  /// The visits that still wait and the newest examinations, by drive and donor.
  func waitingVisits(_ wanted: [DriveAndDonor]) throws -> [DriveAndDonor: Arrival] {
    struct Row: Decodable {
      let id: ID<Visit>?
      let driveId: ID<Drive>
      let donorId: ID<Donor>
      let examination: ExaminationVerdict?
    }
    return Dictionary(
      try rows(.waitingVisits, JSON(wanted), as: Row.self).map {
        (
          DriveAndDonor(driveId: $0.driveId, donorId: $0.donorId),
          Arrival(visit: $0.id, examination: $0.examination)
        )
      }, uniquingKeysWith: { first, _ in first })
  }
}

/// What is known of a donor who stands at a drive.
struct Arrival {
  /// The visit that waits for its outcome; nil for who was not checked in.
  var visit: ID<Visit>?
  /// What the donor's newest examination said, wherever it was.
  let examination: ExaminationVerdict?
}

/// A donor at a drive.
struct DriveAndDonor: Hashable, Codable {
  let driveId: ID<Drive>
  let donorId: ID<Donor>
}

/// What a desk needs to know of its drive.
struct DriveAtWork: Codable {
  let id: ID<Drive>
  let state: DriveState
  let siteId: ID<Site>
  let timeZone: String
}
