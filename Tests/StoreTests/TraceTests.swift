import Domain
import Postgres
import TestSupport
import Testing

@testable import Store

@Test func `a trace that its caller records is seen at the database, others cost nothing`()
  async throws
{
  try await World.lend { world in
    let name = Query(name: "applicationName", text: "select current_setting('application_name')")
    @Sendable func nameInForce() async throws -> String {
      try await world.registry.store.read(as: .system) { db in try db.one(name) }
    }
    let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0"
    let recorded = TraceContext(continuing: header + "1")
    let traced = try await TraceContext.$current.withValue(recorded) {
      try await nameInForce()
    }
    #expect(traced == "tamshy 4bf92f3577b34da6a3ce929d0e0e4736")
    let unrecorded = TraceContext(continuing: header + "0")
    let untraced = try await TraceContext.$current.withValue(unrecorded) {
      try await nameInForce()
    }
    #expect(untraced == world.settings.applicationName)
    #expect(try await nameInForce() == world.settings.applicationName)
  }
}
