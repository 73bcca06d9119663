import Domain
import Foundation
import Store
import TestSupport
import Testing

// The table lies beside the package; a checkout without it runs the other tests.
@Test(.enabled(if: Collections.isPresent, "needs ../shared/data"))
func `a month of real donations conserves every unit`() async throws {
  let start = Date(timeIntervalSince1970: 1_793_444_400)  // 2026-10-31, 16:00 in Almaty.
  try await World.lend(at: start) { world in
    var month = Month(world: world)
    for (number, collected) in Collections.month("2023-10", oneIn: 120).enumerated() {
      try await month.live(through: number, collected: collected)
      try await month.expectConservation(day: number)
    }
    let made = month.made.values.reduce(0, +)
    #expect(made > 600, "\(made) units are no month")
    let fates = try await world.books(
      "select distinct state::text from units", as: String.self)
    #expect(
      Set(fates) == [
        "quarantined", "available", "held", "issued", "received", "returned", "expired",
        "discarded",
      ])
  }
}

/// A month at one centre: what is done each day, and what was acknowledged of it.
private struct Month {
  let world: World
  /// Units by group, as the laboratory was told that it made them.
  var made: [BloodGroup: Int] = [:]
  /// Units handed out and not sent back, as the wards were told.
  var withWards: [BloodGroup: Int] = [:]
  private var sent: [ID<Request>] = []
  private var bags = 0
  /// Requests made today.
  private var asked = 0

  init(world: World) { self.world = world }

  /// Lives a day: collects, tests, releases, serves the wards, sweeps.
  mutating func live(through number: Int, collected: [BloodGroup: Int]) async throws {
    let today = world.later(days: Double(number))
    try await today.registry.sweep(at: today.now)
    let groups = collected.sorted { $0.key.code < $1.key.code }
      .flatMap { Array(repeating: $0.key, count: $0.value) }
    let drive = try await today.drive(on: today.now)
    let first = bags
    bags += groups.count
    try await concurrently(Array(groups.enumerated()), width: 24) { index, group in
      try await today.process(group, at: drive, number: first + index)
    }
    for group in groups { made[group, default: 0] += 2 }
    try await arrive(today)
    asked = 0
    for (group, count) in collected.sorted(by: { $0.key.code < $1.key.code }) where count > 0 {
      try await serve(group, count, today)
    }
  }

  /// What was sent yesterday arrives; of every third request one unit comes back.
  private mutating func arrive(_ today: World) async throws {
    for (index, request) in sent.enumerated() {
      let units = try await today.receive(request)
      guard index % 3 == 0, let unit = units.first else { continue }
      for back in try await today.takeBack(request, [unit.id]) {
        withWards[try #require(back.bloodGroup), default: 0] -= 1
      }
    }
    sent = []
  }

  /// Asks for most of what was collected, and for platelets that last a few days.
  private mutating func serve(_ group: BloodGroup, _ count: Int, _ today: World) async throws {
    for (component, wanted) in [(Component.redCells, count * 9 / 10), (.platelets, count / 2)]
    where wanted > 0 {
      let request = try await today.request(group, wanted, component: component, neededIn: 20)
      try await today.allocate(request)
      asked += 1
      // Every fifth request of a day is forgotten: its hold ends, its hour passes.
      if asked % 5 == 1 { continue }
      guard try await !today.registry.units(of: request, as: .system).isEmpty else { continue }
      for unit in try await today.issue(request) where unit.state == .issued {
        withWards[try #require(unit.bloodGroup), default: 0] += 1
      }
      sent.append(request)
    }
  }

  /// Expects that what was told, what the units say and what their history says agree.
  func expectConservation(day: Int) async throws {
    let units = try await world.books(
      "select blood_group, state::text, count(*) as units from units group by 1, 2",
      as: Cell.self)
    let told = try await world.books(
      """
      select blood_group, last as state, count(*) as units from units cross join lateral (
        select detail ->> 'to' as last from events where subject_id = units.id
        order by id desc limit 1) event group by 1, 2
      """, as: Cell.self)
    for group in BloodGroup.allCases {
      let cells = units.filter { $0.bloodGroup == group }
      #expect(cells.total == made[group, default: 0], "\(group), day \(day)")
      #expect(
        cells.filter { ["issued", "received"].contains($0.state) }.total
          == withWards[group, default: 0], "\(group), day \(day)")
      for cell in cells {
        #expect(told.contains(cell), "\(cell), day \(day)")
      }
      #expect(told.filter { $0.bloodGroup == group }.count == cells.count)
    }
    #expect(try await world.tally("(\(Ledger.miscounts)) cells") == 0)
  }

  struct Cell: Decodable, Sendable, Hashable {
    let bloodGroup: BloodGroup
    let state: String
    let units: Int
  }
}

extension [Month.Cell] {
  fileprivate var total: Int { reduce(0) { $0 + $1.units } }
}

extension World {
  /// Takes one donor's blood through the laboratory; of sixty one is reactive, and of
  /// forty one is left for tomorrow.
  fileprivate func process(_ group: BloodGroup, at drive: ID<Drive>, number: Int) async throws {
    let draft = try draft(of: try await donor(), at: drive)
    _ = try await registry.log(command(staff, draft))
    try await determine(draft.din, group)
    try await make(draft.din, [.redCells, .platelets])
    try await test(draft.din, result: number % 60 == 59 ? .reactive : .nonReactive)
    guard number % 60 != 59, number % 40 != 39 else { return }
    _ = try await registry.release(command(laboratory, draft.din))
  }
}
