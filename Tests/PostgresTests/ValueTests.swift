import Foundation
import Postgres
import Testing

struct ValueTests {
  /// Sends a value, has the server name its type, and reads it back.
  private func roundTrip<T: Bindable & Decodable & Equatable & Sendable>(
    _ value: T, as type: String
  ) async throws {
    try await withDatabase(poolSize: 1) { db in
      let answer = try await db.read { db in
        try db.one(sql("select $1::\(type)"), value, as: T.self)
      }
      #expect(answer == value)
    }
  }

  @Test(arguments: ["", "Айгүл", "it's \"quoted\" \\ and\nnew", "{NULL}", "💉"])
  func `a text comes back as it went`(text: String) async throws {
    try await roundTrip(text, as: "text")
  }

  @Test func `numbers come back as they went`() async throws {
    try await withDatabase(poolSize: 1) { db in
      try await db.read { db throws in
        for value in [Int.min, -1, 0, 1, Int.max] {
          #expect(try db.one(sql("select $1::bigint"), value, as: Int.self) == value)
        }
        for value in [Int32.min, 0, Int32.max] {
          #expect(try db.one(sql("select $1::int"), value, as: Int32.self) == value)
        }
        #expect(try db.one(sql("select $1::smallint"), Int16.min, as: Int16.self) == Int16.min)
        for value in [-0.1, 1e300, .leastNonzeroMagnitude, .infinity, 0.1 + 0.2] {
          #expect(try db.one(sql("select $1::float8"), value, as: Double.self) == value)
        }
        #expect(try db.one(sql("select $1::float8"), Double.nan, as: Double.self).isNaN)
        let price = try #require(Decimal(string: "-12345678901234567890.125"))
        #expect(try db.one(sql("select $1::numeric"), price, as: Decimal.self) == price)
        #expect(try db.one(sql("select sum(n) from generate_series(1, 4) n"), as: Int.self) == 10)
      }
    }
  }

  @Test func `truths, ids and bytes come back as they went`() async throws {
    try await withDatabase(poolSize: 1) { db in
      try await db.read { db throws in
        #expect(try db.one(sql("select $1::bool"), true, as: Bool.self))
        #expect(try db.one(sql("select $1::bool"), false, as: Bool.self) == false)
        let id = UUID()
        #expect(try db.one(sql("select $1::uuid"), id, as: UUID.self) == id)
        let bytes = (0...255).map { UInt8($0) }
        #expect(try db.one(sql("select $1::bytea"), bytes, as: [UInt8].self) == bytes)
        #expect(try db.one(sql("select $1::bytea"), Data(bytes), as: Data.self) == Data(bytes))
        #expect(try db.one(sql("select $1::bytea"), [UInt8](), as: [UInt8].self) == [])
      }
    }
  }

  @Test(arguments: [
    ("1970-01-01 00:00:00+00", 0), ("2026-11-21 03:48:00.12+00", 1_795_232_880.12),
    ("2024-02-29 23:59:59.999999+00", 1_709_251_199.999999),
    ("0001-01-01 00:00:00+00", -62_135_596_800), ("9999-12-31 23:59:59+00", 253_402_300_799),
    ("1969-12-31 23:59:59.5+00", -0.5),
  ])
  func `an instant keeps its microseconds`(text: String, seconds: Double) async throws {
    try await withDatabase(poolSize: 1) { db in
      try await db.read { db throws in
        let read = try db.one(sql("select $1::timestamptz"), text, as: Date.self)
        #expect(abs(read.timeIntervalSince1970 - seconds) < 1e-6)
        let same = try db.one(
          sql("select $1::timestamptz = $2::timestamptz"), read, text, as: Bool.self)
        #expect(same)
      }
    }
  }

  @Test(arguments: ["infinity", "-infinity", "0044-03-15 12:00:00+00 BC"])
  func `an instant that no calendar holds is refused`(text: String) async throws {
    try await withDatabase(poolSize: 1) { db in
      let error = try await postgresError {
        _ = try await db.read { db in
          try db.one(sql("select $1::timestamptz as drawn_at"), text, as: Date.self)
        }
      }
      #expect(error.kind == .decoding)
      #expect(error.column == "drawn_at")
    }
  }

  @Test func `NULL is nil, both ways`() async throws {
    try await withDatabase(poolSize: 1) { db in
      try await db.read { db throws in
        #expect(try db.one(sql("select $1::text is null"), String?.none, as: Bool.self))
        #expect(try db.one(sql("select $1::int"), Int?.none, as: Int?.self) == nil)
        #expect(try db.one(sql("select $1::int"), Int?(3), as: Int?.self) == 3)
        #expect(try db.one(sql("select $1::uuid"), UUID?.none, as: UUID?.self) == nil)
      }
    }
  }

  @Test func `a text with U+0000 is refused before it is cut short`() async throws {
    try await withDatabase(poolSize: 1) { db in
      let error = try await postgresError {
        _ = try await db.read { db in
          try db.one(sql("select $1::text"), "Dana\0 X", as: String.self)
        }
      }
      #expect(error.kind == .binding)
      #expect(error.query == "select $1::text")
      #expect(!"\(error)".contains("Dana"))
    }
  }

  @Test func `arrays keep quotes, commas, braces and NULL`() async throws {
    let texts: [String?] = ["a,b", "{c}", "\"d\"", "\\e", "NULL", "null", "", " f ", nil, "Ж"]
    try await withDatabase(poolSize: 1) { db in
      try await db.read { db throws in
        #expect(try db.one(sql("select $1::text[]"), texts, as: [String?].self) == texts)
        #expect(try db.one(sql("select cardinality($1::text[])"), texts, as: Int.self) == 10)
        #expect(try db.one(sql("select ($1::text[])[4]"), texts, as: String.self) == "\\e")
        let numbers = [Int.min, 0, 7]
        #expect(try db.one(sql("select $1::bigint[]"), numbers, as: [Int].self) == numbers)
        let ids = [UUID(), UUID()]
        #expect(try db.one(sql("select $1::uuid[]"), ids, as: [UUID].self) == ids)
        let instants = [Date(timeIntervalSince1970: 1), Date(timeIntervalSince1970: 1.5)]
        #expect(try db.one(sql("select $1::timestamptz[]"), instants, as: [Date].self) == instants)
        let blobs: [[UInt8]] = [[1, 2], [], [255]]
        #expect(try db.one(sql("select $1::bytea[]"), blobs, as: [[UInt8]].self) == blobs)
        #expect(
          try db.one(sql("select $1::bool[]"), [true, false], as: [Bool].self) == [true, false])
        #expect(try db.one(sql("select $1::text[]"), [String](), as: [String].self) == [])
        #expect(
          try db.one(sql("select cardinality($1::int[])"), [[1, 2], [3, 4]], as: Int.self) == 4)
      }
    }
  }

  @Test func `any text survives the round trip as an element`() async throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SeededGenerator(seed: seed)
    let alphabet: [Character] = [
      "\"", "\\", ",", "{", "}", " ", "N", "U", "L", "ә", "\n", "\t", "'",
    ]
    let texts = (0..<300).map { _ in
      String(
        (0..<Int.random(in: 0...8, using: &generator)).map { _ in
          alphabet.randomElement(using: &generator) ?? "a"
        })
    }
    try await withDatabase(poolSize: 1) { db in
      let answer = try await db.read { db in
        try db.one(sql("select $1::text[]"), texts, as: [String].self)
      }
      #expect(answer == texts, "seed \(seed)")
    }
  }
}

/// A generator whose numbers can be had again from its seed.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
