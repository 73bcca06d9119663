import Foundation
import Testing

@testable import Postgres

private let countUnits = Query(name: "countUnits", text: "select count(*) from units")
private let addUnit = Query(name: "addUnit", text: "insert into units (number) values ($1)")
private let makeUnits = Query(
  name: "makeUnits",
  text: """
    create table units (number text constraint units_number_key unique,
      millilitres int not null default 450
        constraint units_volume check (millilitres between 1 and 600))
    """)

struct TransactionTests {
  @Test func `what returns is kept and what throws is not`() async throws {
    struct Refusal: Error, Equatable {}
    try await withDatabase(poolSize: 1) { db in
      try await db.write { db in
        try db.run(makeUnits)
        try db.run(addUnit, "KZ-1")
      }
      await #expect(throws: Refusal()) {
        try await db.write { db in
          try db.run(addUnit, "KZ-2")
          throw Refusal()
        }
      }
      #expect(try await db.read { db in try db.one(countUnits, as: Int.self) } == 1)
    }
  }

  @Test func `who waits for a turn has begun before, and is rolled back if it never comes`()
    async throws
  {
    struct Refusal: Error, Equatable {}
    let stage = Query(name: "stage", text: "create temp table staged as select 'KZ-2' as number")
    let move = Query(name: "move", text: "insert into units select number from staged")
    try await withDatabase(poolSize: 2) { db in
      try await db.write { db in _ = try db.run(makeUnits) }
      let seen = try await db.write { transaction in
        try transaction.run(stage)
      } turn: {
        try await db.write { db in _ = try db.run(addUnit, "KZ-1") }
        return "KZ-3"
      } _: { transaction, staged, turn in
        #expect(staged == 1)
        try transaction.run(move)
        try transaction.run(addUnit, turn)
        return try transaction.one(countUnits, as: Int.self)
      }
      #expect(seen == 3, "also what was committed meanwhile")
      await #expect(throws: Refusal()) {
        try await db.write { transaction in
          try transaction.run(addUnit, "KZ-4")
        } turn: {
          throw Refusal()
        } _: { _, _, _ in
        }
      }
      #expect(try await db.read { db in try db.one(countUnits, as: Int.self) } == 3)
      #expect(db.usage.leased == 0)
    }
  }

  @Test func `a reader cannot write`() async throws {
    try await withDatabase(poolSize: 1) { db in
      let error = try await postgresError { try await db.read { db in _ = try db.run(makeUnits) } }
      #expect(error.state == .readOnlyTransaction)
      #expect(error.query == "makeUnits")
      try await db.write { db in _ = try db.run(makeUnits) }
    }
  }

  @Test func `a constraint is named and the row is not`() async throws {
    try await withDatabase(poolSize: 1) { db in
      try await db.write { db in
        try db.run(makeUnits)
        try db.run(addUnit, "KZ-SECRET")
      }
      let error = try await postgresError {
        try await db.write { db in _ = try db.run(addUnit, "KZ-SECRET") }
      }
      #expect(error.kind == .server(.uniqueViolation))
      #expect(error.constraint == "units_number_key")
      #expect(error.table == "units")
      #expect(error.query == "addUnit")
      #expect(!error.isTransient && error.concernsData)
      for text in ["\(error)", error.localizedDescription, "\(error as any Error)"] {
        #expect(!text.contains("SECRET"))
      }
      var dumped = ""
      dump(error, to: &dumped)
      #expect(!dumped.dropFirst(error.debugDescription.count).contains("SECRET"))
      #expect(error.debugDescription.contains("KZ-SECRET"))
      #expect("\(error)".contains("23505 unique_violation"))
    }
  }

  @Test func `a state is caught like a case`() async throws {
    try await withDatabase(poolSize: 1) { db in
      do {
        try await db.read { db in _ = try db.one(sql("select 1 / $1::int"), 0, as: Int.self) }
        Issue.record("nothing was thrown")
      } catch SQLState.divisionByZero {
        #expect(SQLState.divisionByZero.class == "22")
      }
    }
  }

  @Test func `a failure that the closure swallows is still a failure`() async throws {
    try await withDatabase(poolSize: 1) { db in
      try await db.write { db in _ = try db.run(makeUnits) }
      let error = try await postgresError {
        try await db.write { db in
          try db.run(addUnit, "KZ-1")
          // Swallowed on purpose: that is what the test is about.
          _ = try? db.run(sql("insert into units (millilitres) values ($1::int)"), 9000)
        }
      }
      #expect(error.state == .checkViolation)
      #expect(error.constraint == "units_volume")
      #expect(try await db.read { db in try db.one(countUnits, as: Int.self) } == 0)
    }
  }

  @Test func `settings hold until the transaction ends`() async throws {
    let site = sql("select coalesce(current_setting('app.site', true), '')")
    try await withDatabase(poolSize: 1) { db in
      var options = TransactionOptions.read
      options.settings = [("app.site", "7'; drop table units; --"), ("app.role", "a\\b")]
      let inside = try await db.read(options) { db in try db.one(site, as: String.self) }
      #expect(inside == "7'; drop table units; --")
      #expect(try await db.read { db in try db.one(site, as: String.self) } == "")
      options.settings = [("app.site; drop", "7")]
      #expect(try await postgresError { try await db.read(options) { _ in } }.kind == .misuse)
    }
  }

  @Test(arguments: TransactionOptions.Isolation.allCases)
  func `the level asked for is the level in force`(level: TransactionOptions.Isolation) async throws
  {
    try await withDatabase(poolSize: 1) { db in
      let options = TransactionOptions(readOnly: true, isolation: level)
      let text = try await db.read(options) { db in
        try db.one(sql("select current_setting('transaction_isolation')"), as: String.self)
      }
      #expect(text.uppercased() == level.rawValue)
    }
  }

  @Test func `two serializable writers do not both win`() async throws {
    try await withDatabase(poolSize: 2) { db in
      try await db.write { db in _ = try db.run(makeUnits) }
      let options = TransactionOptions(readOnly: false, isolation: .serializable)
      let log = Log<String>()
      let states = await withTaskGroup(of: SQLState?.self) { group in
        for number in ["KZ-1", "KZ-2"] {
          group.addTask {
            do {
              try await db.write(options) { db in
                _ = try db.one(countUnits, as: Int.self)
                // Neither writes before both have read.
                log.add(number)
                while log.entries.count < 2 { usleep(1000) }
                try db.run(addUnit, number)
              }
              return nil
            } catch {
              return (error as? PostgresError)?.state
            }
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(states.filter { $0 == nil }.count == 1)
      #expect(states.contains(.serializationFailure))
    }
  }

  @Test func `notices are heard`() async throws {
    try await withDatabase(poolSize: 1) { db in
      try await db.write { db in
        #expect(db.notices == [])
        try db.script("do $$ begin raise warning 'low stock'; end $$", named: "warn")
        #expect(db.notices.map(\.message) == ["low stock"])
        #expect(db.notices.map(\.severity) == ["WARNING"])
        #expect(db.notices.map(\.state) == [.warning])
      }
      try await db.read { db in #expect(db.notices == []) }
    }
  }

  @Test func `a transaction that escaped its closure does nothing`() async throws {
    // A transaction cannot be sent away, so the test smuggles it out.
    struct Smuggled: @unchecked Sendable { var transaction: Transaction? }
    let smuggled = Locked(Smuggled())
    try await withDatabase(poolSize: 1) { db in
      try await db.read { db in
        let wrapped = Smuggled(transaction: db)
        smuggled.withLock { $0 = wrapped }
      }
      let error = try await postgresError {
        _ = try smuggled.withLock { try $0.transaction?.run(countUnits) }
      }
      #expect(error.kind == .misuse)
    }
  }

  @Test func `a script that commits is caught`() async throws {
    try await withDatabase(poolSize: 1) { db in
      let error = try await postgresError {
        try await db.write { db in try db.script("select 1; commit", named: "sly") }
      }
      #expect(error.kind == .misuse)
      let other = try await postgresError {
        try await db.write { db in _ = try db.run(sql("commit")) }
      }
      #expect(other.kind == .misuse)
      #expect(try await db.read { db in try db.one(sql("select 1"), as: Int.self) } == 1)
    }
  }

  @Test func `one name means one statement`() async throws {
    try await withDatabase(poolSize: 1) { db in
      let error = try await postgresError {
        try await db.read { db in
          try db.run(Query(name: "twice", text: "select 1"))
          try db.run(Query(name: "twice", text: "select 2"))
        }
      }
      #expect(error.kind == .misuse)
      #expect(error.query == "twice")
    }
  }
}
