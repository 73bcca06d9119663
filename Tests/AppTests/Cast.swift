import Domain
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging

@testable import App
@testable import TestSupport

/// Everybody who calls the service in a test, and the world they call it in.
struct Cast: Sendable {
  let world: World
  let clients: Clients
  let admin: Client
  let staff: Client
  let laboratory: Client
  let coordinator: Client
  let ward: Client
  let recruiter: Client
  let auditor: Client

  /// Lends a cast in a new world, under quotas that only those who try every door notice.
  static func play(
    rates: Rates = Rates(), speaksTLS: Bool = false,
    _ body: @escaping @Sendable (Cast) async throws -> Void
  ) async throws {
    try await World.lend { world in
      try await Client.lend(world, rates: rates, speaksTLS: speaksTLS) { clients in
        try await body(Cast(world, clients))
      }
    }
  }

  init(_ world: World, _ clients: Clients) async throws {
    self.world = world
    self.clients = clients
    admin = try await clients.role(.admin)
    staff = try await clients.role(.driveStaff, at: world.centre.id)
    laboratory = try await clients.role(.laboratory, at: world.centre.id)
    coordinator = try await clients.role(.coordinator)
    ward = try await clients.role(.hospital, at: world.hospital.siteId)
    recruiter = try await clients.role(.recruiter)
    auditor = try await clients.role(.auditor)
  }

  /// The client with a role.
  func client(_ role: Role) -> Client {
    switch role {
    case .admin, .system: admin
    case .driveStaff: staff
    case .laboratory: laboratory
    case .coordinator: coordinator
    case .hospital: ward
    case .recruiter: recruiter
    case .auditor: auditor
    }
  }

  /// Another person of the laboratory, who has signed in.
  func decider() async throws -> Client {
    try await clients.signedIn(.laboratory, at: world.centre.id)
  }

  /// A moment as text, some minutes from the one at which the test plays.
  func instant(_ minutes: Double) -> String { Instant.format(world.now + minutes * 60) }

  /// The roles an account can have.
  static let roles = Role.allCases.filter { $0 != .system }
}

extension Cast {
  /// What drive staff send about a bag.
  func bag(
    of donor: ID<Donor>, din: DonationNumber? = nil, changing changes: [String: JSONValue] = [:]
  ) throws -> String {
    let number = try din ?? World.freshDIN()
    let form: [String: JSONValue] = [
      "donor_id": .text(donor.description), "din": .text(number.text),
      "kind": "whole_blood", "intent": "voluntary", "volume_ml": 450,
      "started_at": .text(instant(-20)), "ended_at": .text(instant(-10)),
      "outcome": "completed",
    ]
    return JSONValue.object(form.merging(changes) { $1 }).sent
  }

  /// What a hospital sends when it asks for units.
  func wish(
    _ group: String = "O-", _ quantity: Int = 1, changing changes: [String: JSONValue] = [:]
  ) -> String {
    let form: [String: JSONValue] = [
      "hospital_id": .text(world.hospital.id.description), "urgency": "urgent",
      "needed_by": .text(instant(24 * 60)),
      "lines": [
        [
          "component": "red_cells", "blood_group": .text(group),
          "quantity": .integer(Int64(quantity)), "substitution": "compatible",
        ]
      ],
    ]
    return JSONValue.object(form.merging(changes) { $1 }).sent
  }
}

extension Client {
  /// Lends clients of a service with a clock of the test's own.
  static func lend(
    _ world: World, clock: @escaping @Sendable () -> Date,
    options: ServiceOptions = ServiceOptions(), logger: Logger? = nil,
    _ body: @escaping @Sendable (Clients) async throws -> Void
  ) async throws {
    var silent = Logger(label: "test")
    silent.logLevel = .critical
    let logger = logger ?? silent
    let service = try Service(
      registry: world.registry, logger: logger, version: "test", options: options, clock: clock)
    try await Application(router: service.router(), logger: logger).test(.router) { client in
      try await body(Clients(client: client, world: world))
    }
  }

  /// Sends bytes that need not be text.
  func send(
    _ path: String, bytes: [UInt8], key: String = UUID().uuidString,
    type: String = "application/json"
  ) async throws -> TestResponse {
    var fields = HTTPFields()
    if let token { fields[.authorization] = "Bearer \(token)" }
    add(to: &fields)
    fields[.contentType] = type
    fields[.idempotencyKey] = key
    let answer = try await client.execute(
      uri: path, method: .post, headers: fields, body: ByteBuffer(bytes: bytes))
    try Contract.check(answer, to: .post, path)
    return answer
  }

  /// Reads a path under headers of one's own.
  func get(_ path: String, _ headers: [String: String]) async throws -> TestResponse {
    try await send(.get, path, headers: headers)
  }
}
