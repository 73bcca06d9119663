package import Domain
package import FoundationEssentials
import Postgres
import SQL

extension Registry {
  /// What a merger would do; nothing happens.
  ///
  /// - Throws: ``NotFound``, ``DonorMerged``
  package func previewMerger(
    of merged: ID<Donor>, into survivor: ID<Donor>, by actor: Actor, at now: Date
  ) async throws -> MergerPreview {
    // Whoever sees both is written down first.
    for id in [survivor, merged] { _ = try await donor(id, by: actor, at: now) }
    return try await store.read(as: actor.authority) { db in
      try db.previewMerger(of: merged, into: survivor)
    }
  }

  /// Merges a record into another one of the same person.
  ///
  /// Whatever speaks against the blood of one counts for the blood of both from now on.
  ///
  /// - Throws: ``MergerRefusal``, ``DonorMerged``, ``NotFound``
  package func merge(_ command: Command<MergerDraft>) async throws -> Answer {
    let draft = command.draft
    return try await store.perform(command) { db in
      let known = try db.rows(
        .lockDonors, [draft.survivor, draft.merged], as: ID<Donor>.self)
      guard known.contains(draft.survivor) else { throw NotFound("donor") }
      guard known.contains(draft.merged) else {
        throw InvalidInput([FieldProblem("/merged_donor_id", "donor_unknown")])
      }
    } _: { db in
      try db.lockDonors([draft.survivor, draft.merged])
      let preview = try db.previewMerger(of: draft.merged, into: draft.survivor)
      try preview.survivor.take(preview.merged)
      try db.run(
        .insertMerger, draft.id, draft.survivor, draft.merged, draft.reason, command.at,
        command.actor.account)
      _ = try db.rows(.mergeDonors, draft.id, draft.survivor, draft.merged, as: String.self)
      try db.judgeUnits(of: [draft.survivor], because: "donor_merged", command)
      try db.note(
        "donor.merged", draft.survivor.uuid, command,
        ["merger": draft.id.description, "merged": draft.merged.description])
      try db.note(
        "donor.merged", draft.merged.uuid, command,
        ["merger": draft.id.description, "survivor": draft.survivor.description])
      return try Effect(draft.id.uuid, db.one(.merger, draft.id, as: Merger.self))
    }
  }

  /// Undoes a merger: each record has again what it had, and the survivor what came since.
  ///
  /// Nothing is released by it; units that one of the two no longer speaks for are withdrawn.
  ///
  /// - Throws: ``MergerRefusal``, ``ResolutionRefusal``, ``DonorMerged``, ``NotFound``
  package func undo(_ command: Command<MergerUndoing>) async throws -> Answer {
    let id = command.draft.merger
    return try await store.perform(command) { db in
      let merger = try db.first(.merger, id, as: Merger.self).orThrow(NotFound("merger"))
      try db.holdDonors([merger.survivorId, merger.mergedId])
    } _: { db in
      let merger = try db.one(.merger, id, as: Merger.self)
      let facts = try db.one(.undoingFacts, id, as: MergerUndoingFacts.self)
      // A survivor who was merged himself has to be found again first.
      if !facts.isUndone { try db.lockDonors([merger.survivorId]) }
      try facts.undo(by: command.actor)
      _ = try db.rows(.unmergeDonors, id, as: String.self)
      try db.run(
        .closeMerger, id, command.at, command.actor.account, command.draft.reason)
      let both = [merger.survivorId, merger.mergedId]
      try db.judgeUnits(of: both, because: "donor_unmerged", demandingGroup: true, command)
      for donor in both {
        try db.note("donor.unmerged", donor.uuid, command, ["merger": id.description])
      }
      return try Effect(id.uuid, db.one(.merger, id, as: Merger.self))
    }
  }

  /// One merger.
  package func merger(_ id: ID<Merger>, as authority: Authority) async throws -> Merger {
    try await store.read(as: authority) { db in
      try db.first(.merger, id, as: Merger.self).orThrow(NotFound("merger"))
    }
  }

  /// The mergers in which a donor took part, oldest first.
  package func mergers(
    of donor: ID<Donor>, as authority: Authority
  ) async throws -> [Merger] {
    try await store.read(as: authority) { db in try db.rows(.mergersOfDonor, donor) }
  }
}

extension Transaction {
  /// The survivors of those donors who were merged.
  func survivors(of donors: [ID<Donor>]) throws -> [ID<Donor>: DonorMerged] {
    struct Row: Decodable {
      let id: ID<Donor>
      let survivorId: ID<Donor>
      let survivorNumber: Int
    }
    return Dictionary(
      try rows(.survivors, donors, as: Row.self).map {
        ($0.id, DonorMerged(survivorId: $0.survivorId, survivorNumber: $0.survivorNumber))
      }, uniquingKeysWith: { first, _ in first })
  }

  fileprivate func previewMerger(
    of merged: ID<Donor>, into survivor: ID<Donor>
  ) throws -> MergerPreview {
    struct Moved: Decodable {
      let name: String
      let count: Int
    }
    struct Reading: Decodable {
      let bloodGroup: BloodGroup
      let sample: String
    }
    let both = [survivor, merged]
    let sides = try rows(.mergerSides, both, as: MergerSide.self)
    guard let keeps = sides.first(where: { $0.id == survivor }),
      let gives = sides.first(where: { $0.id == merged })
    else { throw NotFound("donor") }
    let moved = try rows(.rowsOfDonor, merged, as: Moved.self)
    let readings = try rows(.determinationsOfDonors, both, as: Reading.self)
    return MergerPreview(
      survivor: keeps, merged: gives,
      moves: Dictionary(moved.map { ($0.name, $0.count) }, uniquingKeysWith: max),
      deferrals: try rows(.deferralsOfDonors, both),
      group: GroupConclusion(readings.map { ($0.bloodGroup, $0.sample) }))
  }

  /// Does with donors' units what is known of them now demands, wherever they are.
  ///
  /// `demandingGroup` also withdraws what was released on the word of samples that are
  /// another donor's now.
  fileprivate func judgeUnits<Draft>(
    of donors: [ID<Donor>], because reason: String, demandingGroup: Bool = false,
    _ command: Command<Draft>
  ) throws {
    for donor in donors {
      let group = try conclusion(on: donor)
      try withdrawUnsafeUnits(of: donor, because: reason, command)
      try everywhere(command) {
        switch group {
        case .conflict:
          try withdrawUnits(of: donor, to: .quarantined, because: "group_conflict", command)
        case .none, .unconfirmed:
          if demandingGroup {
            try withdrawUnits(of: donor, to: .quarantined, because: reason, command)
          }
        case .confirmed: break
        }
        try run(.labelQuarantinedUnits, donor, group.agreed, command.at, command.actor.account)
      }
    }
  }
}
