import Foundation
import Postgres
import Testing

struct DeadlineTests {
  @Test func `when time is up before COMMIT the caller knows that nothing was kept`() async throws {
    try await withDatabase(poolSize: 1) { db in
      try await db.write { db in _ = try db.run(sql("create table units (id int)")) }
      var options = TransactionOptions.write
      options.deadline = .milliseconds(100)
      let clock = ContinuousClock()
      let start = clock.now
      let error = try await postgresError {
        try await db.write(options) { db in
          try db.run(sql("insert into units values (1)"))
          _ = try db.run(sql("select pg_sleep(5)"))
        }
      }
      #expect(error.kind == .deadline)
      #expect(clock.now - start < .seconds(2))
      let count = try await db.read { db in
        try db.one(sql("select count(*) from units"), as: Int.self)
      }
      #expect(count == 0)
    }
  }

  @Test func `when time is up during COMMIT the outcome is unknown`() async throws {
    try await withDatabase(poolSize: 1) { db in
      try await db.write { db in
        try db.script(
          """
          create table units (id int);
          create function slow() returns trigger language plpgsql as
            $$ begin perform pg_sleep(2); return null; end $$;
          create constraint trigger slow after insert on units deferrable initially deferred
            for each row execute function slow();
          """, named: "slowCommit")
      }
      var options = TransactionOptions.write
      options.deadline = .milliseconds(500)
      let error = try await postgresError {
        try await db.write(options) { db in _ = try db.run(sql("insert into units values (1)")) }
      }
      #expect(error.kind == .outcomeUnknown)
      #expect(error.isTransient)
    }
  }

  @Test func `time spent in the queue counts`() async throws {
    try await withDatabase(poolSize: 1) { db in
      try await whileOpen(db, after: sql("select 1")) {
        var options = TransactionOptions.read
        options.deadline = .milliseconds(50)
        let error = try await postgresError { try await db.read(options) { _ in } }
        #expect(error.kind == .deadline)
      }
    }
  }

  @Test func `a deadline that is met leaves the connection as it is`() async throws {
    let backend = sql("select pg_backend_pid()")
    try await withDatabase(poolSize: 1) { db in
      var options = TransactionOptions.read
      options.deadline = .seconds(5)
      let first = try await db.read(options) { db in try db.one(backend, as: Int.self) }
      let second = try await db.read(options) { db in try db.one(backend, as: Int.self) }
      #expect(first == second)
    }
  }

  @Test func `a caller that is cancelled leaves a clean connection behind`() async throws {
    try await withDatabase(poolSize: 1) { db in
      let log = Log<String>()
      let caller = Task {
        try await db.write { db in
          try db.run(sql("create table units (id int)"))
          log.add("began")
          _ = try db.run(sql("select pg_sleep(0.2)"))
        }
      }
      try await eventually { log.entries == ["began"] }
      caller.cancel()
      // It was at work already, so it finishes.
      try await caller.value
      let isThere = try await db.read { db in
        try db.one(sql("select to_regclass('units') is not null"), as: Bool.self)
      }
      #expect(isThere)
    }
  }
}
