import Domain
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Store
import Testing

@testable import App
@testable import TestSupport

@Test func `operators' machines need no token and get no data`() async throws {
  try await Cast.play { cast in
    let nobody = cast.clients.nobody
    let answers: [(String, JSONValue)] = [
      ("/healthz", ["status": "ok"]), ("/readyz", ["status": "ready"]),
      ("/version", ["name": "tamshy", "version": "test"]),
    ]
    for (path, expected) in answers {
      let answer = try await nobody.get(path)
      #expect(answer.status == .ok, "\(path)")
      #expect(answer.value == expected, "\(path)")
    }
  }
}

@Test func `who asks why hears every check by its name`() async throws {
  try await Cast.play { cast in
    for path in ["/readyz?verbose", "/readyz?verbose=1"] {
      let answer = try await cast.clients.nobody.get(path)
      #expect(answer.status == .ok)
      let checks = answer["checks"]?.elements ?? []
      #expect(
        checks.compactMap { $0["name"]?.text } == ["database", "writable", "migrations", "standby"])
      #expect(checks.allSatisfy { $0["ok"] == true && $0["detail"]?.text != nil })
    }
    #expect(try await cast.clients.nobody.get("/readyz?why").status == .badRequest)
  }
}

@Test func `a full disk is reason enough to send traffic elsewhere`() async throws {
  var options = ServiceOptions()
  options.readiness = { [.init("disk", false, "3 MB free, floor 512 MB")] }
  try await Client.lend(options) { nobody in
    let answer = try await nobody.get("/readyz")
    #expect(answer.status == .serviceUnavailable)
    #expect(answer.value == ["status": "not_ready", "failing": ["disk"]])
    #expect(try await nobody.get("/healthz").status == .ok, "restarting it would not help")
  }
}

@Test func `the rules in force carry their sources and their standing in law`() async throws {
  try await Cast.play { cast in
    for role in Cast.roles {
      let policy = try await cast.client(role).get("/v1/policies/current")
      #expect(policy.status == .ok, "\(role)")
      #expect(policy["code"] == "KZ")
      #expect(policy["version"] == 1)
      #expect(policy["markers"] == ["hbsag", "anti_hcv", "hiv", "syphilis"])
    }
    let policy = try await cast.auditor.get("/v1/policies/current")
    for name in [
      "intervals", "caps", "ages", "volumes", "shelf_lives", "scarcity", "marker_rules",
    ] {
      let rules = policy[name]?.elements ?? []
      #expect(!rules.isEmpty, "\(name)")
      for rule in rules { expectSource(rule, name) }
    }
    for name in [
      "phase_bands", "supply_word_bands", "demand_days", "hold_hours", "expiry_margin_hours",
      "o_negative_reserve",
    ] {
      let rule = try #require(policy[name], "\(name)")
      expectSource(rule, name)
      #expect(rule["value"] != nil, "\(name)")
    }
  }
}

private func expectSource(_ rule: JSONValue, _ name: String) {
  #expect(rule["source"]?.text?.isEmpty == false, "\(name): \(rule)")
  #expect(["confirmed", "draft"].contains(rule["legal_status"]?.text), "\(name): \(rule)")
}

extension Client {
  /// Lends a client of a service with options of the test's own.
  fileprivate static func lend(
    _ options: ServiceOptions, _ body: @escaping @Sendable (Client) async throws -> Void
  ) async throws {
    try await World.lend { world in
      var logger = Logger(label: "test")
      logger.logLevel = .critical
      let service = try Service(
        registry: world.registry, logger: logger, version: "test", options: options)
      try await Application(router: service.router(), logger: logger).test(.router) { client in
        try await body(Clients(client: client, world: world).nobody)
      }
    }
  }
}
