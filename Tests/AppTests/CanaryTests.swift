import CoreMetrics
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Postgres
import Synchronization
import Testing

@testable import App
@testable import TestSupport

@Test func `no number, telephone or marker leaks by log, error, address, metric or dump`()
  async throws
{
  let words = Overheard()
  try await withMetricsFactory(words) {
    try await World.lend { world in
      let logger = Logger(label: "canary") { _ in words.handler }
      let now = world.now
      let service = try Service(
        registry: world.registry, logger: logger, version: "test", clock: { now })
      try await Application(router: service.router(), logger: logger).test(.router) { client in
        let cast = try await Cast(world, Clients(client: client, world: world))
        let planted = try await Planted(cast)
        let mistaken = try await mistakes(cast, planted)
        let broken = try await Contract.$mayBreak.withValue(true) {
          try await breakages(cast, planted)
        }
        for (path, answer) in mistaken + broken { expectSilence(answer, path) }
      }
      try await expectSealed(world)
    }
  }
  #expect(words.all.count > 20, "something was heard")
  for secret in secrets {
    #expect(!words.all.contains { $0.contains(secret) }, "a log or a metric says \(secret)")
  }
}

@Test func `who signs out leaves nothing in the browser, and no answer stays in a cache`()
  async throws
{
  try await Cast.play { cast in
    let planted = try await Planted(cast)
    for endpoint in Routes.all where endpoint.method == .get && endpoint.path != "/v1/events" {
      guard endpoint.access != .anyone else { continue }
      for path in planted.targets(endpoint) {
        let answer = try await cast.staff.get(path)
        #expect(answer.header("Cache-Control") == "no-store", "\(path)")
      }
    }
    let left = try await cast.staff.send(.post, "/sign-out", nil)
    #expect(left.header("Clear-Site-Data") == "\"cache\", \"storage\"")
  }
}

/// What may be nowhere: also without the country's code, and a marker of infection.
private let secrets = [
  Planted.iin, "7470009311", "syphilis", Planted.document, Planted.email,
]

/// Requests that fail for what was sent, each with a secret in it.
private func mistakes(
  _ cast: Cast, _ planted: Planted
) async throws -> [(String, TestResponse)] {
  let (iin, phone) = (Planted.iin, Planted.phone)
  var answers: [(String, TestResponse)] = []
  for body in [
    Planted.form, #"{"iin": "\#(iin)""#, #"{"\#(iin)": 1, "sex": "\#(phone)"}"#,
    #"{"family_name": 5, "birth_date": "\#(iin)", "region": "\#(phone)", "iin": "\#(iin)0"}"#,
    #"["\#(phone)"]"#, #"{"id": "\#(iin)", "language": "\#(iin)"}"#,
  ] {
    answers.append((body, try await cast.staff.post("/v1/donors", body)))
  }
  answers.append(
    (
      "reuse",
      try await cast.staff.post(
        "/v1/donors", Planted.form.replacing("Ая", with: "Яя"), key: "planted")
    ))
  for path in [
    "/v1/donors/\(iin)", "/v1/donors?iin=\(iin)", "/v1/donors?cursor=\(iin)", "/\(iin)/\(phone)",
    "/v1/donors?limit=\(iin)", "/v1/donations/\(iin)", "/v1/drives?site=\(iin)",
  ] {
    answers.append((path, try await cast.staff.get(path)))
  }
  let test = try await cast.laboratory.post(
    "/v1/donations/\(planted.din)/tests", #"{"marker": "syphilis", "result": "reactive"}"#)
  #expect(test.status == .created, "\(test.text)")
  answers.append(
    ("wrong marker", try await cast.staff.post("/v1/donations/\(planted.din)/tests", "{}")))
  for path in ["/v1/donors/\(planted.donor)", "/v1/drives/\(planted.drive)/report"] {
    let answer = try await cast.recruiter.get(path)
    #expect(!answer.text.contains("syphilis"))
  }
  #expect(answers.allSatisfy { $0.1.status.code >= 400 })
  return answers
}

/// Requests that fail because the server is broken.
private func breakages(
  _ cast: Cast, _ planted: Planted
) async throws -> [(String, TestResponse)] {
  let owner = TestCluster.owner(of: cast.world.settings)
  try await owner.write { db in
    try db.script("alter view donor_records rename to donor_files", named: "break")
  }
  let answers = [
    (
      "broken POST",
      try await cast.staff.post("/v1/donors", Planted.form.replacing("013", with: ""))
    ),
    (
      "broken POST",
      try await cast.staff.post(
        "/v1/donors", Planted.form.replacing(Planted.iin, with: "960229500017"))
    ),
    ("broken GET", try await cast.staff.get("/v1/donors/\(planted.donor)")),
    ("broken search", try await cast.staff.get("/v1/donors?q=\(Planted.iin)")),
  ]
  #expect(answers.contains { $0.1.status == .internalServerError })
  try await owner.write { db in
    try db.script("alter view donor_files rename to donor_records", named: "mend")
  }
  await owner.shutdown()
  let found = try await cast.staff.get("/v1/donors?q=87470009311&limit=1")
  let unseen = try await cast.staff.post("/v1/donor-searches", #"{"q": "87470009311", "limit": 1}"#)
  for answer in [found, unseen] {
    #expect(answer.items.count == 1, "\(answer.text)")
    #expect(answer.header("Link") == nil)
  }
  return answers
}

private func expectSilence(_ answer: TestResponse, _ what: String) {
  let headers = answer.headers.map { "\($0.name): \($0.value)" }.joined(separator: "\n")
  for secret in secrets where answer.text.contains(secret) || headers.contains(secret) {
    Issue.record("\(what) is answered with \(secret): \(answer.text)")
  }
}

/// Looks through every table as its owner, as a thief of the disk would.
private func expectSealed(_ world: World) async throws {
  let owner = TestCluster.owner(of: world.settings)
  let tables = try await owner.read { db in
    try db.rows(
      Query(
        name: "tables", text: "select tablename::text from pg_tables where schemaname = 'public'"),
      as: String.self)
  }
  #expect(tables.count > 15)
  for table in tables {
    let rows = try await owner.read { db in
      try db.rows(
        Query(name: "dump_\(table)", text: "select t::text from \(table) as t"), as: String.self)
    }
    for secret in secrets {
      let hex = secret.utf8.map { String($0, radix: 16) }.joined()
      let base64 = Data(secret.utf8).base64EncodedString().dropLast(4)
      let isLaboratory = secret == "syphilis" && ["tests", "answers"].contains(table)
      let isSaid = rows.contains {
        $0.contains(secret) || $0.contains(hex) || $0.contains(base64)
      }
      #expect(!isSaid || isLaboratory, "\(table) holds \(secret)")
    }
  }
  await owner.shutdown()
}

/// Everything that the service said to its operators.
final class Overheard: MetricsFactory, CounterHandler, RecorderHandler, TimerHandler {
  private let said = Mutex<[String]>([])

  var all: [String] { said.withLock { $0 } }
  var handler: Handler { Handler(overheard: self) }

  fileprivate func hear(_ text: String) { said.withLock { $0.append(text) } }

  func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    note(label, dimensions)
  }
  func makeRecorder(
    label: String, dimensions: [(String, String)], aggregate: Bool
  ) -> any RecorderHandler { note(label, dimensions) }
  func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    note(label, dimensions)
  }
  func destroyCounter(_ handler: any CounterHandler) {}
  func destroyRecorder(_ handler: any RecorderHandler) {}
  func destroyTimer(_ handler: any TimerHandler) {}
  func increment(by amount: Int64) {}
  func reset() {}
  func record(_ value: Int64) {}
  func record(_ value: Double) {}
  func recordNanoseconds(_ duration: Int64) {}

  private func note(_ label: String, _ dimensions: [(String, String)]) -> Overheard {
    hear("\(label) \(dimensions)")
    return self
  }

  struct Handler: LogHandler {
    let overheard: Overheard
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .trace
    var metadataProvider: Logger.MetadataProvider?

    init(overheard: Overheard) { self.overheard = overheard }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      overheard.hear("\(event.message) \(metadata) \(event.metadata ?? [:])")
    }
  }
}
