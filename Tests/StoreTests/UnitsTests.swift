import Domain
import Foundation
import Store
import TestSupport
import Testing

@Test(arguments: [
  (Component.redCells, "2026-12-30"), (.platelets, "2026-11-23"), (.plasma, "2029-11-18"),
  (.wholeBlood, "2026-12-23"), (.cryoprecipitate, "2029-11-18"),
])
func `a unit keeps to the end of a day that the policy counts from its collection`(
  component: Component, lastDay: String
) async throws {
  try await World.lend { world in
    let unit = try await world.unit(.oPositive, component)
    #expect(unit.expiresOn.description == lastDay)
    let zone = try #require(TimeZone(identifier: "Asia/Almaty"))
    #expect(unit.expiresAt == unit.expiresOn.endOfDay(in: zone))
  }
}

@Test(arguments: [("Asia/Almaty", "2026-11-19"), ("America/New_York", "2026-11-18")])
func `the day of collection is the day at the place`(zone: String, day: String) async throws {
  // 20:00 in Greenwich: tomorrow in Almaty, today in New York.
  try await World.lend(at: Date(timeIntervalSince1970: 1_795_032_000)) { world in
    let site = try await world.site(.centre, region: "XX-01", zone: zone)
    let (desk, bench) = (
      World.actor(.driveStaff, at: site), World.actor(.laboratory, at: site)
    )
    let drive = try await world.drive(at: site, by: desk)
    let draft = try world.draft(of: try await world.donor(), at: drive, startedAt: world.now)
    _ = try await world.registry.log(world.command(desk, draft))
    let made = ComponentsDraft(
      din: draft.din, components: [ComponentDraft(component: .platelets, volumeMl: 50)])
    _ = try await world.registry.make(world.command(bench, made))
    let unit = try #require(
      try await world.registry.units(
        UnitFilter(din: draft.din), after: nil, limit: 9, as: bench.authority
      ).first)
    #expect(unit.collectedOn.description == day && unit.siteId == site.id)
    #expect(unit.expiresOn == unit.collectedOn.adding(days: 5))
    #expect(
      unit.expiresAt == unit.expiresOn.endOfDay(in: try #require(TimeZone(identifier: zone))))

    // A reactive result bars the donor from the same day at the same place.
    let test = TestDraft(din: draft.din, marker: "hiv", result: .reactive)
    _ = try await world.registry.record(world.command(bench, test))
    let deferrals = try await world.registry.deferrals(of: draft.donorId, as: .system)
    #expect(deferrals.map(\.from.description) == [day])
  }
}

@Test func `whole blood is parted once`() async throws {
  try await World.lend { world in
    let bag = try await world.bag()
    try await world.make(bag.din, [.redCells, .plasma])
    for components in [[Component.redCells], [.plasma], [.wholeBlood]] {
      let code = try await refusal { try await world.make(bag.din, components) }
      #expect(code == "component_already_made")
    }
    let units = try await world.make(bag.din, [.platelets])
    #expect(Set(units.map(\.component)) == [.redCells, .plasma, .platelets])

    let whole = try await world.bag()
    try await world.make(whole.din, [.wholeBlood])
    let code = try await refusal { try await world.make(whole.din, [.redCells]) }
    #expect(code == "component_already_made")
  }
}

@Test func `two benches part one bag once`() async throws {
  try await World.lend { world in
    try await world.lendServer { other in
      let bag = try await world.bag()
      let draft = ComponentsDraft(
        din: bag.din, components: [ComponentDraft(component: .redCells, volumeMl: 250)])
      let codes = try await concurrently(0..<16) { index in
        try await refusal {
          try await (index % 2 == 0 ? world.registry : other)
            .make(world.command(world.laboratory, draft))
        }
      }
      #expect(codes.count { $0 == nil } == 1)
      #expect(codes.count { $0 == "component_already_made" } == 15)
      #expect(try await world.tally("units") == 1)
    }
  }
}

@Test func `an apheresis fills several bags of one component`() async throws {
  try await World.lend { world in
    let bag = try await world.bag(kind: .plateletpheresis)
    let units = try await world.make(bag.din, [.platelets, .platelets, .plasma])
    #expect(units.count { $0.component == .platelets } == 2)
    let code = try await refusal { try await world.make(bag.din, [.redCells]) }
    #expect(code == "component_not_of_kind")
  }
}

@Test func `no component is made of too little blood or of a rejected bag`() async throws {
  try await World.lend { world in
    let draft = try world.draft(
      of: try await world.donor(), at: try await world.drive(), outcome: .failedVein)
    _ = try await world.registry.log(world.command(world.staff, draft))
    #expect(try await refusal { try await world.make(draft.din) } == "outcome_not_usable")
    let bag = try await world.bag()
    try await world.react(bag.din)
    #expect(try await refusal { try await world.make(bag.din) } == "donation_rejected")
  }
}

@Test func `a unit whose time is over leaves the shelf and every promise`() async throws {
  try await World.lend { world in
    let units = try await world.shelf(3, .oNegative, .platelets)
    let waiting = try await world.make(try await world.bag().din, [.platelets])
    let request = try await world.request(.oNegative, 1, component: .platelets)
    let held = try await world.allocate(request)
    #expect(held.count == 1)
    try await world.registry.sweep(at: units[0].expiresAt - 1)
    #expect(try await world.tally("units where state = 'expired'") == 0)
    try await world.registry.sweep(at: units[0].expiresAt)
    for unit in units + waiting {
      #expect(try await world.reread(unit).state == .expired)
    }
    #expect(try await world.registry.units(of: request, as: .system).map(\.state) != [.held])
    #expect(try await world.tally("allocations where state = 'held'") == 0)
  }
}

@Test func `what came back from a ward expires too`() async throws {
  try await World.lend { world in
    let unit = try await world.unit(.oNegative, .platelets)
    let request = try await world.request(component: .platelets)
    try await world.allocate(request)
    try await world.issue(request)
    try await world.takeBack(request)
    #expect(try await world.reread(unit).state == .returned)
    try await world.registry.sweep(at: unit.expiresAt)
    let history = try await world.registry.unit(unit.id, as: .system)
    #expect(history.unit.state == .expired)
    #expect(UnitState.returned.canBecome(.expired))
  }
}

@Test func `every step of a unit stands in its history, from where to where`() async throws {
  try await World.lend { world in
    let unit = try await world.unit()
    let request = try await world.request()
    try await world.allocate(request)
    try await world.issue(request)
    try await world.receive(request)
    try await world.takeBack(request)
    let history = try await world.registry.unit(unit.id, as: world.laboratory.authority).history
    #expect(
      history.map(\.kind) == [
        "unit.made", "unit.released", "unit.held", "unit.issued", "unit.received",
        "unit.returned",
      ])
    #expect(
      history.dropFirst().map { $0.detail["from"] } == history.dropLast().map { $0.detail["to"] })
    #expect(history.allSatisfy { $0.account != nil })
  }
}

@Test func `units are listed by their expiry, page after page`() async throws {
  try await World.lend { world in
    for days in [-3.0, -1, -2, -1] {
      _ = try await world.unit(.aPositive, collectedAt: world.moment(days: days))
    }
    var listed: [Domain.Unit] = []
    var page: [Domain.Unit] = []
    repeat {
      page = try await world.registry.units(
        UnitFilter(component: .redCells), after: listed.last.map(UnitCursor.init), limit: 3,
        as: world.laboratory.authority)
      listed += page
    } while !page.isEmpty
    #expect(Set(listed.map(\.id)).count == 4)
    #expect(listed.map(\.expiresOn) == listed.map(\.expiresOn).sorted())
  }
}
