package import Domain
import FoundationEssentials
import Postgres
import SQL

extension Registry {
  /// Logs a donation.
  ///
  /// - Throws: ``DonationRefusal`` when a rule says no, ``NotFound`` when the drive
  ///   is none of this authority's.
  package func log(_ command: Command<DonationDraft>) async throws -> Answer {
    try await donations.submit(command, in: command.actor.authority)
  }

  /// The donation with a number.
  package func donation(
    _ din: DonationNumber, as authority: Authority
  ) async throws -> Donation {
    try await store.read(as: authority) { db in
      guard let donation = try db.first(.donation, din, as: Donation.self) else {
        throw NotFound("donation")
      }
      return donation
    }
  }

  /// A page of the donations of a drive.
  package func donations(
    at drive: ID<Drive>, page: Page<Donation>, as authority: Authority
  ) async throws -> [Donation] {
    try await store.read(as: authority) { db in
      guard try db.first(.drive, drive, as: Drive.self) != nil else { throw NotFound("drive") }
      return try db.rows(.driveDonations, drive, page.after, page.limit)
    }
  }
}

extension Store {
  /// Logs a set of donations in one transaction: locks, facts, decisions, writes.
  ///
  /// Desks, uploads and imports all end here. A refused member leaves no trace
  /// and does not disturb its neighbours.
  func log(
    _ commands: [Command<DonationDraft>], as authority: Authority
  ) async throws -> [Result<Answer, any Error>] {
    try await write(as: authority) { db in
      let drafts = commands.map(\.draft)
      let drives = try db.lockedDrives(Array(Set(drafts.map(\.driveId))))
      _ = try db.rows(
        .lockDonors, Array(Set(drafts.map(\.donorId))), as: ID<Donor>.self)
      return try db.answer(commands) { fresh in
        var desk = try DonationDesk(fresh.map(\.draft), drives: drives, in: db)
        let decisions = fresh.map { command in
          Result { try desk.admit(command.draft, at: command.at, under: policy) }
        }
        try db.insert(decisions, of: fresh, at: drives)
        return decisions.map { decision in
          decision.flatMap { donation in
            Result { try Effect(donation.id.uuid, donation) }
          }
        }
      }
    }
  }
}

/// The facts of a batch, kept true while its members are decided one by one.
private struct DonationDesk {
  private let drives: [ID<Drive>: DriveAtWork]
  private var donors: [ID<Donor>: DonorFacts]
  private var taken: Set<DonationNumber>
  private var waiting: [DriveAndDonor: Arrival]
  private let merged: [ID<Donor>: DonorMerged]

  init(
    _ drafts: [DonationDraft], drives: [ID<Drive>: DriveAtWork], in db: Transaction
  ) throws {
    self.drives = drives
    let wanted = Set(drafts.map(\.donorId))
    let donors = try db.donorFacts(Array(wanted))
    let absent = wanted.subtracting(donors.keys)
    self.donors = donors
    merged = absent.isEmpty ? [:] : try db.survivors(of: Array(absent))
    taken = Set(try db.rows(.takenDINs, drafts.map(\.din), as: DonationNumber.self))
    waiting = try db.waitingVisits(
      drafts.map { DriveAndDonor(driveId: $0.driveId, donorId: $0.donorId) })
  }

  /// Decides one member; the next of the same donor sees this one's donation.
  mutating func admit(
    _ draft: DonationDraft, at now: Date, under policy: Policy
  ) throws -> Donation {
    guard let drive = drives[draft.driveId], let zone = TimeZone(identifier: drive.timeZone)
    else { throw NotFound("drive") }
    guard let donor = donors[draft.donorId] else {
      if let merged = merged[draft.donorId] { throw merged }
      throw InvalidInput([FieldProblem("/donor_id", "donor_unknown")])
    }
    let visitor = DriveAndDonor(driveId: draft.driveId, donorId: draft.donorId)
    let facts = DonationFacts(
      driveState: drive.state, zone: zone, donor: donor,
      dinIsTaken: taken.contains(draft.din), waitingVisit: waiting[visitor]?.visit,
      examination: waiting[visitor]?.examination)
    let donation = try facts.admit(draft, at: now, under: policy)
    taken.insert(donation.din)
    waiting[visitor]?.visit = nil
    donors[draft.donorId] = donor.having(
      given: PastDonation(
        kind: donation.kind, on: donation.collectedOn, outcome: donation.outcome,
        volumeMl: donation.volumeMl))
    return donation
  }
}

extension Transaction {
  fileprivate func insert(
    _ decisions: [Result<Donation, any Error>], of commands: [Command<DonationDraft>],
    at drives: [ID<Drive>: DriveAtWork]
  ) throws {
    let rows = zip(commands, decisions).compactMap {
      command, decision -> Joined<Donation, Logged>? in
      guard case .success(let donation) = decision else { return nil }
      return Joined(
        donation,
        Logged(
          loggedAt: command.at, loggedBy: command.actor.account,
          siteId: drives[donation.driveId]?.siteId))
    }
    if !rows.isEmpty { try run(.insertDonations, JSON(rows)) }
  }
}

private struct Logged: Encodable {
  let loggedAt: Date
  let loggedBy: ID<Account>
  let siteId: ID<Site>?
}
