import Domain
import Foundation
import Store

/// What donors agreed to, and no longer do.
enum Consents {
  static let endpoints: [Endpoint] = [
    .post("/v1/donors/{donor}/consents", roles, consent),
    .get("/v1/donors/{donor}/consents", roles, list),
    .post("/v1/consents/{consent}/withdrawal", roles, withdraw),
  ]

  private static let roles = Endpoint.Access.roles([.driveStaff, .recruiter])

  /// `POST /v1/donors/{donor}/consents`.
  @Sendable static func consent(_ call: Call) async throws -> Reply {
    let donor: ID<Donor> = try call.id("donor", "donor")
    let account = try call.actor().account
    let command = try call.command { fields in
      Consent(
        id: fields.newID(at: call.now), donorId: donor,
        purpose: fields.choice("purpose", or: .recruitment),
        channel: fields.choice("channel", or: .call), textVersion: fields.text("text_version"),
        manner: fields.choice("manner", or: .paper), givenAt: fields.past("given_at", at: call.now),
        recordedAt: call.now, recordedBy: account)
    }
    return call.created(
      try await call.registry.consent(command), at: "/v1/donors/\(donor)/consents")
  }

  /// `GET /v1/donors/{donor}/consents`.
  @Sendable static func list(_ call: Call) async throws -> Reply {
    let donor = try await Contacts.donor(call)
    let consents = try await call.registry.consents(of: donor, as: call.authority())
    return try call.list(consents, limit: .max) { $0.id }
  }

  /// `POST /v1/consents/{consent}/withdrawal`.
  @Sendable static func withdraw(_ call: Call) async throws -> Reply {
    let consent: ID<Consent> = try call.id("consent", "consent")
    let command = try call.command(optional: true) { fields in
      ConsentWithdrawal(consent: consent, at: fields.past("withdrawn_at", at: call.now))
    }
    return call.created(
      try await call.registry.withdraw(command), at: "/v1/donors/{id}/consents")
  }
}

extension Fields {
  /// An instant that has come; now unless told.
  func past(_ name: String, at now: Date) -> Date {
    let instant = has(name) ? instant(name) : now
    if instant > now { complain(name, "in_the_future") }
    return instant
  }
}
