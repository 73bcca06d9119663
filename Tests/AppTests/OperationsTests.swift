import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
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
