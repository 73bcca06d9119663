import Domain
import Foundation
import Store

/// Donations: logging them at a drive, reading them.
enum Donations {
  static let endpoints: [Endpoint] = [
    .post("/v1/drives/{drive}/donations", .roles([.driveStaff]), log),
    .get("/v1/drives/{drive}/donations", readers, list),
    .get("/v1/donations/{din}", readers, show),
  ]

  private static let readers = Endpoint.Access.roles([.driveStaff, .laboratory])

  /// `POST /v1/drives/{drive}/donations`.
  @Sendable static func log(_ call: Call) async throws -> Reply {
    let drive: ID<Drive> = try call.id("drive", "drive")
    let command = try call.command { try draft($0, at: drive, now: call.now) }
    let din = command.draft.din.text
    return call.created(try await call.registry.log(command), at: "/v1/donations/\(din)")
  }

  private static func draft(
    _ fields: Fields, at drive: ID<Drive>, now: Date
  ) throws -> DonationDraft {
    let din = fields.donationNumber("din")
    let startedAt = fields.instant("started_at")
    let endedAt = fields.instant("ended_at")
    if endedAt < startedAt && endedAt != .distantPast {
      fields.complain("ended_at", "ends_before_start")
    }
    // A tablet with a wrong clock would make the blood seem fresher than it is.
    if startedAt > now + 3600 { fields.complain("started_at", "in_the_future") }
    if endedAt > now + 86_400 { fields.complain("ended_at", "in_the_future") }
    let intent = fields.choice("intent", or: DonationIntent.voluntary)
    let patient = fields.optionalText("for_patient")
    if patient != nil && intent == .voluntary {
      fields.complain("for_patient", "patient_needs_directed_intent")
    }
    let kind = fields.choice("kind", or: DonationKind.wholeBlood)
    let outcome = fields.choice("outcome", or: DonationOutcome.completed)
    let volume = fields.integer("volume_ml", in: 0...5000)
    if outcome == .completed && volume == 0 && fields.has("volume_ml") {
      fields.complain("volume_ml", "completed_without_volume")
    }
    let donor: ID<Donor> = fields.id("donor_id")
    let id: ID<Donation> = fields.newID(at: now)
    try fields.finish()
    guard let din else { throw InvalidInput([FieldProblem("/din", "required")]) }
    return DonationDraft(
      id: id, driveId: drive, donorId: donor, din: din, kind: kind, intent: intent,
      volumeMl: volume, startedAt: startedAt, endedAt: endedAt, outcome: outcome,
      forPatient: patient)
  }

  /// `GET /v1/drives/{drive}/donations`.
  @Sendable static func list(_ call: Call) async throws -> Reply {
    let page: Page<Donation> = try call.parameters { $0.page() }
    let donations = try await call.registry.donations(
      at: call.id("drive", "drive"), page: page, as: call.authority())
    return try call.list(donations, limit: page.limit - 1) { $0.id }
  }

  /// `GET /v1/donations/{din}`.
  @Sendable static func show(_ call: Call) async throws -> Reply {
    try call.record(
      try await call.registry.donation(call.donationNumber(), as: call.authority()))
  }
}
