import Domain
import Foundation
import Store

/// Units and stock.
enum Units {
  static let endpoints: [Endpoint] = [
    .get("/v1/units", .roles([.coordinator, .laboratory]), list),
    .get("/v1/units/{unit}", .roles([.coordinator, .laboratory, .hospital]), show),
    .get("/v1/stock", .roles([.coordinator, .laboratory]), stock),
  ]

  /// `GET /v1/units`.
  @Sendable static func list(_ call: Call) async throws -> Reply {
    let (wanted, cursor, limit): (UnitFilter, UnitCursor?, Int) = try call.parameters {
      (
        filter($0, state: $0.choice("state"), din: $0.donationNumber("din")),
        $0.value("cursor", code: "cursor_unreadable") { Cursor.decode($0) },
        $0.limit()
      )
    }
    let units = try await call.registry.units(
      wanted, after: cursor, limit: limit + 1, as: call.authority())
    return try call.list(units, limit: limit) { UnitCursor(after: $0) }
  }

  /// `GET /v1/units/{unit}`.
  @Sendable static func show(_ call: Call) async throws -> Reply {
    try call.record(try await call.registry.unit(call.id("unit", "unit"), as: call.authority()))
  }

  /// `GET /v1/stock`.
  @Sendable static func stock(_ call: Call) async throws -> Reply {
    let wanted = try call.parameters { filter($0, state: nil, din: nil) }
    let lines = try await call.registry.stock(wanted, at: call.now, as: call.authority())
    return try call.list(lines, limit: .max) { $0.siteId }
  }

  private static func filter(
    _ query: QueryParameters, state: UnitState?, din: DonationNumber?
  ) -> UnitFilter {
    UnitFilter(
      site: query.id("site"), component: query.choice("component"),
      group: query.bloodGroup("group"), state: state, din: din)
  }
}
