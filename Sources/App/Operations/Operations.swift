import Domain
import Foundation
import HTTPTypes
import Store

/// What operators' machines ask: no token, no data.
enum Operations {
  static let endpoints: [Endpoint] = [
    .get("/healthz", .anyone, health),
    .get("/readyz", .anyone, ready),
    .get("/version", .anyone, version),
  ]

  private struct Status: Encodable {
    let status: String
  }

  private struct Version: Encodable {
    let name = "tamshy"
    let version: String
  }

  /// `GET /healthz`: the process answers.
  @Sendable static func health(_ call: Call) async throws -> Reply {
    try Reply.json(Status(status: "ok"))
  }

  /// `GET /readyz`: the database answers and can be written.
  @Sendable static func ready(_ call: Call) async throws -> Reply {
    guard try await call.registry.isWritable() else {
      return try Reply.json(Status(status: "read_only"), status: .serviceUnavailable)
    }
    return try Reply.json(Status(status: "ready"))
  }

  /// `GET /version`.
  @Sendable static func version(_ call: Call) async throws -> Reply {
    try Reply.json(Version(version: call.service.version))
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
