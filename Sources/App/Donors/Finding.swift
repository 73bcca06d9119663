import Domain
import Store

extension Donors {
  /// `GET /v1/donors/{donor}/duplicates`.
  @Sendable static func duplicates(_ call: Call) async throws -> Reply {
    try call.requireNoQuery()
    let donor: ID<Donor> = try call.id("donor", "donor")
    _ = try await call.registry.donor(donor, by: call.actor(), at: call.now)
    let others = try await call.registry.duplicates(of: donor, as: call.authority())
    return try call.list(others, limit: .max) { $0.id }
  }
}
