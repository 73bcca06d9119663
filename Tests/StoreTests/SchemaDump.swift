import Foundation
import Postgres

/// Where the files of this package are.
enum Repository {
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}

/// The schema as pg_dump writes it, without what changes from one dump to the next.
enum SchemaDump {
  static let version = 15
  static let file = Repository.root.appending(path: "sql/schema.sql")
  static let header = """
    -- The whole schema, as the migrations make it and pg_dump \(version) writes it: for reading.
    -- A test holds it against the migrations. Written again by
    --   TAMSHY_WRITE_SCHEMA=1 swift test --filter 'the schema file shows'


    """

  /// Whether there is a pg_dump, and of the version that wrote the file.
  static var isComparable: Bool {
    guard let program, let answer = try? run(program, ["--version"]) else {
      return false  // It cannot be run: the test is skipped by its name.
    }
    return answer.contains(" \(version).")
  }

  /// Dumps a database's schema.
  static func take(of settings: DatabaseSettings) throws -> String {
    let dump = try run(
      program ?? "pg_dump", ["--schema-only", "--no-owner", "--dbname", settings.uri])
    return normalised(dump)
  }

  private static func normalised(_ dump: String) -> String {
    let noise = ["--", "SET ", "SELECT pg_catalog.set_config", "\\restrict", "\\unrestrict"]
    var lines: [Substring] = []
    for line in dump.split(separator: "\n", omittingEmptySubsequences: false)
    where !noise.contains(where: line.hasPrefix) {
      if line.isEmpty && lines.last?.isEmpty ?? true { continue }
      lines.append(line)
    }
    return lines.joined(separator: "\n").trimmingCharacters(in: .newlines) + "\n"
  }

  /// Beside the programs that the test's server is made of.
  private static var program: String? {
    let environment = ProcessInfo.processInfo.environment
    let chosen = environment["PG_BIN_DIR"].map { [$0] }
    let folders =
      chosen ?? (14...18).reversed().map { "/usr/lib/postgresql/\($0)/bin" }
      + (environment["PATH"] ?? "").split(separator: ":").map(String.init)
    return folders.map { $0 + "/pg_dump" }.first(where: FileManager.default.isExecutableFile)
  }

  private static func run(_ program: String, _ arguments: [String]) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }
}
