import Domain
import Foundation
import Store
import TestSupport
import Testing

@Test func `supply is counted in days of the demand there was, served or not`() async throws {
  try await World.lend { world in
    _ = try await world.shelf(6, .aPositive)
    let asked = try await world.request(.aPositive, 4, substitution: .exact)
    try await world.allocate(asked)
    try await world.issue(asked)
    _ = try await world.request(.aPositive, 24, substitution: .exact)
    // Two left of six, and twenty-eight asked for in twenty-eight days.
    let line = try await world.shortage(.aPositive)
    #expect(line.issuable == 2 && line.inTransit == 4)
    #expect(line.demand == Demand(d7: 28, d28: 28, d90: 28))
    #expect(line.daysOfSupply == 2 && line.phase == .preAmber)
  }
}

@Test(arguments: [(3, Phase.green), (2, .preAmber), (1, .amber), (0, .red)])
func `a phase begins at its number of days`(units: Int, phase: Phase) async throws {
  try await World.lend { world in
    _ = try await world.shelf(units, .bNegative)
    _ = try await world.request(.bNegative, 28)
    let line = try await world.shortage(.bNegative)
    #expect(line.daysOfSupply == Double(units) && line.phase == phase)
  }
}

@Test func `where nobody asked a stock neither lasts nor runs out`() async throws {
  try await World.lend { world in
    _ = try await world.unit(.abNegative)
    let line = try await world.shortage(.abNegative)
    #expect(line.daysOfSupply == nil && line.phase == .noDemand && line.demand == .none)
    #expect(line.openRequests == .none)
  }
}

@Test func `demand has windows, and what was taken back was none`() async throws {
  try await World.lend { world in
    for (days, quantity) in [(3.0, 1), (7.0, 2), (20.0, 4), (28.0, 8), (60.0, 16), (90.0, 32)] {
      _ = try await world.ask(.oPositive, quantity, at: world.moment(days: -days))
    }
    #expect(try await world.shortage(.oPositive).demand == Demand(d7: 1, d28: 7, d90: 31))
    _ = try await world.unit(.oPositive)
    let cancelled = try await world.request(.oPositive, 5)
    try await world.allocate(cancelled)
    try await world.issue(cancelled)
    _ = try await world.registry.cancel(world.command(world.ward, cancelled))
    // One of the five went out before the rest was taken back.
    #expect(try await world.shortage(.oPositive).demand == Demand(d7: 2, d28: 8, d90: 32))
  }
}

@Test func `whoever waits longest is seen, by urgency, and only for what is missing`()
  async throws
{
  try await World.lend { world in
    _ = try await world.unit(.aNegative)
    let served = try await world.ask(.aNegative, 1, at: world.moment(days: -3))
    try await world.allocate(served)
    let waiting = world.moment(days: -2)
    _ = try await world.ask(.aNegative, 3, at: waiting)
    _ = try await world.request(.aNegative, 2, urgency: .emergency)
    let open = try await world.shortage(.aNegative).openRequests
    #expect(open.count == 3 && open.unmetUnits == 5)
    #expect(open.byUrgency == ["urgent": 2, "emergency": 1])
    #expect(open.oldestSince == waiting)
  }
}

@Test func `stock shows how soon it expires and when quarantine is over`() async throws {
  try await World.lend { world in
    for age: Double in [40, 36, 29, 15, 1] {
      _ = try await world.unit(.oPositive, collectedAt: world.moment(days: -age))
    }
    let waiting = try await world.bag()
    try await world.make(waiting.din, [.redCells, .plasma])
    try await world.determine(waiting.din, .oPositive)
    let line = try await world.shortage(.oPositive)
    #expect(line.issuable == 5 && line.quarantined == 1)
    let expiring = line.expiring
    #expect(expiring.le3 == 1 && expiring.le7 == 2 && expiring.le14 == 3)
    #expect(expiring.le28 == 4 && expiring.more == 1)
    #expect(line.quarantine.map(\.release) == [world.day(1)])
    #expect(line.quarantine.map(\.units) == [1])
    let plasma = try await world.shortage(.oPositive, of: .plasma)
    #expect(plasma.quarantine.map(\.release) == [world.day().adding(months: 4)])
  }
}

@Test func `a region's report counts that region`() async throws {
  try await World.lend { world in
    let far = try await world.site(.centre, region: "KZ-75")
    _ = try await world.shelf(3)
    _ = try await world.request(.oNegative, 2)
    let moved = try await world.unit()
    try await world.rewrite(
      "update units set site_id = '\(far.id)' where id = '\(moved.id)'")
    for (region, units, asked) in [("KZ-71", 3, 2), ("KZ-75", 1, 0), (nil, 4, 2)] {
      let line = try await world.shortage(.oNegative, in: region)
      #expect(line.issuable == units && line.demand.d28 == asked, "\(region ?? "all")")
    }
    let bound = World.actor(.coordinator, at: far).authority
    let question = ShortageQuestion(component: .redCells, authority: bound)
    let report = try await world.registry.shortages(question, at: world.now)
    #expect(report.place == "KZ-75" && report.rows.first?.issuable == 1)
    let other = ShortageQuestion(component: .redCells, region: "KZ-71", authority: bound)
    let code = try await refusal { try await world.registry.shortages(other, at: world.now) }
    #expect(code == "region_not_found")
  }
}

@Test func `a phase has a beginning, and a new one when it comes back`() async throws {
  try await World.lend { world in
    let registry = world.registry
    _ = try await world.request(.oNegative, 28)
    try await registry.notePhases(at: world.now)
    #expect(try await world.shortage(.oNegative).phaseSince == world.now)
    try await registry.notePhases(at: world.moment(days: 1))
    #expect(
      try await world.shortage(.oNegative, at: world.moment(days: 1)).phaseSince == world.now)
    let units = try await world.shelf(3)
    try await registry.notePhases(at: world.moment(days: 2))
    let green = try await world.shortage(.oNegative, at: world.moment(days: 2))
    #expect(green.phase == .green && green.phaseSince == world.moment(days: 2))
    try await world.rewrite("update units set state = 'discarded'")
    try await registry.notePhases(at: world.moment(days: 3))
    let red = try await world.shortage(.oNegative, at: world.moment(days: 3))
    #expect(red.phase == .red && red.phaseSince == world.moment(days: 3))
    #expect(units.count == 3)
  }
}

extension World {
  /// The line of a group in the report of the whole country or a region.
  fileprivate func shortage(
    _ group: BloodGroup, of component: Component = .redCells, in region: String? = nil,
    at time: Date? = nil
  ) async throws -> ShortageLine {
    let question = ShortageQuestion(
      component: component, groups: [group], region: region,
      authority: coordinator.authority)
    return try #require(
      try await registry.shortages(question, at: time ?? now).rows.first)
  }

  /// A request made at another moment.
  fileprivate func ask(
    _ group: BloodGroup, _ quantity: Int, at time: Date
  ) async throws -> ID<Request> {
    let draft = RequestDraft(
      id: .new(at: time), hospitalId: hospital.id, urgency: .urgent, neededBy: moment(days: 1),
      lines: [
        RequestLineDraft(
          component: .redCells, bloodGroup: group, quantity: quantity, substitution: .exact)
      ], patient: nil)
    _ = try await registry.request(command(ward, at: time, draft))
    return draft.id
  }
}
