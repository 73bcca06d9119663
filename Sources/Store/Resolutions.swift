package import Domain
import FoundationEssentials
import Postgres
import SQL

/// Which steps of two persons somebody wants to see.
package struct ResolutionFilter: Sendable, Hashable {
  package var state: ResolutionState?
  package var kind: ResolutionKind?

  /// Collects the conditions; nil asks for all.
  package init(state: ResolutionState? = nil, kind: ResolutionKind? = nil) {
    self.state = state
    self.kind = kind
  }
}

extension Registry {
  /// Proposes a step that another person has to confirm; nothing happens yet.
  package func propose(_ command: Command<ResolutionDraft>) async throws -> Answer {
    try await store.perform(command) { db in
      let draft = command.draft
      guard try db.first(.openResolution, draft.kind, draft.subject, as: ID<Resolution>.self) == nil
      else { throw ResolutionRefusal.alreadyProposed }
      let seen = draft.kind == .groupConflict ? try db.readings(of: ID(draft.subject)) : nil
      let resolution = Resolution(
        draft, seen: seen?.readings.map(\.id) ?? [], at: command.at, by: command.actor.account)
      _ = try db.examine(resolution, under: policy)
      try db.run(.insertResolution, JSON(resolution))
      try db.note(resolution, "resolution.proposed", command)
      return try Effect(resolution.id.uuid, resolution)
    }
  }

  /// Confirms a step that another person proposed: now it takes effect.
  ///
  /// Everything is looked at again, under the locks of the step: what has changed since
  /// the proposal is refused, and the step stays open.
  package func confirm(_ command: Command<DecisionDraft>) async throws -> Answer {
    try await decide(command, .confirmed) { db, resolution in
      switch try db.examine(resolution, under: policy) {
      case .conflict(let donor): try db.settle(resolution, of: donor, command)
      case .deferral(let deferral): try db.void(deferral, because: resolution.reason, command)
      case .recall(let unit):
        try db.run(.liftRecall, unit, command.at, command.actor.account)
      case .override(let line, let group):
        try db.give(group, to: line, under: policy, command)
      }
    }
  }

  /// Rejects a step that another person proposed; nothing happens.
  package func reject(_ command: Command<DecisionDraft>) async throws -> Answer {
    try await decide(command, .rejected) { _, _ in }
  }

  /// One step of two persons.
  package func resolution(
    _ id: ID<Resolution>, as authority: Authority
  ) async throws -> Resolution {
    try await store.read(as: authority) { db in
      try db.first(.resolution, id, as: Resolution.self).orThrow(NotFound("resolution"))
    }
  }

  /// A page of steps of two persons.
  package func resolutions(
    _ filter: ResolutionFilter, page: Page<Resolution>, as authority: Authority
  ) async throws -> [Resolution] {
    try await store.read(as: authority) { db in
      try db.rows(.resolutions, page.after, filter.state, filter.kind, page.limit)
    }
  }

  /// Every determination of a donor, also those that stand no longer, oldest first.
  package func determinations(
    of donor: ID<Donor>, as authority: Authority
  ) async throws -> [Determination] {
    try await store.read(as: authority) { db in try db.rows(.determinationsOf, donor) }
  }

  private func decide(
    _ command: Command<DecisionDraft>, _ state: ResolutionState,
    _ effect: @Sendable (Transaction, Resolution) throws -> Void
  ) async throws -> Answer {
    try await store.perform(command) { db in
      let draft = command.draft
      // Of two who decide at once the second waits here, and finds it decided.
      let resolution = try db.first(.lockResolution, draft.resolution, as: Resolution.self)
        .orThrow(NotFound("resolution"))
      try resolution.checkDecision(by: command.actor)
      try effect(db, resolution)
      let decided = try db.one(
        .decideResolution, resolution.id, state, command.at, command.actor.account,
        draft.reason, draft.meaning, as: Resolution.self)
      try db.note(decided, "resolution.\(state.rawValue)", command)
      return try Effect(decided.id.uuid, decided)
    }
  }
}

extension Transaction {
  /// Tells that a step was proposed or decided, and what the signature under it means.
  fileprivate func note<Draft>(
    _ resolution: Resolution, _ kind: String, _ command: Command<Draft>
  ) throws {
    try note(
      kind, resolution.id.uuid, command,
      [
        "kind": resolution.kind.rawValue,
        "subject": resolution.subjectId.uuidString.lowercased(),
        "meaning": resolution.decisionMeaning ?? resolution.meaning,
      ])
  }
}
