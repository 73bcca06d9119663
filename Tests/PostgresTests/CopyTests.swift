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

  @Test func `every value that COPY is given comes back as it was`() async throws {
    let texts = [
      "", "a\tb", "a\nb\rc", "\\", "\\N", "\\.", "{a,\"b\"}", "Һ😀", "'", "a\u{1}b", "NULL", nil,
    ]
    let data = [Data(), Data([0, 92, 9, 10, 255]), Data((0...255).map { UInt8($0) })]
    try await withDatabase(poolSize: 1) { db in
      try await db.write { db in
        try db.run(sql("create table things (n int, t text, b bytea, bs bytea[], u uuid)"))
        var rows = CopyText()
        let id = UUID()
        for (index, text) in texts.enumerated() {
          rows.add(index)
          try rows.add(text)
          rows.add(bytea: data[index % 3])
          rows.add(byteas: index == 0 ? nil : Array(data.prefix(index % 4)))
          rows.add(index == 0 ? nil : id)
          rows.endRow()
        }
        #expect(rows.rows == texts.count)
        try db.copyIn(
          Query(name: "copyThings", text: "copy things from stdin"), rows: [rows.bytes])
        let kept = try db.rows(
          sql("select coalesce(t, 'none') from things order by n"), as: String.self)
        #expect(kept == texts.map { $0 ?? "none" })
        let bytes = try db.rows(sql("select b from things order by n"), as: Data.self)
        #expect(bytes == texts.indices.map { data[$0 % 3] })
        let arrays = try db.rows(
          sql(
            "select coalesce((select string_agg(encode(b, 'hex'), ',') from unnest(bs) b), '') "
              + "from things order by n"), as: String.self)
        let hex = data.map {
          $0.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        }
        #expect(
          arrays == texts.indices.map { $0 == 0 ? "" : hex.prefix($0 % 4).joined(separator: ",") })
        let ids = try db.one(sql("select count(*) from things where u is null"), as: Int.self)
        #expect(ids == 1)
      }
      var broken = CopyText()
      #expect(throws: PostgresError.self) { try broken.add("a\u{0}") }
    }
  }
}
