import Domain
import Foundation
import Store

/// Donors whom the laboratory calls rare.
enum RareFlags {
  static let endpoints: [Endpoint] = [
    .post("/v1/donors/{donor}/rare-flags", .roles([.laboratory]), flag),
    .get("/v1/donors/{donor}/rare-flags", .roles([.laboratory]), list),
    .get("/v1/rare-flags/{flag}", .roles([.laboratory]), show),
    .post("/v1/rare-flags/{flag}/ending", .roles([.laboratory]), end),
  ]

  /// `POST /v1/donors/{donor}/rare-flags`.
  @Sendable static func flag(_ call: Call) async throws -> Reply {
    let donor: ID<Donor> = try call.id("donor", "donor")
    let command = try call.command { fields in
      RareFlag(
        id: fields.newID(at: call.now), donorId: donor, reason: fields.text("reason"),
        flaggedAt: call.now)
    }
    return call.created(try await call.registry.flag(command), at: "/v1/rare-flags/{id}")
  }

  /// `GET /v1/donors/{donor}/rare-flags`.
  @Sendable static func list(_ call: Call) async throws -> Reply {
    try call.requireNoQuery()
    let donor: ID<Donor> = try call.id("donor", "donor")
    _ = try await call.registry.donor(donor, by: call.actor(), at: call.now)
    let flags = try await call.registry.rareFlags(of: donor, as: call.authority())
    return try call.list(flags, limit: .max) { $0.id }
  }

  /// `GET /v1/rare-flags/{flag}`.
  @Sendable static func show(_ call: Call) async throws -> Reply {
    let flag = try await call.registry.rareFlag(
      call.id("flag", "rare_flag"), as: call.authority())
    // It tells of a donor: that somebody looked is written down first.
    _ = try await call.registry.donor(flag.donorId, by: call.actor(), at: call.now)
    return try call.record(flag)
  }

  /// `POST /v1/rare-flags/{flag}/ending`.
  @Sendable static func end(_ call: Call) async throws -> Reply {
    let flag: ID<RareFlag> = try call.id("flag", "rare_flag")
    let command = try call.command { RareFlagEnd(flag: flag, reason: $0.text("reason")) }
    return call.created(try await call.registry.unflag(command), at: "/v1/rare-flags/{id}")
  }
}
