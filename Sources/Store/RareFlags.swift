package import Domain
import FoundationEssentials
import Postgres
import SQL

/// What ends a flag.
package struct RareFlagEnd: Sendable {
  package var flag: ID<RareFlag>
  package var reason: String

  /// Names the flag and why it is taken back.
  package init(flag: ID<RareFlag>, reason: String) {
    self.flag = flag
    self.reason = reason
  }
}

extension Registry {
  /// Calls a donor rare by hand; the event names no reason, which may tell of the blood.
  package func flag(_ command: Command<RareFlag>) async throws -> Answer {
    try await store.perform(command) { db in
      try db.lockDonors([command.draft.donorId])
    } _: { db in
      let flag = command.draft
      try db.run(
        .insertRareFlag, flag.id, flag.donorId, flag.reason, flag.flaggedAt,
        command.actor.account)
      try db.note(
        "donor.rare_flagged", flag.donorId.uuid, command, ["flag": flag.id.description])
      return try Effect(flag.id.uuid, flag)
    }
  }

  /// Takes a flag back; it stays in the donor's history.
  package func unflag(_ command: Command<RareFlagEnd>) async throws -> Answer {
    try await store.perform(command) { db in
      let (id, reason) = (command.draft.flag, command.draft.reason)
      let known = try db.first(.rareFlag, id, as: RareFlag.self).orThrow(NotFound("rare_flag"))
      try db.lockDonors([known.donorId])
      let flag = try db.one(.rareFlag, id, as: RareFlag.self)
        .ended(at: command.at, because: reason)
      try db.run(.endRareFlag, id, command.at, reason, command.actor.account)
      try db.note(
        "donor.rare_flag_ended", flag.donorId.uuid, command, ["flag": id.description])
      return try Effect(id.uuid, flag)
    }
  }

  /// The flags of a donor that were given by hand, also those taken back.
  package func rareFlags(
    of donor: ID<Donor>, as authority: Authority
  ) async throws -> [RareFlag] {
    try await store.read(as: authority) { db in try db.rows(.rareFlags, donor) }
  }

  /// One flag.
  package func rareFlag(_ id: ID<RareFlag>, as authority: Authority) async throws -> RareFlag {
    try await store.read(as: authority) { db in
      try db.first(.rareFlag, id, as: RareFlag.self).orThrow(NotFound("rare_flag"))
    }
  }
}
