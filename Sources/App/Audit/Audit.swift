import Domain
import Foundation
import Store

/// The audit, for those who read it.
enum Audit {
  static let endpoints: [Endpoint] = [.get("/v1/audit", .roles([.auditor]), list)]

  /// `GET /v1/audit?donor=|unit=|request=|account=&from=&to=`.
  @Sendable static func list(_ call: Call) async throws -> Reply {
    let (wanted, cursor, limit): (AuditFilter, Int?, Int) = try call.parameters {
      (
        AuditFilter(
          donor: $0.id("donor"), unit: $0.id("unit"), request: $0.id("request"),
          account: $0.id("account"), from: $0.instant("from"), to: $0.instant("to")),
        $0.value("cursor", code: "cursor_unreadable") { Cursor.decode($0) },
        $0.limit()
      )
    }
    let events = try await call.registry.audit(
      wanted, after: cursor, limit: limit + 1, by: call.actor(), at: call.now)
    return try call.list(events, limit: limit) { $0.id }
  }
}

extension QueryParameters {
  /// A moment in RFC 3339.
  fileprivate func instant(_ name: String) -> Date? {
    value(name, code: "not_an_instant") { Instant.parse($0) }
  }
}
