import Domain
import Foundation
import Store

/// Who came to a drive, and how it ended for those who gave no blood.
enum Visits {
  static let endpoints: [Endpoint] = [
    .post("/v1/drives/{drive}/visits", .roles([.driveStaff]), checkIn),
    .get("/v1/drives/{drive}/visits", .roles([.driveStaff, .coordinator]), list),
    .post("/v1/visits/{visit}/decision", .roles([.driveStaff]), decide),
  ]

  /// `POST /v1/drives/{drive}/visits`.
  @Sendable static func checkIn(_ call: Call) async throws -> Reply {
    let drive: ID<Drive> = try call.id("drive", "drive")
    let command = try call.command { fields in
      VisitDraft(
        id: fields.newID(at: call.now), drive: drive, donor: fields.id("donor_id"),
        arrivedAt: fields.has("arrived_at") ? fields.instant("arrived_at") : call.now)
    }
    return call.created(
      try await call.registry.checkIn(command), at: "/v1/drives/\(drive)/visits")
  }

  /// `GET /v1/drives/{drive}/visits`.
  @Sendable static func list(_ call: Call) async throws -> Reply {
    let page: Page<Visit> = try call.parameters { $0.page() }
    let visits = try await call.registry.visits(
      at: call.id("drive", "drive"), page: page, as: call.authority())
    return try call.list(visits, limit: page.limit - 1) { $0.id }
  }

  /// `POST /v1/visits/{visit}/decision`.
  @Sendable static func decide(_ call: Call) async throws -> Reply {
    let visit: ID<Visit> = try call.id("visit", "visit")
    let command = try call.command { fields in
      let outcome = fields.choice(
        "outcome", or: VisitOutcome.walkedOut, among: [.deferred, .walkedOut])
      let reason = fields.optionalText("deferral_reason")
      if (outcome == .deferred) != (reason != nil) {
        fields.complain("deferral_reason", "reason_goes_with_deferred")
      }
      return VisitDecision(visit: visit, outcome: outcome, deferralReason: reason)
    }
    return call.created(try await call.registry.decide(command), at: "/v1/visits/{id}")
  }
}
