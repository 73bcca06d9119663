import Domain
import Foundation
import Postgres
import Store
import TestSupport

@testable import App

/// What became of a file, as a person is told it.
struct Outcome {
  let result: Import
  let findings: [ImportFinding]

  /// `row column code` of each finding.
  var words: [String] {
    findings.map { "\($0.rowNumber) \($0.columnName ?? "-") \($0.code)" }
  }

  /// The findings without the ids of records, which differ from run to run.
  var told: [String] { zip(words, findings).map { "\($0) \($1.facts) \($1.isWarning)" } }

  /// Taken, known, refused, warned.
  var counts: [Int] { [result.taken, result.known, result.refused, result.warned] }
}

/// The run was cut off between two steps.
struct CutOff: Error {}

/// A folder for the files of one test, gone with it.
struct Files: Sendable {
  let folder: URL

  static func lend<T>(_ body: (Files) async throws -> T) async throws -> T {
    let folder = FileManager.default.temporaryDirectory.appending(path: "imports-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }  // Leaves a file at worst.
    return try await body(Files(folder: folder))
  }

  func path(_ name: String) -> String { folder.appending(path: name).path() }

  func write(_ bytes: some Sequence<UInt8>, as name: String = "rows.csv") throws -> String {
    try Data(bytes).write(to: URL(filePath: path(name)))
    return path(name)
  }
}

extension World {
  /// Reads a text as a file.
  func reading(
    _ kind: ImportKind, _ text: String, isDry: Bool = false, chunkRows: Int = 10_000,
    cutOffAfter steps: Int? = nil
  ) async throws -> Outcome {
    try await reading(
      kind, bytes: Array(text.utf8), isDry: isDry, chunkRows: chunkRows, cutOffAfter: steps)
  }

  /// Reads bytes as a file; cut off, it throws after so many steps.
  func reading(
    _ kind: ImportKind, bytes: [UInt8], isDry: Bool = false, chunkRows: Int = 10_000,
    cutOffAfter steps: Int? = nil
  ) async throws -> Outcome {
    try await Files.lend { files in
      let path = try files.write(bytes)
      let run = ImportRun(
        registry, kind, by: .commandLine, isDry: isDry, chunkRows: chunkRows, clock: { now })
      var findings: [ImportFinding] = []
      var told = 0
      let result = try await run.read(path) { _ in
        if told == steps { throw CutOff() }
        told += 1
      } found: {
        findings += $0
      }
      return Outcome(result: result, findings: findings)
    }
  }

  /// Writes a part of the registry as a file.
  func exporting(
    _ kind: ImportKind, separator: Character = ",", pageRows: Int = 7
  ) async throws -> String {
    var bytes: [UInt8] = []
    let run = ExportRun(registry, kind, by: .commandLine, separator: separator, pageRows: pageRows)
    _ = try await run.write { bytes += $0 }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Reads the books as the owner of the schema, whom no scope binds.
  func books<Row: Decodable & Sendable>(
    _ text: String, as: Row.Type = Row.self
  ) async throws -> [Row] {
    let owner = TestCluster.owner(of: settings)
    let rows = try await owner.read { db in
      try db.rows(Query(name: "books", text: text), as: Row.self)
    }
    await owner.shutdown()
    return rows
  }

  /// The one number that a question to the books answers.
  func tally(_ text: String) async throws -> Int {
    try await books("select count(*) from " + text, as: Int.self)[0]
  }

  /// A digest of every row of every table of people and of the audit.
  func stateOfBooks() async throws -> [String] {
    let tables = [
      "donors", "identities", "deferrals", "drives", "visits", "donations", "units", "events",
      "audit_links", "imports", "import_findings", "import_claims", "answers",
    ]
    return try await books(
      tables.map { table in
        "select '\(table) ' || md5(coalesce(string_agg(t::text, ' ' order by t::text), '')) "
          + "from \(table) t"
      }.joined(separator: " union all ")
        + " union all select 'numbers ' || last_value || is_called from donor_numbers order by 1")
  }
}

/// Numbers of persons who do not exist, each a valid one.
func iin(_ number: Int, born: String = "900517", sexDigit: Int = 4) -> String {
  // The serial numbers that have a check digit, in their order.
  var (left, serial) = (number, -1)
  while true {
    serial += 1
    let stem = born + String(sexDigit) + String(format: "%04d", serial)
    for digit in 0..<10 where (try? IIN(stem + String(digit))) != nil {
      if left == 0 { return stem + String(digit) }
      left -= 1
    }
  }
}
