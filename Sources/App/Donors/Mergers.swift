import Domain
import Store

/// Mergers of two records of one person.
enum Mergers {
  static let endpoints: [Endpoint] = [
    .get("/v1/donors/{donor}/merge-preview", .roles([.laboratory]), preview),
    .post("/v1/donors/{donor}/mergers", .roles([.laboratory]), merge),
    .get("/v1/donors/{donor}/mergers", .roles([.laboratory]), list),
    .post("/v1/mergers/{merger}/undoing", .roles([.laboratory]), undo),
  ]

  /// `GET /v1/donors/{donor}/merge-preview?with=`.
  @Sendable static func preview(_ call: Call) async throws -> Reply {
    let survivor: ID<Donor> = try call.id("donor", "donor")
    let merged: ID<Donor> = try call.parameters { query in
      let merged: ID<Donor> = query.required("with", or: survivor, code: "not_an_id") { ID($0) }
      if merged == survivor, query.flag("with") { query.complain("with", "same_donor") }
      return merged
    }
    let preview = try await call.registry.previewMerger(
      of: merged, into: survivor, by: call.actor(), at: call.now)
    return try Reply.json(preview)
  }

  /// `POST /v1/donors/{donor}/mergers`.
  @Sendable static func merge(_ call: Call) async throws -> Reply {
    let survivor: ID<Donor> = try call.id("donor", "donor")
    let command = try call.command { fields in
      let merged: ID<Donor> = fields.id("merged_donor_id")
      if merged == survivor { fields.complain("merged_donor_id", "same_donor") }
      return MergerDraft(
        id: fields.newID(at: call.now), survivor: survivor, merged: merged,
        reason: fields.text("reason"))
    }
    return call.created(
      try await call.registry.merge(command), at: "/v1/donors/\(survivor)/mergers")
  }

  /// `GET /v1/donors/{donor}/mergers`.
  @Sendable static func list(_ call: Call) async throws -> Reply {
    try call.requireNoQuery()
    let donor: ID<Donor> = try call.id("donor", "donor")
    _ = try await call.registry.donor(donor, by: call.actor(), at: call.now)
    let mergers = try await call.registry.mergers(of: donor, as: call.authority())
    return try call.list(mergers, limit: .max) { $0.id }
  }

  /// `POST /v1/mergers/{merger}/undoing`.
  @Sendable static func undo(_ call: Call) async throws -> Reply {
    let merger: ID<Merger> = try call.id("merger", "merger")
    let command = try call.command {
      MergerUndoing(merger: merger, reason: $0.text("reason"))
    }
    let answer = try await call.registry.undo(command)
    let survivor = try await call.registry.merger(merger, as: call.authority()).survivorId
    return call.created(answer, at: "/v1/donors/\(survivor)/mergers")
  }
}
