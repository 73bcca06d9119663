import Domain
import Foundation
import Store
import TestSupport
import Testing

/// How often a race is run: all thousand times when there is time for it.
private let rounds = ProcessInfo.processInfo.environment["TAMSHY_ROUNDS"].flatMap(Int.init)

@Test func `sixty-four wards reach for one unit and one gets it, round after round`()
  async throws
{
  try await World.lend { world in
    try await world.lendServer { other in
      let unit = try await world.unit()
      var requests = try await concurrently(0..<64) { _ in try await world.request() }
      let end = Date() + 8
      for round in 0..<(rounds ?? 1000) where rounds != nil || Date() < end {
        let got = try await concurrently(requests.shuffled(), width: 64) { request in
          let server = request.uuid.hashValue % 2 == 0 ? world.registry : other
          let wish = world.command(world.coordinator, AllocationDraft(request: request))
          let units = try World.decode(Promised.self, try await server.allocate(wish)).units
          return (request, units.map(\.id))
        }
        let winners = got.filter { !$0.1.isEmpty }
        try #require(winners.map(\.1) == [[unit.id]], "round \(round)")
        let winner = winners[0].0
        // The unit goes back on the shelf for the next round.
        _ = try await world.registry.cancel(world.command(world.ward, winner))
        requests.removeAll { $0 == winner }
        requests.append(try await world.request())
      }
      let live = try await world.tally("allocations where state in ('held', 'issued', 'received')")
      #expect(live == 0)
    }
  }
}

@Test func `of a hundred who ask two servers for ninety-nine units one waits`() async throws {
  try await World.lend { world in
    try await world.lendServer { other in
      let units = try await world.shelf(99)
      let requests = try await concurrently(0..<100) { _ in try await world.request() }
      let got = try await concurrently(Array(requests.enumerated()), width: 100) { index, request in
        let wish = world.command(world.coordinator, AllocationDraft(request: request))
        let server = index % 2 == 0 ? world.registry : other
        return try World.decode(Promised.self, try await server.allocate(wish)).units.map(\.id)
      }
      #expect(got.count { $0.count == 1 } == 99)
      #expect(got.count { $0.isEmpty } == 1)
      #expect(Set(got.flatMap(\.self)) == Set(units.map(\.id)))
    }
  }
}

@Test func `a unit promised to another meanwhile is not taken off him`() async throws {
  try await World.lend { world in
    let unit = try await world.unit()
    let (first, second) = (try await world.request(), try await world.request())
    try await world.allocate(first)
    // While the first is about to be issued its hold ends, and the second gets the unit.
    let answer = try await world.whileOwner(
      """
      select from units where id = '\(unit.id)' for update;
      update allocations set state = 'expired', ended_at = now(), end_reason = 'hold_expired';
      insert into allocations (id, unit_id, line_id, request_id, rank_reason, held_at,
        held_until, allocated_by)
      select gen_random_uuid(), '\(unit.id)', id, request_id, 'identical', now(), 'infinity',
        gen_random_uuid()
      from request_lines where request_id = '\(second)';
      update units set state = 'held' where id = '\(unit.id)';
      """
    ) {
      try await refusal { try await world.issue(first) }
    }
    #expect(answer == nil || answer == "nothing_to_issue")
    #expect(try await world.reread(unit).state == .held)
    #expect(try await world.issue(second).map(\.state) == [.issued])
  }
}

@Test func `a unit is issued or its reactive test stops it, never both`() async throws {
  try await World.lend { world in
    try await world.lendServer { other in
      for _ in 0..<12 {
        let bag = try await world.bag()
        let unit = try await world.shelve(bag)[0]
        let request = try await world.request()
        try await world.allocate(request)
        async let reacted: Void = world.react(bag.din)
        async let issued: Answer? = try? other.issue(  // Refused when the test came first.
          world.command(world.coordinator, HandoverDraft(request: request, units: nil)))
        _ = try await (reacted, issued)
        let history = try await world.registry.unit(unit.id, as: .system)
        switch history.unit.state {
        case .issued: #expect(history.history.last?.kind == "unit.recall_needed")
        case .discarded: #expect(!history.history.map(\.kind).contains("unit.issued"))
        default: Issue.record("the unit is \(history.unit.state)")
        }
        let live = try await world.tally("allocations where state = 'held'")
        #expect(live == 0)
      }
    }
  }
}

/// The units that a request got, as a client reads them.
private struct Promised: Decodable {
  let units: [AllocatedUnit]
}
