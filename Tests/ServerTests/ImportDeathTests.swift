import Domain
import Foundation
import Glibc
import Postgres
import Store
import TestSupport
import Testing

@testable import Server

/// The command that reads a file, which is killed in the middle of it.
@Suite struct ImportDeathTests {
  @Test func `an import that was killed has every row once after it was started again`()
    async throws
  {
    try await World.lend(at: Date()) { world in
      let folder = FileManager.default.temporaryDirectory.appending(path: "death-\(UUID())")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }  // Leaves a file at worst.
      let file = folder.appending(path: "donors.csv")
      let rows = (0..<35_000).map { "\($0),Ли \($0),\($0 % 7_000 == 9 ? "x" : "f"),1990-05-17\n" }
      try Data(("external_id,family_name,sex,birth_date\n" + rows.joined()).utf8).write(to: file)

      let victim = try await Reading.start(file, world)
      while try await world.number("select coalesce(max(rows_done), 0) from imports") == 0 {
        try #require(victim.isRunning, "it is killed before its end")
        try await Task.sleep(for: .milliseconds(5))
      }
      victim.kill()
      _ = try await victim.end()

      let heir = try await Reading.start(file, world).end()
      #expect(heir.code == 65, "five rows are refused: \(heir.errors)")
      #expect(heir.errors.contains("Going on after row "))
      #expect(
        heir.output == "34995 rows taken, 0 were there, 5 refused, 0 taken with a doubt.\n")
      let rejects = try String(
        contentsOf: folder.appending(path: "donors.csv.rejects.csv"), encoding: .utf8)
      #expect(rejects.split(whereSeparator: \.isNewline).count == 6)
      #expect(
        try await world.number("select count(distinct external_id) from identities") == 34_995)
      #expect(
        try await world.number("select count(*) from events where kind = 'donor.registered'")
          == 34_995)
      #expect(try await world.registry.verifyAudit().findings == [])
    }
  }

  @Test func `the command says what is wrong with a file, and ends with the code for it`()
    async throws
  {
    try await World.lend(at: Date()) { world in
      let folder = FileManager.default.temporaryDirectory
      let file = folder.appending(path: "\(UUID()).csv")
      let missing = try await Reading.start(file, world).end()
      #expect(missing.code == 65 && missing.errors.contains("cannot be opened"))
      try Data("famly_name,sex,birth_date\nЛи,f,1990-05-17\n".utf8).write(to: file)
      let misspelt = try await Reading.start(file, world, "--language", "ru").end()
      #expect(misspelt.code == 65 && misspelt.errors.contains("Возможно, это family_name?"))
      try Data("family_name,sex,birth_date\nЛи,f,1990-05-17\n".utf8).write(to: file)
      let dry = try await Reading.start(file, world, "--dry-run", "--json").end()
      #expect(dry.code == 0 && dry.output.contains("\"taken\":1"))
      #expect(try await world.number("select count(*) from donors") == 0)
      let usage = try await Reading.start(file, world, "--language", "xx").end()
      #expect(usage.code == 64)
      try FileManager.default.removeItem(at: file)
    }
  }
}

/// `tamshy import donors` as a process of its own.
private struct Reading: Sendable {
  let process: Process
  /// What it says goes there: `out` and `err` behind this.
  let said: String

  static func start(_ file: URL, _ world: World, _ options: String...) async throws -> Reading {
    try await onOwnThread {
      let said = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).").path()
      let reading = Reading(process: Process(), said: said)
      let here = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
      reading.process.executableURL = here.deletingLastPathComponent().appending(path: "tamshy")
      reading.process.arguments = ["import", "donors", file.path()] + options
      reading.process.environment = ProcessInfo.processInfo.environment.merging(
        [
          "TAMSHY_DATABASE_URL": "\(world.settings.uri) options='-c role=tamshy_service'",
          "TAMSHY_PRIVACY_KEY": World.keysText,
        ]
      ) { $1 }
      for name in ["out", "err"] { try Data().write(to: URL(filePath: said + name)) }
      reading.process.standardOutput = FileHandle(forWritingAtPath: said + "out")
      reading.process.standardError = FileHandle(forWritingAtPath: said + "err")
      try reading.process.run()
      return reading
    }
  }

  var isRunning: Bool { process.isRunning }

  func kill() { _ = Glibc.kill(process.processIdentifier, SIGKILL) }

  func end() async throws -> (code: Int32, output: String, errors: String) {
    try await onOwnThread {
      process.waitUntilExit()
      let texts = try ["out", "err"].map { name in
        defer { try? FileManager.default.removeItem(atPath: said + name) }  // A file at worst.
        return String(decoding: try Data(contentsOf: URL(filePath: said + name)), as: UTF8.self)
      }
      return (process.terminationStatus, texts[0], texts[1])
    }
  }
}

extension World {
  /// The number that a question to the database answers its owner.
  fileprivate func number(_ text: String) async throws -> Int {
    let owner = TestCluster.owner(of: settings)
    let rows = try await owner.read { db in
      try db.rows(Query(name: "number of \(text)", text: text), as: Int.self)
    }
    await owner.shutdown()
    return rows.first ?? 0
  }
}
