import Domain
import Foundation
import Store
import TestSupport

@testable import App

/// Records that are merged, and one that can be.
struct MergerSubjects: Sendable {
  let mergeable: ID<Donor>
  /// A merger that stands.
  let merger: ID<Merger>

  init(_ world: World) async throws {
    mergeable = try await world.donor("Akhmetova")
    let draft = MergerDraft(
      id: .new(at: world.now), survivor: try await world.donor("Оспанова"),
      merged: try await world.donor("Ospanova"), reason: "one passport")
    _ = try await world.registry.merge(world.command(world.laboratory, draft))
    merger = draft.id
  }
}

extension Form {
  static func mergers(_ subjects: Subjects) -> [Form] {
    [
      Form(
        route: "/v1/donors/{donor}/mergers", target: "/v1/donors/\(subjects.donor)/mergers",
        role: .laboratory,
        body: [
          "merged_donor_id": .text(subjects.mergers.mergeable.description),
          "reason": "one passport",
        ]),
      Form(
        route: "/v1/mergers/{merger}/undoing",
        target: "/v1/mergers/\(subjects.mergers.merger)/undoing", role: .laboratory,
        body: ["reason": "two sisters"]),
    ]
  }
}
