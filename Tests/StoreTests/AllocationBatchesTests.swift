import Domain
import Foundation
import TestSupport
import Testing

@testable import Store

@Test func `the most urgent of a batch is served first`() async throws {
  try await World.lend { world in
    _ = try await world.shelf(2)
    let requests = try await [Urgency.scheduled, .routine, .emergency, .urgent].asyncMap {
      try await world.request(urgency: $0)
    }
    _ = try await world.registry.store.allocate(
      requests.map { world.command(world.coordinator, AllocationDraft(request: $0)) },
      as: world.coordinator.authority)
    let served = try await requests.asyncMap { try await world.reread($0).lines[0].allocated }
    #expect(served == [0, 0, 1, 1])
  }
}

@Test func `two who allocate to one request at once share its units, not double them`()
  async throws
{
  try await World.lend { world in
    _ = try await world.shelf(3)
    let request = try await world.request(.oNegative, 2)
    let answers = try await world.registry.store.allocate(
      (0..<2).map { _ in world.command(world.coordinator, AllocationDraft(request: request)) },
      as: world.coordinator.authority)
    let told = try answers.map { try World.decode(Told.self, $0.get()).units.count }
    #expect(told == [2, 0])
    #expect(try await world.tally("allocations") == 2)
  }
}

/// The units that one of several was told of.
private struct Told: Decodable {
  let units: [AllocatedUnit]
}
