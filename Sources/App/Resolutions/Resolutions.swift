import Domain
import Foundation
import Store

/// Steps that two persons take together: one proposes, another one decides.
enum Resolutions {
  static let endpoints: [Endpoint] = [
    .post("/v1/resolutions", proposers, propose),
    .get("/v1/resolutions", proposers, list),
    .get("/v1/resolutions/{resolution}", proposers, show),
    .post("/v1/resolutions/{resolution}/confirmation", deciders, confirm),
    .post("/v1/resolutions/{resolution}/rejection", deciders, reject),
  ]

  private static let proposers = Endpoint.Access.roles([.laboratory, .coordinator, .hospital])
  private static let deciders = Endpoint.Access.roles([.laboratory, .coordinator])

  /// `POST /v1/resolutions`.
  @Sendable static func propose(_ call: Call) async throws -> Reply {
    let command = try call.command { draft($0, at: call.now) }
    guard command.draft.kind.proposers.contains(try call.authority().role) else {
      throw RoleNotAllowed()
    }
    return call.created(try await call.registry.propose(command), at: "/v1/resolutions/{id}")
  }

  private static func draft(_ fields: Fields, at now: Date) -> ResolutionDraft {
    let kind = fields.choice("kind", or: ResolutionKind.groupConflict)
    for (member, owner) in [
      ("determination_ids", ResolutionKind.groupConflict), ("blood_group", .emergencyOverride),
    ] where fields.has(member) != (kind == owner) {
      fields.complain(member, kind == owner ? "required" : "not_of_this_kind")
    }
    let subject: ID<Resolution> = fields.id("subject_id")
    return ResolutionDraft(
      id: fields.newID(at: now), kind: kind, subject: subject.uuid,
      determinations: fields.optionalValues(
        "determination_ids", count: 1...200, code: "not_an_id"
      ) { ID($0) } ?? [],
      bloodGroup: fields.optionalBloodGroup("blood_group"),
      reason: fields.text("reason"),
      meaning: fields.text("meaning"))
  }

  /// `GET /v1/resolutions`.
  @Sendable static func list(_ call: Call) async throws -> Reply {
    let (filter, page): (ResolutionFilter, Page<Resolution>) = try call.parameters {
      (ResolutionFilter(state: $0.choice("state"), kind: $0.choice("kind")), $0.page())
    }
    let resolutions = try await call.registry.resolutions(
      filter, page: page, as: call.authority())
    return try call.list(resolutions, limit: page.limit - 1) { $0.id }
  }

  /// `GET /v1/resolutions/{resolution}`.
  @Sendable static func show(_ call: Call) async throws -> Reply {
    try call.record(
      try await call.registry.resolution(
        call.id("resolution", "resolution"), as: call.authority()))
  }

  /// `POST /v1/resolutions/{resolution}/confirmation`.
  @Sendable static func confirm(_ call: Call) async throws -> Reply {
    let command = try decision(call) { $0.optionalText("reason") }
    return call.created(try await call.registry.confirm(command), at: "/v1/resolutions/{id}")
  }

  /// `POST /v1/resolutions/{resolution}/rejection`.
  @Sendable static func reject(_ call: Call) async throws -> Reply {
    let command = try decision(call) { $0.text("reason") }
    return call.created(try await call.registry.reject(command), at: "/v1/resolutions/{id}")
  }

  private static func decision(
    _ call: Call, reason: (Fields) -> String?
  ) throws -> Command<DecisionDraft> {
    let resolution: ID<Resolution> = try call.id("resolution", "resolution")
    return try call.command { fields in
      DecisionDraft(
        resolution: resolution, reason: reason(fields),
        meaning: fields.text("meaning"))
    }
  }
}
