import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import App
@testable import TestSupport

@Test func `every list and report has a CSV twin with the same rows`() async throws {
  try await Cast.play { cast in
    let world = cast.world
    _ = try await world.unit()
    let drive = try await world.drive()
    let donor = try await world.donor("Сейтқали")
    _ = try await cast.staff.post("/v1/drives/\(drive)/visits", #"{"donor_id": "\#(donor)"}"#)
    _ = try await cast.staff.post("/v1/drives/\(drive)/donations", cast.bag(of: donor))
    _ = try await cast.staff.post(
      "/v1/donors/\(donor)/deferrals", #"{"reason": "tattoo", "from": "2026-01-01"}"#)
    _ = try await cast.admin.post("/v1/hosts", #"{"name": "Цирк"}"#)
    let request = try await world.request(.oNegative, 2)
    try await world.allocate(request)
    let lists: [(Client, String)] = [
      (cast.staff, "/v1/sites"), (cast.staff, "/v1/hosts"), (cast.staff, "/v1/hospitals"),
      (cast.staff, "/v1/donors"), (cast.staff, "/v1/donors/\(donor)/deferrals"),
      (cast.staff, "/v1/drives"), (cast.staff, "/v1/drives/\(drive)/visits"),
      (cast.staff, "/v1/drives/\(drive)/donations"), (cast.laboratory, "/v1/units"),
      (cast.coordinator, "/v1/stock"), (cast.coordinator, "/v1/requests"),
      (cast.coordinator, "/v1/requests/\(request)/units"),
      (cast.coordinator, "/v1/shortages"), (cast.auditor, "/v1/audit?donor=\(donor)"),
    ]
    for (client, path) in lists { try await compare(client, path) }
  }
}

/// Holds the CSV of a list against its JSON, cell by cell.
private func compare(_ client: Client, _ path: String) async throws {
  let json = try await client.get(path)
  let records = json.items + (json["rows"]?.elements ?? [])
  #expect(!records.isEmpty, "\(path)")
  let csv = try await client.get(path, ["Accept": "text/csv"])
  #expect(csv.status == .ok)
  #expect(csv.header("Content-Type") == "text/csv; charset=utf-8; header=present")
  #expect(csv.header("Vary")?.contains("Accept") == true, "\(path)")
  let table = try #require(Table(csv.text), "\(path): \(csv.text)")
  #expect(table.rows.count == records.count, "\(path)")
  for (record, row) in zip(records, table.rows) {
    for name in record.members {
      switch record[name] {
      case .text(let text): #expect(row[name] == text, "\(path) \(name)")
      case .integer(let number):
        #expect(row[name].flatMap(Double.init) == Double(number), "\(path) \(name)")
      case .bool(let bool): #expect(row[name] == String(bool), "\(path) \(name)")
      case .null: #expect(row[name] == "", "\(path) \(name)")
      case .number(let number): #expect(row[name].flatMap(Double.init) == number)
      case .object(let members):
        for member in members.keys {
          #expect(row.keys.contains { $0.hasPrefix("\(name).\(member)") }, "\(path) \(name)")
        }
      default: #expect(row[name] != nil, "\(path) \(name)")
      }
    }
  }
}

@Test func `names keep their quotation marks, commas and lines`() async throws {
  try await Cast.play { cast in
    let name = #"Завод "Тамшы", цех 2"#
    _ = try await cast.admin.post("/v1/hosts", JSONValue.object(["name": .text(name)]).sent)
    let csv = try await cast.admin.get("/v1/hosts", ["Accept": "text/csv"])
    #expect(csv.text.hasSuffix("\r\n"))
    #expect(Table(csv.text)?.rows.map { $0["name"] } == [name])
  }
}

@Test(arguments: [
  ("=HYPERLINK(\"a\")", "'=HYPERLINK(\"a\")"), ("+1+1", "'+1+1"), ("-2+3", "'-2+3"),
  ("@SUM(A1)", "'@SUM(A1)"), ("-5", "-5"), ("Ерлан=", "Ерлан="),
  ("=\u{301}1", "'=\u{301}1"), ("А,\u{301}\"\u{301}", "А,\u{301}\"\u{301}"),
])
func `no cell is a formula`(name: String, cell: String) async throws {
  try await Cast.play { cast in
    _ = try await cast.admin.post("/v1/hosts", JSONValue.object(["name": .text(name)]).sent)
    let csv = try await cast.admin.get("/v1/hosts", ["Accept": "text/csv"])
    #expect(Table(csv.text)?.rows.map { $0["name"] } == [cell])
  }
}

@Test func `blood groups stay blood groups in a table`() async throws {
  try await Cast.play { cast in
    _ = try await cast.world.unit(.oNegative)
    let csv = try await cast.laboratory.get("/v1/units", ["Accept": "text/csv"])
    #expect(Table(csv.text)?.rows.map { $0["blood_group"] } == ["O-"])
  }
}

@Test func `a list without rows is an empty table, not one empty cell`() async throws {
  try await Cast.play { cast in
    let csv = try await cast.admin.get("/v1/hosts", ["Accept": "text/csv"])
    #expect(csv.status == .ok)
    #expect(csv.text.isEmpty)
  }
}

@Test(arguments: [
  ("text/csv", true), ("text/csv; charset=utf-8", true), ("TEXT/CSV", true),
  ("application/json", false), ("*/*", false), ("application/json, text/csv", false),
  ("application/json;q=0.5, text/csv", true), ("text/csv;q=0.1, application/json", false),
  ("text/csv;q=0", false),
])
func `a table is sent to whoever prefers it`(accept: String, isTable: Bool) async throws {
  try await Cast.play { cast in
    let answer = try await cast.admin.get("/v1/sites", ["Accept": accept])
    let type = answer.header("Content-Type") ?? ""
    #expect(type.hasPrefix("text/csv") == isTable)
  }
}
