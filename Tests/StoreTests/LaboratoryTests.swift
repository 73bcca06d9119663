import Domain
import Foundation
import Store
import TestSupport
import Testing

@Test func `a first-time donor is typed from two samples`() async throws {
  try await World.lend { world in
    let bag = try await world.bag()
    try await world.test(bag.din)
    try await world.make(bag.din)
    try await world.determine(bag.din, .aPositive, samples: ["A"])
    #expect(try await world.releaseCodes(bag) == ["group_unconfirmed"])
    // The same tube again, even by another method, is no second witness.
    try await world.determine(bag.din, .aPositive, samples: ["A"])
    #expect(try await world.releaseCodes(bag) == ["group_unconfirmed"])
    try await world.determine(bag.din, .aPositive, samples: ["B"])
    #expect(try await world.releaseCodes(bag) == [])
    #expect(try await world.donor(bag.donor).bloodGroup == .aPositive)
  }
}

@Test func `a donor typed before needs one sample that agrees`() async throws {
  try await World.lend { world in
    let first = try await world.bag(collectedAt: world.moment(days: -70))
    try await world.shelve(first, .bPositive)
    let draft = try world.draft(of: first.donor, at: try await world.drive())
    _ = try await world.registry.log(world.command(world.staff, draft))
    let bag = Bag(din: draft.din, donor: first.donor)
    try await world.test(bag.din)
    #expect(try await world.releaseCodes(bag) == ["group_unconfirmed"])
    try await world.determine(bag.din, .bPositive, samples: ["A"])
    #expect(try await world.releaseCodes(bag) == [])
  }
}

@Test func `a release is refused with every reason at once`() async throws {
  try await World.lend { world in
    let bag = try await world.bag()
    #expect(
      try await world.releaseCodes(bag)
        == Array(repeating: "test_missing", count: 4) + ["group_unconfirmed"])
    try await world.deferDonor(bag.donor, from: world.day(), until: world.day(1))
    try await world.determine(bag.din, .aPositive, samples: ["A"])
    try await world.determine(bag.din, .oPositive, samples: ["B"])
    try await world.react(bag.din)
    let codes = try await world.releaseCodes(bag)
    #expect(
      Set(codes) == [
        "donation_rejected", "donor_deferred", "test_reactive", "test_missing", "group_conflict",
      ])
    #expect(codes.count { $0 == "test_missing" } == 3)
  }
}

@Test func `an invalid run is no test`() async throws {
  try await World.lend { world in
    let bag = try await world.bag()
    try await world.determine(bag.din, .aPositive)
    try await world.test(bag.din, result: .invalid)
    #expect(
      try await world.releaseCodes(bag) == Array(repeating: "test_missing", count: 4))
    try await world.test(bag.din)
    #expect(try await world.releaseCodes(bag) == [])
  }
}

@Test func `a bag is released once`() async throws {
  try await World.lend { world in
    let bag = try await world.bag()
    try await world.shelve(bag)
    #expect(try await world.releaseCodes(bag) == ["already_released"])
  }
}

@Test func `a bag that holds too little is not released`() async throws {
  try await World.lend { world in
    let draft = try world.draft(
      of: try await world.donor(), at: try await world.drive(), outcome: .insufficient)
    _ = try await world.registry.log(world.command(world.staff, draft))
    let bag = Bag(din: draft.din, donor: draft.donorId)
    try await world.determine(bag.din, .oPositive)
    try await world.test(bag.din)
    #expect(try await world.releaseCodes(bag) == ["outcome_not_usable"])
  }
}

@Test(arguments: [(Int?(1), ["donor_deferred"]), (0, []), (nil, ["donor_deferred"])])
func `blood of a day on which its donor was deferred is not released`(
  until: Int?, codes: [String]
) async throws {
  try await World.lend { world in
    let bag = try await world.bag()
    try await world.determine(bag.din, .oPositive)
    try await world.test(bag.din)
    // Days of a deferral count up to its end; one without an end covers all days.
    try await world.deferDonor(
      bag.donor, from: world.day(until == nil ? 3 : -3), until: until.map { world.day($0) })
    #expect(try await world.releaseCodes(bag) == codes)
  }
}

@Test func `a unit waits under the group known so far`() async throws {
  try await World.lend { world in
    let bag = try await world.bag()
    let made = try await world.make(bag.din)
    #expect(made.map(\.bloodGroup) == [nil])
    try await world.determine(bag.din, .abNegative, samples: ["A"])
    #expect(try await world.reread(made[0]).bloodGroup == .abNegative)
    try await world.determine(bag.din, .abPositive, samples: ["B"])
    #expect(try await world.reread(made[0]).bloodGroup == nil)
  }
}

extension World {
  /// The reasons against a release; none when it was released.
  func releaseCodes(_ bag: Bag) async throws -> [String] {
    do {
      _ = try await registry.release(command(laboratory, bag.din))
      return []
    } catch let refusal as ReleaseRefusal {
      return refusal.reasons.map(\.code)
    }
  }
}
