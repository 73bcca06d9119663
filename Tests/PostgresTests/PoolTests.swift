import Foundation
import Postgres
import Testing

struct PoolTests {
  @Test func `two hundred callers share a few connections`() async throws {
    try await withDatabase(poolSize: 3) { settings in
      // As long as a slow disk takes.
      settings.waitLimit = .seconds(300)
    } _: { db in
      try await db.write { db in
        try db.run(sql("create table units (id int primary key)"))
      }
      let backends = try await withThrowingTaskGroup(of: Int.self) { group in
        for id in 0..<200 {
          group.addTask {
            try await db.write { db in
              try db.run(sql("insert into units values ($1)"), id)
              return try db.one(sql("select pg_backend_pid()"), as: Int.self)
            }
          }
        }
        return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
      }
      #expect(backends.count <= 3)
      let count = try await db.read { db in
        try db.one(sql("select count(*) from units"), as: Int.self)
      }
      #expect(count == 200)
    }
  }

  @Test func `a caller that waits too long is told so`() async throws {
    try await withDatabase(poolSize: 1) { settings in
      settings.waitLimit = .milliseconds(50)
    } _: { db in
      try await whileOpen(db, after: sql("select 1")) {
        let error = try await postgresError { try await db.read { _ in } }
        #expect(error.kind == .poolExhausted)
      }
    }
  }

  @Test func `a full queue refuses at once`() async throws {
    try await withDatabase(poolSize: 1) { settings in
      settings.waitingLimit = 0
    } _: { db in
      try await whileOpen(db, after: sql("select 1")) {
        let error = try await postgresError { try await db.read { _ in } }
        #expect(error.kind == .poolExhausted)
      }
    }
  }

  @Test func `a caller that is cancelled leaves the queue`() async throws {
    try await withDatabase(poolSize: 1) { db in
      try await whileOpen(db, after: sql("select 1")) {
        let impatient = Task { try await db.read { _ in } }
        try await Task.sleep(for: .milliseconds(50))
        impatient.cancel()
        await #expect(throws: CancellationError.self) { try await impatient.value }
      }
      #expect(try await db.read { db in try db.one(sql("select 1"), as: Int.self) } == 1)
    }
  }

  @Test func `idle connections are closed while it runs`() async throws {
    try await withDatabase(poolSize: 2) { settings in
      settings.idleLimit = .milliseconds(10)
    } _: { db in
      try await db.read { _ in }
      let observer = Database(db.settings)
      let others = sql("select count(*) from pg_stat_activity where datname = current_database()")
      let running = Task { await db.run() }
      try await eventually {
        try await observer.read { db in try db.one(others, as: Int.self) } == 1
      }
      running.cancel()
      await running.value
      await observer.shutdown()
    }
  }

  @Test func `a shutdown waits for those at work and refuses the next`() async throws {
    try await withDatabase(poolSize: 1) { db in
      let log = Log<String>()
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          try await db.read { db in
            log.add("began")
            _ = try db.run(sql("select pg_sleep(0.2)"))
            log.add("worked")
          }
        }
        try await eventually { log.entries.first == "began" }
        await db.shutdown()
        #expect(log.entries == ["began", "worked"])
        let error = try await postgresError { try await db.read { _ in } }
        #expect(error.kind == .closed)
        try await group.waitForAll()
      }
    }
  }
}
