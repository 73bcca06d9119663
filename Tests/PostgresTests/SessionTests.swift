import Foundation
import Postgres
import Testing

private let backend = Query(name: "backend", text: "select pg_backend_pid()")

/// Ends every other session of the database, as an administrator would.
private let killOthers = Query(
  name: "killOthers",
  text: """
    select count(*) from pg_stat_activity, pg_terminate_backend(pid, 5000) as done
    where datname = current_database() and pid <> pg_backend_pid() and done
    """)

struct SessionTests {
  @Test func `a session killed while it rests is replaced unseen`() async throws {
    try await withDatabase(poolSize: 1) { db in
      let killer = Database(db.settings)
      let first = try await db.read { db in try db.one(backend, as: Int.self) }
      let killed = try await killer.write { db in try db.one(killOthers, as: Int.self) }
      #expect(killed == 1)
      // The same statement, so it has to be prepared anew.
      let second = try await db.read { db in try db.one(backend, as: Int.self) }
      #expect(second != first)
      await killer.shutdown()
    }
  }

  @Test func `a session killed at work is a lost connection, and the next call is well`()
    async throws
  {
    try await withDatabase(poolSize: 1) { db in
      let error = try await postgresError {
        try await db.write { db in
          try db.run(sql("create table units (id int)"))
          try db.run(sql("select pg_terminate_backend(pg_backend_pid())"))
          try db.run(sql("insert into units values (1)"))
        }
      }
      #expect(error.kind == .connectionLost)
      #expect(error.isTransient)
      let isThere = try await db.read { db in
        try db.one(sql("select to_regclass('units') is not null"), as: Bool.self)
      }
      #expect(!isThere)
    }
  }

  @Test func `a plan that a migration outdated is made anew`() async throws {
    let read = Query(name: "readUnits", text: "select * from units")
    try await withDatabase(poolSize: 1) { db in
      try await db.write { db in _ = try db.run(sql("create table units (id int)")) }
      try await db.read { db in _ = try db.run(read) }
      let other = Database(db.settings)
      try await other.write { db in
        try db.run(sql("alter table units alter column id type text"))
      }
      await other.shutdown()
      let error = try await postgresError { try await db.read { db in _ = try db.run(read) } }
      #expect(error.state == .featureNotSupported)
      try await db.read { db in _ = try db.run(read) }
    }
  }

  @Test func `a session writes values in the form that is read`() async throws {
    try await withDatabase(poolSize: 1) { settings in
      settings.statementTimeout = .milliseconds(12_345)
      settings.role = "pg_monitor"
    } _: { db in
      let names = [
        "TimeZone", "DateStyle", "bytea_output", "client_encoding", "statement_timeout",
        "lock_timeout", "role", "application_name",
      ]
      let values = try await db.read { db in
        try db.rows(
          sql(
            """
            select current_setting(name)
            from unnest($1::text[]) with ordinality as n (name, i) order by i
            """
          ),
          names, as: String.self)
      }
      #expect(
        values == [
          "UTC", "ISO, YMD", "hex", "UTF8", "12345ms", "10s", "pg_monitor",
          db.settings.applicationName,
        ])
    }
  }

  @Test func `a statement that runs too long is stopped by the server`() async throws {
    try await withDatabase(poolSize: 1) { settings in
      settings.statementTimeout = .milliseconds(50)
    } _: { db in
      let error = try await postgresError {
        try await db.read { db in _ = try db.run(sql("select pg_sleep(10)")) }
      }
      #expect(error.state == .queryCanceled)
    }
  }

  @Test func `a lock that is not to be had is given up`() async throws {
    try await withDatabase(poolSize: 2) { settings in
      settings.lockTimeout = .milliseconds(50)
    } _: { db in
      try await db.write { db in
        try db.run(sql("create table units (id int)"))
      }
      try await whileOpen(db, after: sql("lock table units")) {
        let error = try await postgresError {
          try await db.read { db in _ = try db.run(sql("select * from units")) }
        }
        #expect(error.state == .lockNotAvailable)
      }
    }
  }

  @Test func `a server that is not there is said in words`() async throws {
    let db = Database(DatabaseSettings(uri: "host=/nowhere user=x dbname=x"))
    let error = try await postgresError { try await db.read { _ in } }
    #expect(error.kind == .connectionLost)
    #expect("\(error)".contains("/nowhere"))
  }

  @Test func `of several hosts the one that answers is used`() async throws {
    try await withDatabase { db in
      var settings = db.settings
      settings.uri = settings.uri.replacing("host='", with: "host='/nowhere,")
        .replacing("port='5432'", with: "port='5432,5432' target_session_attrs=read-write")
      let other = Database(settings)
      let answer = try await other.read { db in try db.one(sql("select 1"), as: Int.self) }
      #expect(answer == 1)
      await other.shutdown()
    }
  }
}
