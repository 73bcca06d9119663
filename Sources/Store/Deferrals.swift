package import Domain
import FoundationEssentials
import Postgres
import SQL

extension Registry {
  /// One deferral.
  package func deferral(_ id: ID<Deferral>, as authority: Authority) async throws -> Deferral {
    try await store.read(as: authority) { db in
      try db.first(.deferral, id, as: Deferral.self).orThrow(NotFound("deferral"))
    }
  }

  /// Ends a deferral early: it counted up to that day.
  ///
  /// Units it had kept back stay where they are until their donation is released again.
  package func end(_ command: Command<DeferralEnd>) async throws -> Answer {
    try await takeBack(command) { db, deferral in
      let draft = command.draft
      try deferral.checkEnd(on: draft.on)
      try db.run(.endDeferral, deferral.id, draft.on, draft.reason, command.actor.account)
      try db.note("donor.deferral_ended", deferral.donorId.uuid, command)
    }
  }

  /// Voids a deferral that was a mistake: it never counted.
  package func void(_ command: Command<DeferralEnd>) async throws -> Answer {
    try await takeBack(command) { db, deferral in
      try deferral.checkVoid(byTwoPersons: false)
      try db.void(deferral, because: command.draft.reason, command)
    }
  }

  private func takeBack(
    _ command: Command<DeferralEnd>,
    _ step: @Sendable (Transaction, Deferral) throws -> Void
  ) async throws -> Answer {
    try await store.perform(command) { db in
      let deferral = try db.lockedDeferral(command.draft.deferral)
      try step(db, deferral)
      return try Effect(deferral.id.uuid, db.one(.deferral, deferral.id, as: Deferral.self))
    }
  }
}

extension Transaction {
  /// A deferral, kept from changing by the lock of its donor.
  func lockedDeferral(_ id: ID<Deferral>) throws -> Deferral {
    var donor = try first(.deferral, id, as: Deferral.self).orThrow(NotFound("deferral")).donorId
    while true {
      try holdDonors([donor])
      let deferral = try one(.deferral, id, as: Deferral.self)
      // A donor who was merged meanwhile has left his deferrals to another one.
      if deferral.donorId == donor { return deferral }
      donor = deferral.donorId
    }
  }

  /// Voids a deferral; the event names no reason, which is the donor's secret.
  func void<Draft>(
    _ deferral: Deferral, because reason: String, _ command: Command<Draft>
  ) throws {
    try run(.voidDeferral, deferral.id, command.at, reason, command.actor.account)
    try note("donor.deferral_voided", deferral.donorId.uuid, command)
  }
}
