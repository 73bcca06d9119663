import Domain
import Foundation
import Store
import TestSupport
import Testing

@Test func `two persons give an emergency what the rules would not`() async throws {
  try await World.lend { world in
    let unit = try await world.unit(.oPositive)
    let request = try await world.request(.oNegative, 2, urgency: .emergency)
    #expect(try await world.allocate(request) == [])
    let line = try await world.reread(request).lines[0].id
    // The physician asks, a coordinator decides.
    let resolution = try await world.propose(
      .emergencyOverride, line.uuid, group: .oPositive, by: world.ward)
    try await world.confirm(resolution, by: world.coordinator)
    let got = try await world.registry.units(of: request, as: .system)
    #expect(got.map(\.id) == [unit.id] && got.map(\.rankReason) == [.emergencyOverride])
    let after = try await world.reread(request).lines[0]
    #expect(after.allocated == 1 && after.substituted == 1 && after.outstanding == 1)
    #expect(try await world.issue(request).map(\.id) == [unit.id])
  }
}

@Test(arguments: [
  (BloodGroup.oPositive, Urgency.urgent, "not_an_emergency"),
  (.aNegative, .emergency, "override_incompatible"),
  (.oNegative, .emergency, "override_not_needed"),
])
func `an override has its bounds`(
  group: BloodGroup, urgency: Urgency, code: String
) async throws {
  try await World.lend { world in
    let request = try await world.request(.oNegative, urgency: urgency)
    let line = try await world.reread(request).lines[0].id
    let refused = try await refusal {
      try await world.propose(
        .emergencyOverride, line.uuid, group: group, by: world.coordinator)
    }
    #expect(refused == code)
  }
}

@Test func `an override never reaches what is unsafe, and waits for stock`() async throws {
  try await World.lend { world in
    let bag = try await world.bag()
    try await world.make(bag.din)
    try await world.determine(bag.din, .oPositive)
    let request = try await world.request(.oNegative, urgency: .emergency)
    let line = try await world.reread(request).lines[0].id
    let resolution = try await world.propose(
      .emergencyOverride, line.uuid, group: .oPositive, by: world.ward)
    #expect(
      try await refusal { try await world.confirm(resolution, by: world.coordinator) }
        == "override_nothing_found")
    let unit = try await world.unit(.oPositive)
    try await world.confirm(resolution, by: world.coordinator)
    #expect(try await world.registry.units(of: request, as: .system).map(\.id) == [unit.id])
  }
}

@Test func `an override of a request that is gone is refused when it is confirmed`()
  async throws
{
  try await World.lend { world in
    _ = try await world.unit(.oPositive)
    let request = try await world.request(.oNegative, urgency: .emergency)
    let line = try await world.reread(request).lines[0].id
    let resolution = try await world.propose(
      .emergencyOverride, line.uuid, group: .oPositive, by: world.ward)
    _ = try await world.registry.cancel(world.command(world.ward, request))
    #expect(
      try await refusal { try await world.confirm(resolution, by: world.coordinator) }
        == "request_not_open")
  }
}

@Test func `the last O negative units wait for emergencies`() async throws {
  try await World.lend { world in
    let kept = world.registry.policy.oNegativeReserve.value.units
    _ = try await world.shelf(kept + 1)
    for (urgency, count) in [(Urgency.routine, 1), (.scheduled, 0), (.urgent, kept)] {
      let request = try await world.request(.aPositive, kept + 1, urgency: urgency)
      let answer = try await world.registry.allocate(
        world.command(world.coordinator, AllocationDraft(request: request)))
      let step = try World.decode(Kept.self, answer)
      #expect(step.units.count == count, "\(urgency)")
      #expect(step.units.allSatisfy { $0.rankReason == .oNegativeLastResort })
      #expect(step.reserveKept.isEmpty == (urgency == .urgent), "\(urgency)")
    }
  }
}

@Test func `an O negative patient may have the last O negative unit, in no haste`() async throws {
  try await World.lend { world in
    let unit = try await world.unit()
    let request = try await world.request(.oNegative, urgency: .scheduled)
    #expect(try await world.allocate(request).map(\.id) == [unit.id])
  }
}

private struct Kept: Decodable {
  let units: [AllocatedUnit]
  let reserveKept: [ID<RequestLine>]
}
