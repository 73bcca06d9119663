import App
import Foundation
import Glibc
import Hummingbird
import Logging
import Postgres
import ServiceLifecycle
import TestSupport

@testable import Server

/// The service behind a real socket.
struct Shop: Sendable {
  let port: Int
  let world: World

  /// Opens the service on a free port, lends it, and closes it.
  static func open(
    limits: ConnectionLimits = ConnectionLimits(), options: ServiceOptions = ServiceOptions(),
    certificates: Certificates? = nil, _ body: @escaping @Sendable (Shop) async throws -> Void
  ) async throws {
    try await World.lend { world in
      var logger = Logger(label: "test")
      logger.logLevel = .critical
      let (ports, announce) = AsyncStream.makeStream(of: Int.self)
      let serving = Serving(
        registry: world.registry, database: Database(world.settings),
        listening: Listening(
          host: "127.0.0.1", port: 0, metricsHost: "127.0.0.1", metricsPort: 0, limits: limits,
          certificates: certificates, options: options),
        auditKey: nil,
        logger: logger, whenReady: { announce.yield(Int($0.split(separator: ":").last ?? "") ?? 0) }
      )
      let services = ServiceGroup(
        configuration: .init(services: [try serving.application()], logger: logger))
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await services.run() }
        var iterator = ports.makeAsyncIterator()
        guard let port = await iterator.next() else { return }
        try await body(Shop(port: port, world: world))
        // Cancelled, it would drop a connection that was accepted this moment, which NIO takes
        // for a mistake and ends the program.
        await services.triggerGracefulShutdown()
        try await group.waitForAll()
      }
    }
  }

  /// Runs a program, and answers what it wrote.
  static func run(
    _ program: String, _ arguments: [String], input: String = ""
  ) async throws
    -> (status: Int32, output: String)
  {
    try await onOwnThread {
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = [program] + arguments
      let (stdin, stdout) = (Pipe(), Pipe())
      process.standardInput = stdin
      process.standardOutput = stdout
      process.standardError = stdout
      try process.run()
      try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
      try stdin.fileHandleForWriting.close()
      let output = stdout.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
  }

  /// Makes a certificate for localhost with its key, and answers their files.
  static func certificate(
    _ name: String, in folder: URL, days: Int = 30
  ) async throws
    -> (certificate: String, key: String)
  {
    let certificate = folder.appending(path: "\(name).pem").path()
    let key = folder.appending(path: "\(name).key").path()
    let made = try await run(
      "openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
        "-keyout", key, "-out", certificate, "-days", String(days), "-subj", "/CN=\(name)",
        "-addext", "subjectAltName=DNS:localhost",
      ])
    guard made.status == 0 else { throw Failure.unavailable(made.output) }
    return (certificate, key)
  }

  /// Lends a folder of the test's own.
  static func folder(_ body: @Sendable (URL) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tamshy-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(folder)
  }
}

/// Runs what blocks on a thread of its own: those of Swift's pool are as few as the cores, and
/// the service under test needs them.
func onOwnThread<T: Sendable>(
  _ body: @escaping @Sendable () throws -> T
) async throws -> T {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread { continuation.resume(with: Result(catching: body)) }
  }
}

/// A client that speaks as slowly and as badly as the test wants.
final class Wire: Sendable {
  private let socket: Int32

  /// Connects.
  init(port: Int) throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, size) }
    }
    guard status == 0 else { throw Failure.unavailable("no connection: \(errno)") }
  }

  deinit { close(socket) }

  /// MSG_NOSIGNAL, which is not imported as a number everywhere.
  private var noSignal: Int32 { 0x4000 }

  /// Sends a text; false once the other side has closed.
  @discardableResult
  func send(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return Glibc.send(socket, bytes, bytes.count, noSignal) == bytes.count
  }

  /// What comes until the other side closes or nothing came for so long; nil where it went on.
  func answer(within seconds: Int) async -> String? {
    try? await onOwnThread { [socket] () -> String? in
      var limit = timeval(tv_sec: seconds, tv_usec: 0)
      setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 65_536)
      while true {
        let count = recv(socket, &buffer, buffer.count, 0)
        if count == 0 || (count < 0 && errno == ECONNRESET) {
          return String(decoding: bytes, as: UTF8.self)
        }
        if count < 0 { return nil }
        bytes += buffer.prefix(count)
      }
    }
  }
}
