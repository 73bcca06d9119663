import Foundation
import Postgres
import Testing

private let copyIn = Query(name: "copyIn", text: "copy units (id, name) from stdin")
private let copyOut = Query(name: "copyOut", text: "copy (select id, name from units) to stdout")

/// Lines of units as a reader of a file would hand them out.
private struct Lines: AsyncSequence, AsyncIteratorProtocol {
  struct Torn: Error {}
  let count: Int
  var tearsAt: Int?
  var position = 0

  func makeAsyncIterator() -> Lines { self }

  mutating func next() async throws -> [UInt8]? {
    if position == tearsAt { throw Torn() }
    guard position < count else { return nil }
    defer { position += 1 }
    return Array("\(position)\tunit \(position)\n".utf8)
  }
}

struct CopyTests {
  private func withUnits(_ body: (Database) async throws -> Void) async throws {
    try await withDatabase(poolSize: 2) { db in
      try await db.write { db in
        try db.run(sql("create table units (id int constraint units_pkey primary key, name text)"))
      }
      try await body(db)
    }
  }

  private func count(_ db: Database) async throws -> Int {
    try await db.read { db in try db.one(sql("select count(*) from units"), as: Int.self) }
  }

  @Test func `a hundred thousand rows go in and come out`() async throws {
    try await withUnits { db throws in
      let copied = try await db.copyIn(copyIn, rows: Lines(count: 100_000))
      #expect(copied == 100_000)
      var bytes = 0
      var rows = 0
      for try await chunk in db.copyOut(copyOut) {
        bytes += chunk.count
        rows += chunk.count { $0 == UInt8(ascii: "\n") }
        #expect(chunk.last == UInt8(ascii: "\n"))
      }
      #expect(rows == 100_000)
      #expect(bytes == (0..<100_000).reduce(0) { $0 + "\($1)\tunit \($1)\n".utf8.count })
    }
  }

  @Test func `a source that fails leaves nothing behind`() async throws {
    try await withUnits { db throws in
      await #expect(throws: Lines.Torn.self) {
        try await db.copyIn(copyIn, rows: Lines(count: 50_000, tearsAt: 40_000))
      }
      #expect(try await count(db) == 0)
    }
  }

  @Test func `a row that is refused names the constraint and not the row`() async throws {
    try await withUnits { db throws in
      let rows = AsyncStream<[UInt8]> { continuation in
        continuation.yield(Array("1\tDana\n".utf8))
        continuation.yield(Array("1\tSerik\n".utf8))
        continuation.finish()
      }
      let error = try await postgresError { try await db.copyIn(copyIn, rows: rows) }
      #expect(error.constraint == "units_pkey")
      #expect(error.query == "copyIn")
      #expect(!"\(error)".contains("Serik"))
      #expect(try await count(db) == 0)
    }
  }

  @Test func `an import stages, checks and moves in one transaction`() async throws {
    try await withUnits { db throws in
      let stage = Query(name: "stage", text: "copy staged from stdin")
      let moved = try await db.copyIn(stage, rows: Lines(count: 1000)) { db in
        try db.run(sql("create temp table staged (id int, name text) on commit drop"))
      } after: { db, count in
        #expect(count == 1000)
        return try db.run(sql("insert into units select * from staged where id % 2 = 0"))
      }
      #expect(moved == 500)
      #expect(try await count(db) == 500)
    }
  }

  @Test func `a transaction copies what it has in memory`() async throws {
    try await withUnits { db throws in
      let copied = try await db.write { db in
        try db.copyIn(copyIn, rows: (0..<10).map { Array("\($0)\t\\N\n".utf8) })
      }
      #expect(copied == 10)
      #expect(try await count(db) == 10)
    }
  }

  @Test func `a reader who leaves early gives the connection back`() async throws {
    try await withUnits { db throws in
      try await db.copyIn(copyIn, rows: Lines(count: 20_000))
      for _ in 0..<5 {
        let many = Query(
          name: "copyMany", text: "copy (select id from units, generate_series(1, 100)) to stdout")
        for try await chunk in db.copyOut(many) {
          #expect(!chunk.isEmpty)
          break
        }
      }
      #expect(try await count(db) == 20_000)
    }
  }
}
