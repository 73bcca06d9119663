import Domain
import Foundation
import Store

/// Taking a deferral back, and what determinations there are of a donor.
enum Deferrals {
  static let endpoints: [Endpoint] = [
    .get("/v1/deferrals/{deferral}", both, show),
    .post("/v1/deferrals/{deferral}/ending", both, end),
    .post("/v1/deferrals/{deferral}/voiding", both, void),
    .get("/v1/donors/{donor}/determinations", .roles([.laboratory]), determinations),
  ]

  private static let both = Endpoint.Access.roles([.driveStaff, .laboratory])

  /// `GET /v1/deferrals/{deferral}`.
  @Sendable static func show(_ call: Call) async throws -> Reply {
    try call.record(
      try await call.registry.deferral(call.id("deferral", "deferral"), as: call.authority()))
  }

  /// `POST /v1/deferrals/{deferral}/ending`.
  @Sendable static func end(_ call: Call) async throws -> Reply {
    let command = try command(call)
    return call.created(try await call.registry.end(command), at: "/v1/deferrals/{id}")
  }

  /// `POST /v1/deferrals/{deferral}/voiding`.
  @Sendable static func void(_ call: Call) async throws -> Reply {
    let command = try command(call)
    return call.created(try await call.registry.void(command), at: "/v1/deferrals/{id}")
  }

  private static func command(_ call: Call) throws -> Command<DeferralEnd> {
    let deferral: ID<Deferral> = try call.id("deferral", "deferral")
    let zone = TimeZone(identifier: Regions.timeZone(of: try call.authority().region ?? ""))
    let today = Day(call.now, in: zone ?? .gmt)
    return try call.command {
      DeferralEnd(deferral: deferral, on: today, reason: $0.text("reason"))
    }
  }

  /// `GET /v1/donors/{donor}/determinations`.
  @Sendable static func determinations(_ call: Call) async throws -> Reply {
    try call.requireNoQuery()
    let donor: ID<Donor> = try call.id("donor", "donor")
    _ = try await call.registry.donor(donor, by: call.actor(), at: call.now)
    let determinations = try await call.registry.determinations(of: donor, as: call.authority())
    return try call.list(determinations, limit: .max) { $0.id }
  }
}
