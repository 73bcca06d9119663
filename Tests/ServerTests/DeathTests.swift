import AsyncHTTPClient
import Domain
import Foundation
import NIOCore
import NIOHTTP1
import Postgres
import Store
import Synchronization
import TestSupport
import Testing

/// The program itself, which is killed in the middle of a busy drive.
@Suite struct DeathTests {
  @Test func `every acknowledged donation is there once after the service was killed`()
    async throws
  {
    try await World.lend(at: Date()) { world in
      let desk = try await Desk(world)
      let drafts = try desk.drafts(2000)
      let service = try await Program.serve(world)
      let watch = Watch(service)
      try await withThrowingTaskGroup(of: Void.self) { clients in
        for client in 0..<16 {
          clients.addTask {
            for index in stride(from: client, to: drafts.count, by: 16) {
              try await desk.insist(on: drafts[index], at: service.address)
              watch.acknowledged.add(1, ordering: .relaxed)
            }
          }
        }
        clients.addTask {
          for limit in [500, 1200] {
            while watch.acknowledged.load(ordering: .relaxed) < limit {
              try await Task.sleep(for: .milliseconds(2))
            }
            watch.kill()
            // As whatever watches over the service does, on the same port.
            watch.begin(with: try await Program.serve(world, port: service.port))
          }
        }
        try await clients.waitForAll()
      }
      watch.kill()
      let kept = try await world.books("select id from donations", as: UUID.self)
      #expect(kept.count == 2000 && Set(kept) == Set(drafts.map(\.id.uuid)))
      let told = try await world.books(
        "select count(*) from events where kind = 'donation.logged'", as: Int.self)
      #expect(told == [2000])
      #expect(try await world.registry.verifyAudit().findings == [])
    }
  }
}

/// The process that serves at the moment, and how many donations were acknowledged.
private final class Watch: Sendable {
  let acknowledged = Atomic(0)
  private let service: Mutex<Program>

  init(_ service: Program) { self.service = Mutex(service) }

  func begin(with program: Program) { service.withLock { $0 = program } }
  func kill() { service.withLock { $0.kill() } }
}

/// A drive with donors and somebody who logs their donations over HTTP.
private struct Desk: Sendable {
  let world: World
  let drive: ID<Drive>
  let donors: [ID<Donor>]
  let token: Token

  init(_ world: World) async throws {
    self.world = world
    drive = try await world.drive()
    var donors: [ID<Donor>] = []
    for _ in 0..<50 { donors.append(try await world.donor()) }
    self.donors = donors
    token = try await world.registry.createToken(
      TokenDraft(
        role: .driveStaff, site: world.centre.id, name: "Desk", account: .new(at: world.now)),
      at: world.now)
  }

  /// Attempts that drew no blood, of which a donor may make any number.
  func drafts(_ count: Int) throws -> [DonationDraft] {
    try (0..<count).map {
      try world.draft(of: donors[$0 % donors.count], at: drive, outcome: .failedVein)
    }
  }

  /// Sends a donation under one key until somebody says that it is written down.
  func insist(on draft: DonationDraft, at address: String) async throws {
    var request = HTTPClientRequest(url: "\(address)/v1/drives/\(drive)/donations")
    request.method = .POST
    request.headers.add(name: "Authorization", value: "Bearer \(token.text)")
    request.headers.add(name: "Idempotency-Key", value: draft.din.text)
    request.headers.add(name: "Content-Type", value: "application/json")
    let body = """
      {"id": "\(draft.id)", "din": "\(draft.din)", "donor_id": "\(draft.donorId)",
       "kind": "whole_blood", "intent": "voluntary", "volume_ml": \(draft.volumeMl),
       "outcome": "failed_vein", "started_at": "\(Instant.format(draft.startedAt))",
       "ended_at": "\(Instant.format(draft.endedAt))"}
      """
    request.body = .bytes(Array(body.utf8))
    for _ in 0..<600 {
      // No answer at all is what a dead service gives.
      let answer = try? await HTTPClient.shared.execute(request, timeout: .seconds(20))
      if let answer, (try? await answer.body.collect(upTo: 1 << 20)) != nil {
        if answer.status.code == 201 { return }
        try #require(answer.status.code == 503, "\(answer.status)")
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    Issue.record("nobody took \(draft.din)")
  }
}

extension World {
  /// Reads the database beside the service, whatever row-level security says.
  fileprivate func books<T: Decodable & Sendable>(
    _ text: String, as type: T.Type
  ) async throws -> [T] {
    let owner = TestCluster.owner(of: settings)
    let rows = try await owner.read { db in
      try db.rows(Query(name: "books of \(text)", text: text), as: type)
    }
    await owner.shutdown()
    return rows
  }
}
