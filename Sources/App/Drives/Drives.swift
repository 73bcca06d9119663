import Domain
import Foundation
import HTTPTypes
import Store

/// Drives: planning, opening, closing, what they gave.
enum Drives {
  static let endpoints: [Endpoint] = [
    .post("/v1/drives", .roles([.coordinator, .driveStaff]), plan),
    .get("/v1/drives", readers, list),
    .get("/v1/drives/{drive}", readers, show),
    .post("/v1/drives/{drive}/opening", .roles([.coordinator, .driveStaff]), open),
    .post("/v1/drives/{drive}/closure", .roles([.coordinator, .driveStaff]), close),
    .get("/v1/drives/{drive}/report", readers, report),
  ]

  private static let readers = Endpoint.Access.roles(
    [.coordinator, .driveStaff, .laboratory, .recruiter])

  /// `POST /v1/drives`.
  @Sendable static func plan(_ call: Call) async throws -> Reply {
    let command = try call.command { fields in
      let startsAt = fields.instant("starts_at")
      let endsAt = fields.instant("ends_at")
      if endsAt <= startsAt && endsAt != .distantPast {
        fields.complain("ends_at", "ends_before_start")
      }
      return Drive(
        id: fields.newID(at: call.now), name: fields.wording("name"),
        hostId: fields.optionalID("host_id"), siteId: fields.id("site_id"),
        date: fields.day("date"), startsAt: startsAt, endsAt: endsAt,
        capacity: fields.optionalInteger("capacity", in: 1...100_000))
    }
    return call.created(try await call.registry.plan(command), at: "/v1/drives/{id}")
  }

  /// `GET /v1/drives`.
  @Sendable static func list(_ call: Call) async throws -> Reply {
    let (filter, page): (DriveFilter, Page<Drive>) = try call.parameters {
      (
        DriveFilter(state: $0.choice("state"), site: $0.id("site"), date: $0.day("date")),
        $0.page()
      )
    }
    let drives = try await call.registry.drives(filter, page: page, as: call.authority())
    return try call.list(drives, limit: page.limit - 1) { $0.id }
  }

  /// `GET /v1/drives/{drive}`.
  @Sendable static func show(_ call: Call) async throws -> Reply {
    try call.record(
      try await call.registry.drive(call.id("drive", "drive"), as: call.authority()))
  }

  /// `POST /v1/drives/{drive}/opening`.
  @Sendable static func open(_ call: Call) async throws -> Reply {
    let drive: ID<Drive> = try call.id("drive", "drive")
    let command = try call.command(optional: true) { _ in drive }
    return call.created(try await call.registry.open(command), at: "/v1/drives/{id}")
  }

  /// `POST /v1/drives/{drive}/closure`.
  @Sendable static func close(_ call: Call) async throws -> Reply {
    let drive: ID<Drive> = try call.id("drive", "drive")
    let command = try call.command(optional: true) { _ in drive }
    return call.created(try await call.registry.close(command), at: "/v1/drives/{id}")
  }

  /// Whom a report is for; a host has no account, so somebody hands it over.
  private enum Reader: String, CaseIterable { case host }

  /// `GET /v1/drives/{drive}/report?for=host`.
  @Sendable static func report(_ call: Call) async throws -> Reply {
    let reader: Reader? = try call.parameters { $0.choice("for") }
    let report = try await call.registry.report(
      of: call.id("drive", "drive"), as: call.authority())
    return reader == .host ? try reply(HostReport(report), call) : try reply(report, call)
  }

  private static func reply(_ report: some Encodable, _ call: Call) throws -> Reply {
    if let table = try call.table(of: [report]) { return table }
    var reply = call.tagged(try Reply.json(report))
    reply.headers[.vary] = Call.vary
    return reply
  }
}
