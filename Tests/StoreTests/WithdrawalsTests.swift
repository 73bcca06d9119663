import Domain
import Foundation
import Store
import TestSupport
import Testing

@Test func `a reactive test condemns the bag, its donor and all his units for ever`()
  async throws
{
  try await World.lend { world in
    let first = try await world.bag(collectedAt: world.moment(days: -30))
    let shelved = try await world.shelve(first, .oPositive, [.redCells, .plasma])
    let drive = try await world.drive()
    let second = try world.draft(of: first.donor, at: drive, kind: .plasmapheresis)
    _ = try await world.registry.log(world.command(world.staff, second))
    let waiting = try await world.make(second.din, [.plasma])
    try await world.react(second.din)

    for unit in shelved + waiting {
      #expect(try await world.reread(unit).state == .discarded)
    }
    let deferrals = try await world.registry.deferrals(of: first.donor, as: .system)
    #expect(deferrals.map(\.reason) == ["test_reactive"])
    #expect(deferrals.map(\.until) == [nil] && deferrals.map(\.source) == ["automatic"])
    let later = try world.draft(
      of: first.donor, at: drive, startedAt: world.moment(days: 9000))
    let code = try await refusal { try await world.registry.log(world.command(world.staff, later)) }
    #expect(code == "donor_deferred")

    // A later result heals nothing.
    try await world.determine(second.din, .oPositive)
    try await world.test(second.din)
    let codes = try await world.releaseCodes(Bag(din: second.din, donor: first.donor))
    #expect(Set(codes) == ["donation_rejected", "donor_deferred", "test_reactive"])
  }
}

@Test func `another bag of a reactive donor is barred with him`() async throws {
  try await World.lend { world in
    let first = try await world.bag(collectedAt: world.moment(days: -70))
    let draft = try world.draft(of: first.donor, at: try await world.drive())
    _ = try await world.registry.log(world.command(world.staff, draft))
    try await world.react(first.din)
    try await world.determine(draft.din, .oPositive)
    try await world.test(draft.din)
    let codes = try await world.releaseCodes(Bag(din: draft.din, donor: first.donor))
    #expect(codes.contains("donor_barred"))
  }
}

@Test func `a reactive test breaks the promise of a held unit`() async throws {
  try await World.lend { world in
    let bag = try await world.bag()
    let unit = try await world.shelve(bag)[0]
    let request = try await world.request()
    try await world.allocate(request)
    try await world.react(bag.din)
    #expect(try await world.reread(unit).state == .discarded)
    let units = try await world.registry.units(of: request, as: .system)
    #expect(units.map(\.state) == [.withdrawn])
    let line = try await world.reread(request).lines[0]
    #expect(line.allocated == 0 && line.outstanding == 1)
    let spare = try await world.shelf(1)
    #expect(try await world.allocate(request).map(\.id) == spare.map(\.id))
  }
}

@Test func `groups that disagree take all the donor's units off the shelf, held or not`()
  async throws
{
  try await World.lend { world in
    let bag = try await world.bag()
    let units = try await world.shelve(bag, .oNegative, [.redCells, .platelets])
    let request = try await world.request()
    try await world.allocate(request)
    try await world.determine(bag.din, .oPositive, samples: ["C"])
    for unit in units {
      let now = try await world.reread(unit)
      #expect(now.state == .quarantined && now.bloodGroup == nil)
    }
    #expect(try await world.donor(bag.donor).bloodGroup == nil)
    #expect(
      try await world.registry.units(of: request, as: .system).map(\.state) == [.withdrawn])
    #expect(try await world.reread(request).lines[0].outstanding == 1)
    #expect(try await world.releaseCodes(bag) == ["group_conflict"])
  }
}

@Test(arguments: ["reactive", "conflict", "deferral"])
func `a unit that left before it was known to be unsafe is called back`(
  path: String
) async throws {
  try await World.lend { world in
    let bag = try await world.bag()
    let unit = try await world.shelve(bag)[0]
    let request = try await world.request()
    try await world.allocate(request)
    try await world.issue(request)
    try await world.spoil(bag, by: path)
    #expect(try await world.reread(unit).state == .issued)
    let history = try await world.registry.unit(unit.id, as: .system).history
    #expect(history.last?.kind == "unit.recall_needed")
  }
}

@Test func `a withdrawal reaches the donor's units wherever they lie`() async throws {
  try await World.lend { world in
    let far = try await world.site(.centre, region: "KZ-75")
    let bench = World.actor(.laboratory, at: far)
    let desk = World.actor(.driveStaff, at: far)
    let bag = try await world.bag(collectedAt: world.moment(days: -35))
    let shelved = try await world.shelve(bag, .oNegative, [.redCells, .plasma])
    let request = try await world.request()
    #expect(try await world.allocate(request).count == 1)

    let draft = try world.draft(
      of: bag.donor, at: try await world.drive(at: far, by: desk), kind: .plasmapheresis)
    _ = try await world.registry.log(world.command(desk, draft))
    let test = TestDraft(din: draft.din, marker: "hiv", result: .reactive)
    _ = try await world.registry.record(world.command(bench, test))

    for unit in shelved { #expect(try await world.reread(unit).state == .discarded) }
    #expect(
      try await world.registry.units(of: request, as: .system).map(\.state) == [.withdrawn])
  }
}

@Test func `components made after a donor was barred stay off the shelf`() async throws {
  for path in ["reactive", "conflict", "deferral"] {
    try await World.lend { world in
      let bag = try await world.bag()
      try await world.shelve(bag)
      if path == "reactive" {
        // Of another bag, so that this donation itself is still released.
        let later = world.later(days: 61)
        let draft = try later.draft(of: bag.donor, at: try await later.drive())
        _ = try await world.registry.log(later.command(world.staff, draft))
        try await later.react(draft.din)
      } else {
        try await world.spoil(bag, by: path)
      }
      let units = try await world.make(bag.din, [.plasma])
      let plasma = try #require(units.first { $0.component == .plasma })
      #expect(plasma.state == .quarantined, "\(path)")
    }
  }
}

@Test func `a short deferral takes off the shelf only what it covers`() async throws {
  try await World.lend { world in
    let bag = try await world.bag()
    let unit = try await world.shelve(bag)[0]
    try await world.deferDonor(bag.donor, from: world.day(1), until: world.day(30))
    #expect(try await world.reread(unit).state == .available)
    try await world.deferDonor(bag.donor, from: world.day(-1), until: world.day(1))
    #expect(try await world.reread(unit).state == .quarantined)
  }
}

extension World {
  /// Makes what came from a bag unsafe in one of the ways there are.
  func spoil(_ bag: Bag, by path: String) async throws {
    switch path {
    case "reactive": try await react(bag.din)
    case "conflict": try await determine(bag.din, .abPositive, samples: ["C"])
    default: try await deferDonor(bag.donor, from: day(-1), until: nil)
    }
  }

  /// Another place.
  func site(
    _ kind: SiteKind, region: String, zone: String = "Asia/Almaty"
  ) async throws -> Site {
    let site = Site(
      id: .new(at: now), name: Wording("Place"), kind: kind, region: region, timeZone: zone,
      createdAt: now)
    _ = try await registry.add(command(admin, site))
    return site
  }
}
