package import Domain
import FoundationEssentials
import Postgres
import SQL

extension Registry {
  /// Writes down what somebody found who looked at a unit that came back.
  ///
  /// A fit one goes behind the counter, and from there to the shelf in the same step if
  /// nothing speaks against it; an unfit one is discarded.
  package func inspect(_ command: Command<InspectionDraft>) async throws -> Answer {
    try await store.perform(command) { db in
      let draft = command.draft
      let unit = try db.lockedUnit(draft.unit)
      let place = try unit.inspected(draft, at: command.at, under: policy)
      try db.run(
        .inspectUnit, unit.id, place, command.at, command.actor.account, JSON(draft.detail))
      if place == .quarantined {
        try db.run(.shelveUnit, unit.id, command.at, command.actor.account)
      }
      return try db.unitEffect(unit.id)
    }
  }

  /// Throws a unit away; a request it was promised to waits for another one.
  package func discard(_ command: Command<DiscardDraft>) async throws -> Answer {
    try await store.perform(command) { db in
      let unit = try db.lockedUnit(command.draft.unit)
      try unit.checkDiscard(by: command.actor.authority.role)
      // The laboratory sees no request, and the promise ends all the same.
      _ = try db.everywhere(command) {
        try db.run(
          .discardUnit, unit.id, unit.state, command.at, command.actor.account,
          command.draft.reason)
      }
      return try db.unitEffect(unit.id)
    }
  }

  /// Writes down that a unit was given to a patient: its end, whatever is known of it.
  package func transfuse(_ command: Command<TransfusionDraft>) async throws -> Answer {
    try await store.perform(command) { db in
      let draft = command.draft
      let request = try db.lockedRequest(db.promise(of: draft.unit).requestId)
      _ = try db.lockedUnit(draft.unit)
      // Another one may have had it in hand while this one waited for it.
      let promise = try db.promise(of: draft.unit)
      guard draft.transfusedAt >= promise.issuedAt, promise.requestId == request.id else {
        throw InvalidInput([FieldProblem("/transfused_at", "before_issue")])
      }
      try db.run(
        .transfuseUnit, draft.unit, command.at, command.actor.account,
        Instant.format(draft.transfusedAt))
      try db.run(.closeWhenServed, request.id, command.at, command.actor.account)
      return try db.unitEffect(draft.unit)
    }
  }
}

/// Where a unit went, and when it left.
private struct UnitPromise: Codable {
  let requestId: ID<Request>
  let issuedAt: Date
}

extension Transaction {
  /// A unit, kept from changing until the end.
  func lockedUnit(_ id: ID<Unit>) throws -> Unit {
    try first(.lockUnit, id, as: Unit.self).orThrow(NotFound("unit"))
  }

  fileprivate func promise(of unit: ID<Unit>) throws -> UnitPromise {
    if let promise = try first(.promiseOfUnit, unit, as: UnitPromise.self) { return promise }
    let unit = try first(.unit, unit, as: Unit.self).orThrow(NotFound("unit"))
    throw UnitRefusal.notIssued(state: unit.state)
  }

  fileprivate func unitEffect(_ id: ID<Unit>) throws -> Effect {
    try Effect(id.uuid, one(.unit, id, as: Unit.self))
  }
}
