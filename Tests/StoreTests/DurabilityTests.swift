import Domain
import Foundation
import Postgres
import SQL
import Store
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

// Each has a server of its own: one kills it, one reads its log of changes.
@Suite(.serialized) struct DurabilityTests {
  @Test func `every acknowledged bag is there once after the server was killed`() async throws {
    try await withDurableServer { cluster, settings in
      try await World.lend(on: settings) { world in
        let drafts = try await world.attempts(2000)
        let (acknowledged, words) = AsyncStream.makeStream(of: Void.self)
        let killing = Task {
          var count = 0
          for await _ in acknowledged {
            count += 1
            if count == 500, let server = cluster.processID { kill(server, SIGKILL) }
          }
          return count
        }
        let answers = try await concurrently(drafts, width: 256) { draft in
          let command = world.command(world.staff, key: draft.din.text, draft)
          let answer = try await insist { try await world.registry.log(command) }
          words.yield()
          return answer
        }
        words.finish()
        #expect(await killing.value == 2000)
        #expect(answers.map(\.subject) == drafts.map(\.id.uuid))
        let kept = try await world.books("select id from donations", as: UUID.self)
        #expect(kept.count == 2000 && Set(kept) == Set(answers.map(\.subject)))
        #expect(try await world.tally("events where kind = 'donation.logged'") == 2000)
        // Asked again, each says to the byte what it said then.
        let again = try await concurrently(drafts.prefix(50)) { draft in
          try await world.registry.log(world.command(world.staff, key: draft.din.text, draft))
        }
        #expect(again.map(\.body) == answers.prefix(50).map(\.body))
        #expect(again.allSatisfy { $0.replayed })
      }
    }
  }

  @Test func `a replay is written down before it is answered`() async throws {
    try await withDurableServer { _, settings in
      try await World.lend(on: settings) { world in
        let draft = try world.draft(of: try await world.donor(), at: try await world.drive())
        let command = world.command(world.staff, draft)
        _ = try await world.registry.log(command)
        var quietReads = 0
        for _ in 0..<10 {
          // Listeners are woken a moment after a commit, which moves the log too.
          try await Task.sleep(for: .milliseconds(300))
          let start = try await world.logPosition()
          _ = try await world.registry.donation(draft.din, as: world.staff.authority)
          let middle = try await world.logPosition()
          if middle == start { quietReads += 1 }
          #expect(try await world.registry.log(command).replayed)
          #expect(try await world.logPosition() > middle)
        }
        // So the advance is the replay's, not that of a server that is never at rest.
        #expect(quietReads >= 8)
      }
    }
  }
}

/// Lends a server that keeps what it acknowledged, with a migrated database.
private func withDurableServer(
  _ body: @Sendable (Cluster, DatabaseSettings) async throws -> Void
) async throws {
  let folder = FileManager.default.temporaryDirectory
    .appending(path: "tamshy-durable-\(UUID().uuidString)")
  let cluster = Cluster(folder: folder.path())
  let result: Result<Void, any Error>
  do {
    try await cluster.start()
    var settings = DatabaseSettings(uri: cluster.uri(), applicationName: "durable")
    _ = try await Migrator(migrations: Migration.all).apply(using: settings)
    settings.role = "tamshy_service"
    result = .success(try await body(cluster, settings))
  } catch {
    result = .failure(error)
  }
  await cluster.stop()
  try FileManager.default.removeItem(at: folder)
  try result.get()
}

/// Asks again with the same key until there is an answer, as a tablet does.
private func insist(_ work: () async throws -> Answer) async throws -> Answer {
  for _ in 0..<600 {
    do {
      return try await work()
    } catch {
      guard [.unavailable, .outcomeUnknown].contains(StoreFailure(error)) else { throw error }
      try await Task.sleep(for: .milliseconds(50))
    }
  }
  return try await work()
}

extension World {
  /// Attempts at as many donors that drew no blood, so that any number may follow.
  fileprivate func attempts(_ count: Int) async throws -> [DonationDraft] {
    let drive = try await drive()
    let donors = try await concurrently(0..<100) { _ in try await donor() }
    return try (0..<count).map {
      try draft(of: donors[$0 % donors.count], at: drive, outcome: .failedVein)
    }
  }

  /// How far the server's log of changes has been written, in bytes.
  fileprivate func logPosition() async throws -> Int {
    try await books(
      "select (pg_current_wal_insert_lsn() - '0/0')::bigint", as: Int.self)[0]
  }
}
