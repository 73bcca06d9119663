import Domain
import Store
import TestSupport
import Testing

@Test func `an O-negative unit goes from the drive to the ward`() async throws {
  try await World.lend { world in
    let unit = try await world.unit()
    #expect(unit.state == .available)
    let got = try await world.allocate(try await world.request())
    #expect(got.map(\.id) == [unit.id])
  }
}
