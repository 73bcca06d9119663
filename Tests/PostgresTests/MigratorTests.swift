import Foundation
import Postgres
import Testing

private let first = Migration(name: "0001_create_places", text: "create table places (id int);")
private let second = Migration(
  name: "0002_fill_places", text: "insert into places values (1); insert into places values (2);")
private let third = Migration(name: "0003_create_units", text: "create table units (id int);")

struct MigratorTests {
  @Test func `steps are applied once and in order`() async throws {
    try await withDatabase { db in
      let migrator = Migrator(migrations: [first, second])
      #expect(try await migrator.pending(in: db) == ["0001_create_places", "0002_fill_places"])
      #expect(try await migrator.apply(using: db) == ["0001_create_places", "0002_fill_places"])
      #expect(try await migrator.apply(using: db) == [])
      #expect(try await migrator.pending(in: db) == [])
      let later = Migrator(migrations: [first, second, third])
      #expect(try await later.apply(using: db) == ["0003_create_units"])
      let status = try await later.status(of: db)
      #expect(status.map(\.name) == [first.name, second.name, third.name])
      #expect(status.allSatisfy { $0.appliedAt != nil })
      let count = try await db.read { db in
        try db.one(sql("select count(*) from places"), as: Int.self)
      }
      #expect(count == 2)
    }
  }

  @Test func `an edited step is refused by name`() async throws {
    try await withDatabase { db in
      try await Migrator(migrations: [first]).apply(using: db)
      let edited = Migration(name: first.name, text: first.text + " ")
      let error = try await postgresError {
        try await Migrator(migrations: [edited, second]).apply(using: db)
      }
      #expect(error.kind == .migration)
      #expect("\(error)".contains("0001_create_places was edited"))
    }
  }

  @Test func `a database from the future is refused`() async throws {
    try await withDatabase { db in
      try await Migrator(migrations: [first, second]).apply(using: db)
      let migrator = Migrator(migrations: [first])
      for work in [
        { _ = try await migrator.apply(using: db) }, { _ = try await migrator.status(of: db) },
      ] {
        let error = try await postgresError { try await work() }
        #expect(error.kind == .migration)
        #expect("\(error)".contains("0002_fill_places was applied by a later build"))
      }
    }
  }

  @Test func `a step that comes too late is refused`() async throws {
    try await withDatabase { db in
      try await Migrator(migrations: [first, third]).apply(using: db)
      let error = try await postgresError {
        try await Migrator(migrations: [first, second, third]).apply(using: db)
      }
      #expect(error.kind == .migration)
      #expect("\(error)".contains("0002_fill_places comes before"))
    }
  }

  @Test func `a step that fails leaves the ones before it`() async throws {
    let bad = Migration(
      name: "0002_bad",
      text: "create table half (id int); select 1 / 0; create table rest (id int);")
    try await withDatabase { db in
      let migrator = Migrator(migrations: [first, bad])
      let error = try await postgresError { try await migrator.apply(using: db) }
      #expect(error.state == .divisionByZero)
      #expect(error.query == "0002_bad")
      #expect(try await migrator.pending(in: db) == ["0002_bad"])
      let isHalfDone = try await db.read { db in
        try db.one(sql("select to_regclass('half') is not null"), as: Bool.self)
      }
      #expect(!isHalfDone)
    }
  }

  @Test func `of migrators that start at once each step is applied by one`() async throws {
    let slow = Migration(name: "0002_slow", text: "select pg_sleep(0.1)")
    let migrator = Migrator(migrations: [first, slow, third])
    try await withDatabase { db in
      let applied = try await withThrowingTaskGroup(of: [String].self) { group in
        for _ in 0..<4 {
          group.addTask { try await migrator.apply(using: db.settings) }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(applied.sorted() == [first.name, slow.name, third.name])
    }
  }
}
