import Foundation
import Glibc
import Postgres
import TestSupport

@testable import Server

/// `tamshy serve` as a process of its own.
struct Program: Sendable {
  let port: String
  private let process: Process

  /// Where it answers.
  var address: String { "http://127.0.0.1:\(port)" }

  /// Starts the program beside this one over the database of a world, and waits until it listens.
  static func serve(_ world: World, port: String = "0") async throws -> Program {
    try await onOwnThread {
      let process = Process()
      let here = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
      process.executableURL = here.deletingLastPathComponent().appending(path: "tamshy")
      process.arguments = ["serve", "--port", port]
      process.environment = ProcessInfo.processInfo.environment.merging(
        [
          "TAMSHY_DATABASE_URL": "\(world.settings.uri) options='-c role=tamshy_service'",
          "TAMSHY_PRIVACY_KEY": World.keysText, "TAMSHY_METRICS_PORT": "0",
          "TAMSHY_LIMITS_RATES": "false", "TAMSHY_LOG_LEVEL": "critical",
        ]
      ) { $1 }
      let output = Pipe()
      process.standardOutput = output
      try process.run()
      var said = ""
      while !said.contains("\n") {
        let more = output.fileHandleForReading.availableData
        guard !more.isEmpty else { throw Failure.unavailable("tamshy serve ended: \(said)") }
        said += String(decoding: more, as: UTF8.self)
      }
      let line = said.prefix { $0 != "\n" }
      return Program(port: String(line.split(separator: ":").last ?? ""), process: process)
    }
  }

  /// Ends it as a power cut would.
  func kill() { _ = Glibc.kill(process.processIdentifier, SIGKILL) }
}
