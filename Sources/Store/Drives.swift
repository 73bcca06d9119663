package import Domain
import FoundationEssentials
import Postgres
import SQL

/// Which drives somebody wants to see.
package struct DriveFilter: Sendable, Hashable {
  package var state: DriveState?
  package var site: ID<Site>?
  package var date: Day?

  /// Collects the conditions; nil asks for all.
  package init(state: DriveState? = nil, site: ID<Site>? = nil, date: Day? = nil) {
    self.state = state
    self.site = site
    self.date = date
  }
}

extension Registry {
  /// Plans a drive.
  package func plan(_ command: Command<Drive>) async throws -> Answer {
    try await store.perform(command) { db in
      let drive = command.draft
      guard try db.first(.siteInScope, drive.siteId, as: ID<Site>.self) != nil else {
        throw InvalidInput([FieldProblem("/site_id", "site_unknown")])
      }
      if let host = drive.hostId, try db.first(.host, host, as: Host.self) == nil {
        throw InvalidInput([FieldProblem("/host_id", "host_unknown")])
      }
      try db.run(.insertDrive, JSON(drive), command.at)
      try db.note(
        "drive.planned", drive.id.uuid, command, site: drive.siteId, ["to": "planned"])
      return try Effect(drive.id.uuid, drive)
    }
  }

  /// Opens a planned drive: from now on donations can be logged.
  package func open(_ command: Command<ID<Drive>>) async throws -> Answer {
    try await store.perform(command) { db in
      let drive = try db.lockedDrive(command.draft)
      guard drive.state.canBecome(.open) else {
        throw DriveRefusal.notPlanned(state: drive.state)
      }
      let opened = try db.one(.openDrive, drive.id, command.at, as: Drive.self)
      try db.note(
        "drive.opened", drive.id.uuid, command, site: drive.siteId,
        ["from": drive.state.rawValue, "to": "open"])
      return try Effect(drive.id.uuid, opened)
    }
  }

  /// Closes a drive at which nobody waits any longer.
  package func close(_ command: Command<ID<Drive>>) async throws -> Answer {
    try await store.perform(command) { db in
      let drive = try db.lockedDrive(command.draft)
      guard drive.state == .open else { throw DriveRefusal.notOpen(state: drive.state) }
      let undecided = try db.one(.undecidedVisits, drive.id, as: Int.self)
      guard undecided == 0 else { throw DriveRefusal.visitsUndecided(count: undecided) }
      let closed = try db.one(.closeDrive, drive.id, command.at, as: Drive.self)
      try db.note(
        "drive.closed", drive.id.uuid, command, site: drive.siteId,
        ["from": drive.state.rawValue, "to": "closed"])
      return try Effect(drive.id.uuid, closed)
    }
  }

  /// One drive.
  package func drive(_ id: ID<Drive>, as authority: Authority) async throws -> Drive {
    try await store.read(as: authority) { db in
      guard let drive = try db.first(.drive, id, as: Drive.self) else {
        throw NotFound("drive")
      }
      return drive
    }
  }

  /// A page of drives.
  package func drives(
    _ filter: DriveFilter, page: Page<Drive>, as authority: Authority
  ) async throws -> [Drive] {
    try await store.read(as: authority) { db in
      try db.rows(.drives, page.after, filter.state, filter.site, filter.date, page.limit)
    }
  }

  /// What a drive gave; every sum of one moment.
  ///
  /// Reasons of deferrals are for those who examine donors.
  package func report(
    of drive: ID<Drive>, as authority: Authority
  ) async throws -> DriveReport {
    try await store.read(as: authority) { db in
      guard var report = try db.first(.driveReport, drive, as: DriveReport.self) else {
        throw NotFound("drive")
      }
      if !authority.role.readsDeferralReasons { report.deferredByReason = nil }
      return report
    }
  }
}

extension Transaction {
  /// A drive, kept from changing until the end.
  fileprivate func lockedDrive(_ id: ID<Drive>) throws -> Drive {
    guard let drive = try first(.lockDrive, id, as: Drive.self) else { throw NotFound("drive") }
    return drive
  }
}
