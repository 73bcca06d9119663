import Domain
import Foundation
import HTTPTypes
import Store

/// What operators' machines ask: no token, no data.
enum Operations {
  static let endpoints: [Endpoint] = [
    .get("/healthz", .anyone, health).charged(as: .unlimited),
    .get("/readyz", .anyone, ready).charged(as: .unlimited),
    .get("/version", .anyone, version).charged(as: .unlimited),
  ]

  private struct Status: Encodable {
    let status: String
    var failing: [String]?
    var checks: [Readiness.Check]?
  }

  private struct Version: Encodable {
    let name = "tamshy"
    let version: String
  }

  /// `GET /healthz`: the process answers.
  @Sendable static func health(_ call: Call) async throws -> Reply {
    try Reply.json(Status(status: "ok"))
  }

  /// `GET /readyz?verbose`: whether requests should be sent here, and if not, why.
  @Sendable static func ready(_ call: Call) async throws -> Reply {
    let isVerbose = try call.parameters { query in query.flag("verbose") }
    let readiness = await call.service.readiness.now(call.service)
    let failing = readiness.checks.filter { !$0.ok }.map(\.name)
    return try Reply.json(
      Status(
        status: readiness.isReady ? "ready" : "not_ready",
        failing: failing.isEmpty ? nil : failing, checks: isVerbose ? readiness.checks : nil),
      status: readiness.isReady ? .ok : .serviceUnavailable)
  }

  /// `GET /version`.
  @Sendable static func version(_ call: Call) async throws -> Reply {
    try Reply.json(Version(version: call.service.version))
  }
}

/// The readiness of this second: whoever asks in it, however often, costs the database one look.
actor ReadinessOfNow {
  private var last: (at: ContinuousClock.Instant, value: Readiness)?
  private var look: Task<Readiness, Never>?

  func now(_ service: Service) async -> Readiness {
    if let last, ContinuousClock.now - last.at < .seconds(1) { return last.value }
    if let look { return await look.value }
    let look = Task {
      var readiness = await service.registry.readiness()
      for check in await service.options.readiness() { readiness.add(check) }
      return readiness
    }
    self.look = look
    let value = await look.value
    last = (.now, value)
    self.look = nil
    return value
  }
}

/// The rules in force.
enum Policies {
  static let endpoints: [Endpoint] = [.get("/v1/policies/current", .signedIn, current)]

  /// `GET /v1/policies/current`.
  @Sendable static func current(_ call: Call) async throws -> Reply {
    try call.record(PolicyInForce(policy: call.registry.policy))
  }

  /// The policy, with the required markers as a plain list beside their sources.
  private struct PolicyInForce: Encodable {
    let policy: Policy

    func encode(to encoder: any Encoder) throws {
      try policy.encode(to: encoder)
      var container = encoder.container(keyedBy: Keys.self)
      try container.encode(policy.requiredMarkers, forKey: .markers)
      try container.encode(policy.markers, forKey: .markerRules)
    }

    private enum Keys: String, CodingKey { case markers, markerRules }
  }
}
