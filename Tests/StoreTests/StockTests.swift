import Domain
import Foundation
import Postgres
import Store
import TestSupport
import Testing

@Test func `stock equals a recount at every moment while eight hands move units`()
  async throws
{
  try await World.lend { world in
    let reader = TestCluster.owner(of: world.settings)
    let seed = UInt64.random(in: 0...999_999)
    let end = Date() + 4
    try await withThrowingTaskGroup(of: Int.self) { group in
      for hand in 0..<8 {
        group.addTask {
          var random = Seeded(seed + UInt64(hand))
          var moves = 0
          while Date() < end {
            try await world.move(using: &random)
            moves += 1
          }
          return moves
        }
      }
      group.addTask {
        var options = TransactionOptions.read
        options.isolation = .repeatableRead
        var looks = 0
        while Date() < end {
          let wrong = try await reader.read(options) { db in
            try db.one(
              Query(name: "recount", text: "select count(*) from (\(Ledger.miscounts)) cells"),
              as: Int.self)
          }
          try #require(wrong == 0, "seed \(seed), look \(looks)")
          looks += 1
        }
        return looks
      }
      for try await count in group { #expect(count > 0) }
    }
    await reader.shutdown()
    for _ in 0..<2 {
      try await world.registry.foldStock()
      #expect(try await world.tally("(\(Ledger.miscounts)) cells") == 0)
    }
    #expect(try await world.tally("stock_deltas") == 0)
    #expect(try await world.tally("stock_totals where units <= 0") == 0)
  }
}

@Test func `what lies on the shelf is counted by what may be done with it`() async throws {
  try await World.lend { world in
    _ = try await world.shelf(3, .aPositive, .platelets)
    _ = try await world.shelf(1, .aPositive, .platelets, collectedAt: world.moment(days: -5))
    let waiting = try await world.bag()
    try await world.make(waiting.din, [.platelets])
    try await world.determine(waiting.din, .aPositive)
    let (held, sent) = (
      try await world.request(.aPositive, component: .platelets, substitution: .exact),
      try await world.request(.aPositive, component: .platelets, substitution: .exact)
    )
    try await world.allocate(held)
    try await world.allocate(sent)
    try await world.issue(sent)
    for folded in [false, true] {
      if folded { try await world.registry.foldStock() }
      let lines = try await world.registry.stock(
        UnitFilter(component: .platelets), at: world.now, as: world.laboratory.authority)
      let line = try #require(lines.first)
      #expect(lines.count == 1 && line.siteId == world.centre.id)
      #expect(line.issuable == 2 && line.held == 1 && line.inTransit == 1)
      #expect(line.quarantined == 1)
      #expect(line.expiringLe3 == 1 && line.expiringLe7 == 2)
    }
    // Three days on, what expired unswept is no stock any more.
    let later = try await world.registry.stock(
      UnitFilter(component: .platelets), at: world.moment(days: 3),
      as: world.laboratory.authority)
    #expect(later.map(\.issuable) == [1])
  }
}

@Test func `many folds at once lose nothing`() async throws {
  try await World.lend { world in
    try await world.lendServer { other in
      let drive = try await world.drive()
      try await concurrently(0..<40, width: 16) { index in
        let draft = try world.draft(of: try await world.donor(), at: drive)
        _ = try await world.registry.log(world.command(world.staff, draft))
        try await world.make(draft.din, [.redCells, .plasma])
        try await (index % 2 == 0 ? world.registry : other).foldStock()
      }
      try await world.registry.foldStock()
      let counted = try await world.books("select sum(units)::integer from stock", as: Int.self)
      #expect(counted == [80])
      #expect(try await world.tally("(\(Ledger.miscounts)) cells") == 0)
    }
  }
}

extension World {
  /// Does one thing that moves units, or the fold that counts them.
  fileprivate func move(using random: inout Seeded) async throws {
    let group = BloodGroup.allCases[Int.random(in: 0..<8, using: &random)]
    switch Int.random(in: 0..<6, using: &random) {
    case 0: try await make(try await bag().din, [.redCells, .plasma])
    case 1: _ = try await unit(group)
    case 2:
      let request = try await request(group)
      if try await allocate(request).isEmpty { return }
      do {
        try await issue(request)
      } catch RequestRefusal.nothingToIssue {
        // Another hand's reactive test took the unit away in between.
      }
    case 3:
      let request = try await request(group)
      try await allocate(request)
      _ = try await registry.cancel(command(ward, request))
    case 4: try await registry.foldStock()
    default: try await react(try await shelvedBag(group).din)
    }
  }

  private func shelvedBag(_ group: BloodGroup) async throws -> Bag {
    let bag = try await bag()
    try await shelve(bag, group)
    return bag
  }
}
