import Domain
import Foundation
import Store

/// Ways to reach a donor, what the donor agreed to, and whether to speak to him.
enum Contacts {
  static let endpoints: [Endpoint] = [
    .post("/v1/donors/{donor}/contacts", roles, add),
    .get("/v1/donors/{donor}/contacts", roles, list),
    .post("/v1/contacts/{contact}/ending", roles, end),
    .post("/v1/donors/{donor}/unavailability", roles, rest),
    .get("/v1/donors/{donor}/unavailability", roles, unavailability),
    .post("/v1/donors/{donor}/contact-attempts", .roles([.recruiter]), attempt),
    .get("/v1/donors/{donor}/contact-attempts", roles, attempts),
    .get("/v1/donors/{donor}/reach", roles, reach),
  ]

  private static let roles = Endpoint.Access.roles([.driveStaff, .recruiter])

  /// `POST /v1/donors/{donor}/contacts`.
  @Sendable static func add(_ call: Call) async throws -> Reply {
    let donor: ID<Donor> = try call.id("donor", "donor")
    let command = try call.command { try draft($0, of: donor, at: call.now) }
    return call.created(
      try await call.registry.add(command), at: "/v1/donors/\(donor)/contacts")
  }

  private static func draft(
    _ fields: Fields, of donor: ID<Donor>, at now: Date
  ) throws -> ContactDraft {
    let id: ID<Contact> = fields.newID(at: now)
    let kind = fields.choice("kind", or: ContactKind.mobile)
    let code = kind == .email ? "email_unreadable" : "phone_unreadable"
    if !fields.has("value") { fields.complain("value", "required") }
    let value = fields.optionalValue("value", code: code) { ContactValue($0, of: kind) }
    let channels = fields.optionalValues(
      "channels", count: 1...kind.channels.count, code: "channel_not_of_kind"
    ) { text in Channel(rawValue: text).flatMap { kind.channels.contains($0) ? $0 : nil } }
    let position = fields.optionalInteger("position", in: 1...1000)
    guard let value else {
      try fields.finish()
      throw InvalidInput([FieldProblem("/value", code)])
    }
    return ContactDraft(
      id: id, donor: donor, kind: kind, value: value,
      channels: channels ?? Array(kind.channels.prefix(1)), position: position)
  }

  /// `GET /v1/donors/{donor}/contacts`.
  @Sendable static func list(_ call: Call) async throws -> Reply {
    let donor = try await donor(call)
    let contacts = try await call.registry.contacts(of: donor, as: call.authority())
    return try call.list(contacts, limit: .max) { $0.id }
  }

  /// `POST /v1/contacts/{contact}/ending`.
  @Sendable static func end(_ call: Call) async throws -> Reply {
    let contact: ID<Contact> = try call.id("contact", "contact")
    let command = try call.command(optional: true) { _ in contact }
    let answer = try await call.registry.end(command)
    return call.created(answer, at: "/v1/donors/{id}/contacts")
  }

  /// `POST /v1/donors/{donor}/unavailability`.
  @Sendable static func rest(_ call: Call) async throws -> Reply {
    let donor: ID<Donor> = try call.id("donor", "donor")
    let command = try call.command { fields in
      Unavailability(
        id: fields.newID(at: call.now), donorId: donor, until: fields.day("until"),
        recordedAt: call.now)
    }
    return call.created(
      try await call.registry.rest(command), at: "/v1/donors/\(donor)/unavailability")
  }

  /// `GET /v1/donors/{donor}/unavailability`.
  @Sendable static func unavailability(_ call: Call) async throws -> Reply {
    let donor = try await donor(call)
    let rests = try await call.registry.unavailabilities(of: donor, as: call.authority())
    return try call.list(rests, limit: .max) { $0.id }
  }

  /// `POST /v1/donors/{donor}/contact-attempts`.
  @Sendable static func attempt(_ call: Call) async throws -> Reply {
    let donor: ID<Donor> = try call.id("donor", "donor")
    let command = try call.command { fields in
      ContactAttempt(
        id: fields.newID(at: call.now), donorId: donor,
        purpose: fields.choice("purpose", or: .recruitment),
        channel: fields.choice("channel", or: .call), contactId: fields.optionalID("contact_id"),
        outcome: fields.choice("outcome", or: .reached),
        attemptedAt: fields.past("attempted_at", at: call.now))
    }
    return call.created(
      try await call.registry.attempt(command), at: "/v1/donors/\(donor)/contact-attempts")
  }

  /// `GET /v1/donors/{donor}/contact-attempts`.
  @Sendable static func attempts(_ call: Call) async throws -> Reply {
    let donor = try await donor(call)
    let attempts = try await call.registry.contactAttempts(of: donor, as: call.authority())
    return try call.list(attempts, limit: .max) { $0.id }
  }

  /// `GET /v1/donors/{donor}/reach?purpose=&channel=&on=`.
  @Sendable static func reach(_ call: Call) async throws -> Reply {
    let (purpose, channel, day): (Purpose?, Channel?, Day?) = try call.parameters {
      ($0.choice("purpose"), $0.choice("channel"), $0.day("on"))
    }
    let zone =
      TimeZone(identifier: Regions.timeZone(of: try call.authority().region ?? "")) ?? .gmt
    let donor = try await call.registry.donor(
      call.id("donor", "donor"), by: call.actor(), at: call.now)
    let decision = try await call.registry.reach(
      of: donor.id, for: purpose ?? .recruitment, by: channel ?? .call,
      on: day ?? Day(call.now, in: zone), in: zone, as: call.authority()
    ).explained(in: call.service.books[call.language])
    return try Reply.json(decision)
  }

  /// The donor the call is about; that somebody looked is written down first.
  static func donor(_ call: Call) async throws -> ID<Donor> {
    try call.requireNoQuery()
    return try await call.registry.donor(
      call.id("donor", "donor"), by: call.actor(), at: call.now
    ).id
  }
}
