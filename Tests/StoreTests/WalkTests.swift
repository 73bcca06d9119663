import Domain
import Foundation
import Postgres
import Store
import Synchronization
import TestSupport
import Testing

/// How many steps the four of them take.
private let length = 500

/// Where a walk has to come by.
private let everywhere = [
  "issued", "received", "returned", "withdrawn", "recall_needed", "expired", "freed",
]

@Test func `four people do anything in any order, and no unsafe unit goes out`() async throws {
  let seed = UInt64.random(in: 0...999_999)
  try await World.lend { world in
    let owner = TestCluster.owner(of: world.settings)
    try await world.lendServer { other in
      let walk = Walk(world: world, servers: [world.registry, other])
      // A walk that has not been everywhere goes on.
      for round in 1...6 {
        try await walk.go(to: length * round, seed &+ UInt64(round * 4), checkedBy: owner)
        if try await world.placesNotSeen().isEmpty { break }
      }
    }
    try await world.expectSoundBooks("seed \(seed)", in: owner)
    await owner.shutdown()
    #expect(try await world.placesNotSeen() == [], "seed \(seed)")
  }
}

extension World {
  fileprivate func placesNotSeen() async throws -> [String] {
    let seen = try await books("select distinct kind from events", as: String.self)
    return everywhere.filter { !seen.contains("unit.\($0)") }
  }
}

extension Walk {
  /// Four people go on until so many steps are done in all.
  fileprivate func go(to end: Int, _ seed: UInt64, checkedBy owner: Database) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for person in 0..<4 {
        group.addTask {
          var random = Seeded(seed &+ UInt64(person))
          while self.tick() <= end {
            // A refusal is an answer; whatever else is thrown is not.
            _ = try await refusal { try await self.step(using: &random) }
            if Int.random(in: 0..<40, using: &random) == 0 {
              try await self.world.expectSoundBooks("seed \(seed)", in: owner)
            }
          }
        }
      }
      try await group.waitForAll()
    }
  }
}

/// What everybody of a walk knows.
private final class Walk: Sendable {
  let world: World
  let servers: [Registry]
  private let ticks = Atomic<Int>(0)
  private let known = Mutex(Known())

  struct Known {
    var bags: [Bag] = []
    var requests: [ID<Request>] = []
  }

  init(world: World, servers: [Registry]) {
    self.world = world
    self.servers = servers
  }

  /// The next step's number; time goes on by a quarter of an hour with each.
  func tick() -> Int { ticks.add(1, ordering: .relaxed).newValue }

  private var now: Date {
    world.now + Double(ticks.load(ordering: .relaxed)) * 900
  }

  func step(using random: inout Seeded) async throws {
    let registry = servers[Int.random(in: 0..<servers.count, using: &random)]
    switch Int.random(in: 0..<25, using: &random) {
    case 0...3: try await collect(using: &random)
    case 4...6: try await ask(using: &random)
    case 7...10:
      guard let request = pick({ $0.requests }, &random) else { return }
      let wish = AllocationDraft(request: request)
      _ = try await registry.allocate(world.command(world.coordinator, at: now, wish))
    case 11...13: try await hand(Registry.issue, by: world.coordinator, registry, &random)
    case 14...15: try await hand(Registry.receive, by: world.ward, registry, &random)
    case 16: try await hand(Registry.takeBack, by: world.ward, registry, &random)
    case 17:
      guard let request = pick({ $0.requests }, &random) else { return }
      let who = Bool.random(using: &random) ? world.ward : world.coordinator
      _ = try await registry.cancel(world.command(who, at: now, request))
    case 18...19: try await registry.sweep(at: now)
    case 20...22: try await end(registry, &random)
    default:
      guard let bag = pick({ $0.bags }, &random) else { return }
      let paths = ["reactive", "conflict", "deferral"]
      try await world.spoil(bag, by: paths[Int.random(in: 0..<3, using: &random)])
    }
  }

  private func hand(
    _ verb: (Registry) -> (Command<HandoverDraft>) async throws -> Answer, by actor: Actor,
    _ registry: Registry, _ random: inout Seeded
  ) async throws {
    guard let request = pick({ $0.requests }, &random) else { return }
    let draft = HandoverDraft(request: request, units: nil)
    _ = try await verb(registry)(world.command(actor, at: now, draft))
  }

  /// Lets a unit of a request meet its end, or come back from it.
  private func end(_ registry: Registry, _ random: inout Seeded) async throws {
    guard let request = pick({ $0.requests }, &random),
      let unit = try await registry.units(of: request, as: .system)
        .randomElement(using: &random)
    else { return }
    switch Int.random(in: 0..<4, using: &random) {
    case 0:
      let draft = TransfusionDraft(unit: unit.id, transfusedAt: now)
      _ = try await registry.transfuse(world.command(world.ward, at: now, draft))
    case 1:
      let who = Bool.random(using: &random) ? world.ward : world.laboratory
      let draft = DiscardDraft(unit: unit.id, reason: "bag torn")
      _ = try await registry.discard(world.command(who, at: now, draft))
    default:
      let draft = InspectionDraft(
        unit: unit.id, outcome: .fit, minutesOutside: 10, reason: nil)
      _ = try await registry.inspect(world.command(world.laboratory, at: now, draft))
      _ = try await registry.release(world.command(world.laboratory, at: now, unit.din))
    }
  }

  private func collect(using random: inout Seeded) async throws {
    let bag = try await world.bag(
      collectedAt: now - 86_400 * Double.random(in: 0...4, using: &random))
    let group: BloodGroup = Bool.random(using: &random) ? .oNegative : .aPositive
    try await world.shelve(bag, group, [.redCells, .platelets])
    known.withLock { $0.bags.append(bag) }
  }

  private func ask(using random: inout Seeded) async throws {
    let hours = Double.random(in: 1...48, using: &random)
    let request = try await world.request(
      .aPositive, Int.random(in: 1...3, using: &random),
      component: Bool.random(using: &random) ? .redCells : .platelets,
      neededIn: now.timeIntervalSince(world.now) / 3600 + hours)
    known.withLock { $0.requests.append(request) }
  }

  /// One of the last few, so that several people meet over it.
  private func pick<T: Sendable>(
    _ list: @Sendable (Known) -> [T], _ random: inout Seeded
  ) -> T? {
    known.withLock { Array(list($0).suffix(8)) }.randomElement(using: &random)
  }
}
