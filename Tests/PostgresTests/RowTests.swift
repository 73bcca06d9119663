import Foundation
import Postgres
import Testing

/// A donor as a query answers one.
private struct Donor: Codable, Equatable, Sendable {
  var donorId: UUID
  var fullName: String
  var group: Group?
  var bornOn: Day
  var registeredAt: Date
  var donations: Int
  var phones: [String]
}

private enum Group: String, Codable, Bindable {
  case oNegative = "O-"
  case aPositive = "A+"
}

/// A civil day that reads itself from text, as a type of the application would.
private struct Day: Codable, Equatable, Sendable {
  let text: String

  init(_ text: String) { self.text = text }
  init(from decoder: any Decoder) throws {
    text = try decoder.singleValueContainer().decode(String.self)
  }
  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

private let aigul = Donor(
  donorId: UUID(uuidString: "0192A7C4-0000-7000-8000-000000000001") ?? UUID(),
  fullName: "Айгүл \"Айка\" Сәтбаева", group: .oNegative, bornOn: Day("1990-02-28"),
  registeredAt: Date(timeIntervalSince1970: 1_700_000_000.25), donations: 7,
  phones: ["+7 701 000 00 00", "a,b"])

private let makeDonors = sql(
  """
  create temp table donors (donor_id uuid, full_name text, "group" text, born_on date,
    registered_at timestamptz, donations int, phones text[])
  """)

private let addDonors = Query(
  name: "addDonors",
  text: """
    insert into donors select d.donor_id, d.full_name, d."group", d.born_on, d.registered_at,
      d.donations, d.phones
    from jsonb_to_recordset($1::jsonb) as d (donor_id uuid, full_name text, "group" text,
      born_on date, registered_at timestamptz, donations int, phones text[])
    """)

struct RowTests {
  @Test func `a set of rows goes in as JSON and comes out as rows`() async throws {
    var serik = aigul
    serik.fullName = "Серік"
    serik.group = nil
    serik.phones = []
    let donors = [aigul, serik]
    try await withDatabase(poolSize: 1) { db in
      let read = try await db.write { db in
        try db.run(makeDonors)
        #expect(try db.run(addDonors, JSON(donors)) == 2)
        return try db.rows(sql("select * from donors order by full_name"), as: Donor.self)
      }
      #expect(read == donors)
    }
  }

  @Test func `columns in any order find their properties`() async throws {
    struct Pair: Decodable, Equatable, Sendable {
      let firstName: String
      let donorID: Int
    }
    try await withDatabase(poolSize: 1) { db in
      let pairs = try await db.read { db in
        try db.rows(
          sql(
            "select n as donor_id, 'x' as extra, 'Dana' as first_name from generate_series(1,2) n"),
          as: Pair.self)
      }
      #expect(pairs == [Pair(firstName: "Dana", donorID: 1), Pair(firstName: "Dana", donorID: 2)])
    }
  }

  @Test func `a JSON column is decoded as what it holds`() async throws {
    struct Fact: Codable, Equatable, Sendable {
      let takenAt: Date
      let haemoglobin: Double
    }
    struct Row: Decodable, Sendable {
      let facts: [Fact]
      let latest: Fact?
      let raw: String
    }
    try await withDatabase(poolSize: 1) { db in
      let row = try await db.read { db in
        try db.one(
          sql(
            """
            select jsonb_build_array(jsonb_build_object('taken_at', '2026-11-21T03:48:00.5+00:00',
              'haemoglobin', 13.5)) as facts, null::jsonb as latest, '{"a": 1}'::json as raw
            """), as: Row.self)
      }
      let fact = Fact(takenAt: Date(timeIntervalSince1970: 1_795_232_880.5), haemoglobin: 13.5)
      #expect(row.facts == [fact])
      #expect(row.latest == nil)
      #expect(row.raw == #"{"a": 1}"#)
      let alone = try await db.read { db in
        try db.one(sql("select $1::jsonb"), JSON([fact]), as: JSON<[Fact]>.self)
      }
      #expect(alone.value == [fact])
      let handedOn = try await db.read { db in
        try db.one(sql("select '[1, 2]'::json"), as: Data.self)
      }
      #expect(handedOn == Data("[1, 2]".utf8))
      let none = try await db.read { db in try db.one(sql("select null::json"), as: Data?.self) }
      #expect(none == nil)
      let id = UUID()
      let inside = try await db.read { db in
        try db.one(sql("select to_jsonb($1::uuid)"), id, as: UUID.self)
      }
      #expect(inside == id)
    }
  }

  @Test func `enums and days are read through their text`() async throws {
    try await withDatabase(poolSize: 1) { db in
      try await db.read { db throws in
        #expect(try db.one(sql("select $1::text"), Group.aPositive, as: Group.self) == .aPositive)
        #expect(try db.one(sql("select date '2026-11-21'"), as: Day.self) == Day("2026-11-21"))
        let groups = [Group.aPositive, .oNegative]
        #expect(try db.one(sql("select $1::text[]"), groups, as: [Group].self) == groups)
      }
    }
  }

  @Test(arguments: [
    ("select 'Dana' as secret_name", "secret_name"),
    ("select 99999999999 as secret_name", "secret_name"),
    ("select null::int as secret_name", "secret_name"),
  ])
  func `a column that does not fit names itself and not its value`(
    text: String, column: String
  ) async throws {
    struct Row: Decodable, Sendable { let secretName: Int32 }
    try await withDatabase(poolSize: 1) { db in
      let error = try await postgresError {
        _ = try await db.read { db in try db.one(sql(text), as: Row.self) }
      }
      #expect(error.kind == .decoding)
      #expect(error.query == text)
      #expect(error.column == column)
      #expect(error.explanation?.contains("Dana") == false)
      #expect(error.explanation?.contains("999") == false)
    }
  }

  @Test func `an unknown case of an enum does not show the value`() async throws {
    struct Row: Decodable, Sendable { let group: Group }
    try await withDatabase(poolSize: 1) { db in
      let error = try await postgresError {
        _ = try await db.read { db in
          try db.one(Query(name: "findGroup", text: "select 'Zhanna' as \"group\""), as: Row.self)
        }
      }
      #expect(error.kind == .decoding)
      #expect("\(error)".contains("findGroup"))
      #expect("\(error)".contains("group"))
      #expect(!"\(error)".contains("Zhanna"))
    }
  }

  @Test func `an error of a type of one's own does not show the value either`() async throws {
    struct Haemoglobin: Decodable, Sendable {
      struct Odd: Error { let text: String }
      init(from decoder: any Decoder) throws {
        throw Odd(text: try decoder.singleValueContainer().decode(String.self))
      }
    }
    struct Row: Decodable, Sendable { let measured: Haemoglobin }
    try await withDatabase(poolSize: 1) { db in
      let error = try await postgresError {
        _ = try await db.read { db in
          try db.one(Query(name: "measure", text: "select '13.7'::text as measured"), as: Row.self)
        }
      }
      #expect(error.column == "measured" && error.query == "measure")
      #expect(!"\(error)".contains("13.7"))
    }
  }

  @Test func `a forgotten column is an error even for an optional`() async throws {
    struct Row: Decodable, Sendable { let deferredUntil: String? }
    try await withDatabase(poolSize: 1) { db in
      let error = try await postgresError {
        _ = try await db.read { db in try db.one(sql("select 1 as other"), as: Row.self) }
      }
      #expect(error.kind == .decoding)
      #expect(error.column == "deferredUntil")
    }
  }

  @Test func `one insists on one row`() async throws {
    try await withDatabase(poolSize: 1) { db in
      for count in [0, 2] {
        let error = try await postgresError {
          _ = try await db.read { db in
            try db.one(sql("select 1 from generate_series(1, $1)"), count, as: Int.self)
          }
        }
        #expect(error.kind == .cardinality)
        #expect(error.query == "select 1 from generate_series(1, $1)")
      }
      try await db.read { db throws in
        #expect(try db.first(sql("select 1 where false"), as: Int.self) == nil)
        #expect(try db.first(sql("select n from generate_series(5, 9) n"), as: Int.self) == 5)
      }
    }
  }

  @Test func `a scalar needs exactly one column`() async throws {
    try await withDatabase(poolSize: 1) { db in
      let error = try await postgresError {
        _ = try await db.read { db in try db.one(sql("select 1, 2"), as: Int.self) }
      }
      #expect(error.kind == .decoding)
    }
  }
}
