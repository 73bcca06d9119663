package import Domain
import FoundationEssentials
import Postgres
import SQL

/// Units of a request that somebody hands out, receives or sends back.
package struct HandoverDraft: Sendable {
  package var request: ID<Request>
  /// Nil means all that the step can be about.
  package var units: [ID<Unit>]?
  package var reason: String?

  /// Collects the entries.
  package init(request: ID<Request>, units: [ID<Unit>]?, reason: String? = nil) {
    self.request = request
    self.units = units
    self.reason = reason
  }
}

extension Registry {
  /// Issues held units.
  ///
  /// What became unusable since the promise is withdrawn and stays. The answer
  /// names the units that go out, and only those: none is an answer too.
  package func issue(_ command: Command<HandoverDraft>) async throws -> Answer {
    try await handOver(command, from: [.held], to: .issued, else: .nothingToIssue) {
      db, units in
      let sent = try db.rows(
        .issueUnits, command.draft.request, units, command.at, command.actor.account,
        as: ID<Unit>.self)
      let unfit = units.filter { !sent.contains($0) }
      if !unfit.isEmpty {
        try db.run(
          .withdrawHeldUnits, command.draft.request, unfit, command.at,
          command.actor.account)
      }
      return sent
    }
  }

  /// Notes that issued units arrived.
  package func receive(_ command: Command<HandoverDraft>) async throws -> Answer {
    try await handOver(command, from: [.issued], to: .received, else: .nothingToReceive) {
      db, units in
      try db.rows(
        .receiveUnits, command.draft.request, units, command.at, command.actor.account,
        as: ID<Unit>.self)
    }
  }

  /// Takes units back from a hospital: into quarantine, never onto the shelf.
  package func takeBack(_ command: Command<HandoverDraft>) async throws -> Answer {
    try await handOver(
      command, from: [.issued, .received], to: .returned, else: .nothingToReturn
    ) { db, units in
      try db.rows(
        .returnUnits, command.draft.request, units, command.at, command.actor.account,
        command.draft.reason ?? "returned", as: ID<Unit>.self)
    }
  }

  /// The frame of every step: lock the request and its units, check that all
  /// named are in the right state, step, close the request if it is served.
  private func handOver(
    _ command: Command<HandoverDraft>, from states: [AllocationState],
    to state: AllocationState, else refusal: RequestRefusal,
    _ step: @Sendable (Transaction, [ID<Unit>]) throws -> [ID<Unit>]
  ) async throws -> Answer {
    try await store.perform(command) { db in
      _ = try db.lockedRequest(command.draft.request)
    } _: { db in
      let id = command.draft.request
      let request = try db.lockedRequest(id)
      let units = try db.rows(
        .lockHeldUnits, id, command.draft.units, states, as: ID<Unit>.self)
      let missing = Set(command.draft.units ?? []).subtracting(units)
      guard missing.isEmpty else {
        throw RequestRefusal.unitsNotReady(missing.map(\.description).sorted())
      }
      guard !units.isEmpty else {
        throw request.state == .open ? refusal : RequestRefusal.notOpen(state: request.state)
      }
      let moved = try step(db, units)
      try db.note(
        "request.changed", id.uuid, command, site: request.siteId,
        ["step": state.rawValue, "units": String(moved.count)])
      try db.run(.closeWhenServed, id, command.at, command.actor.account)
      return try db.step(id, units: db.allocatedUnits(of: id, only: moved, in: [state]))
    }
  }
}
