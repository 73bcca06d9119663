import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Synchronization
import Testing

@testable import App
@testable import TestSupport

@Test func `who is refused is in the log with his address, even where requests are not logged`()
  async throws
{
  try await World.lend { world in
    let lines = Mutex<[Logger.Metadata]>([])
    let logger = Logger(label: "test") { _ in
      Notebook { event in lines.withLock { $0.append(event.metadata ?? [:]) } }
    }
    let now = world.now
    let service = try Service(
      registry: world.registry, logger: logger, version: "test", clock: { now })
    try await Application(router: service.router(), logger: logger).test(.router) { client in
      let cast = try await Cast(world, Clients(client: client, world: world))
      let person = try await world.person()
      let wrong = Person(id: person.id, login: person.login, password: "my other house's secret")
      _ = try await cast.ward.get("/v1/donors?q=Akhmetova")
      _ = try await cast.clients.stranger.get("/v1/sites")
      for _ in 1...11 { _ = try await cast.signIn(wrong) }
      _ = try await cast.signIn(Person(id: person.id, login: "free@example.kz", password: "x"))
      _ = try await cast.admin.get("/v1/sites")
    }
    let told = lines.withLock { $0 }.filter { $0["route"] != nil }
    let outcomes = told.map { "\($0["route"] ?? "") \($0["status"] ?? "")" }
    #expect(outcomes.contains("/v1/donors 403"))
    #expect(outcomes.contains("/v1/sites 401"))
    #expect(outcomes.filter { $0 == "/v1/sessions 401" }.count == 11)
    #expect(outcomes.contains("/v1/sessions 429"))
    #expect(!outcomes.contains("/v1/sites 200"), "what is served is no affair of this log")
    #expect(told.allSatisfy { $0["address"] != nil && $0["trace_id"] != nil })
    #expect(told.first { $0["status"] == "403" }?["account"] != nil)
    for word in ["Akhmetova", "secret", "tamshy_", "aigul", "example.kz"] {
      #expect(!"\(told)".contains(word), "\(word)")
    }
  }
}

/// A log that a test reads.
private struct Notebook: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .trace
  var metadataProvider: Logger.MetadataProvider?
  let write: @Sendable (LogEvent) -> Void

  init(_ write: @escaping @Sendable (LogEvent) -> Void) { self.write = write }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) { write(event) }
}
