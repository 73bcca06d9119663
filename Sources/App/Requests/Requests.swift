import Domain
import Foundation
import Store

/// A hospital's requests and every step until they are served.
enum Requests {
  static let endpoints: [Endpoint] = [
    .post("/v1/requests", both, file),
    .get("/v1/requests", both, list),
    .get("/v1/requests/{request}", both, show),
    .get("/v1/requests/{request}/units", both, units),
    .post("/v1/requests/{request}/allocations", .roles([.coordinator]), allocate),
    .post("/v1/requests/{request}/issues", .roles([.coordinator]), issue),
    .post("/v1/requests/{request}/receipts", both, receive),
    .post("/v1/requests/{request}/returns", both, takeBack),
    .post("/v1/requests/{request}/cancellation", both, cancel),
  ]

  private static let both = Endpoint.Access.roles([.hospital, .coordinator])

  /// `POST /v1/requests`.
  @Sendable static func file(_ call: Call) async throws -> Reply {
    let command = try call.command { RequestForm.read($0, at: call.now) }
    return call.created(try await call.registry.request(command), at: "/v1/requests/{id}")
  }

  /// `GET /v1/requests`.
  @Sendable static func list(_ call: Call) async throws -> Reply {
    let (filter, page): (RequestFilter, Page<Request>) = try call.parameters {
      (
        RequestFilter(
          state: $0.choice("state"), urgency: $0.choice("urgency"),
          hospital: $0.id("hospital")),
        $0.page()
      )
    }
    let requests = try await call.registry.requests(filter, page: page, as: call.authority())
    return try call.list(requests, limit: page.limit - 1) { $0.id }
  }

  /// `GET /v1/requests/{request}`.
  @Sendable static func show(_ call: Call) async throws -> Reply {
    try call.record(
      try await call.registry.request(call.id("request", "request"), as: call.authority()))
  }

  /// `GET /v1/requests/{request}/units`.
  @Sendable static func units(_ call: Call) async throws -> Reply {
    try call.requireNoQuery()
    let units = try await call.registry.units(
      of: call.id("request", "request"), as: call.authority())
    return try call.list(units, limit: .max) { $0.id }
  }

  /// `POST /v1/requests/{request}/allocations`.
  @Sendable static func allocate(_ call: Call) async throws -> Reply {
    let request: ID<Request> = try call.id("request", "request")
    let command = try call.command(optional: true) { _ in AllocationDraft(request: request) }
    return try await step(call, request) { try await call.registry.allocate(command) }
  }

  /// `POST /v1/requests/{request}/issues`.
  @Sendable static func issue(_ call: Call) async throws -> Reply {
    let request: ID<Request> = try call.id("request", "request")
    let command = try call.command(optional: true) { handover($0, of: request) }
    return try await step(call, request) { try await call.registry.issue(command) }
  }

  /// `POST /v1/requests/{request}/receipts`.
  @Sendable static func receive(_ call: Call) async throws -> Reply {
    let request: ID<Request> = try call.id("request", "request")
    let command = try call.command(optional: true) { handover($0, of: request) }
    return try await step(call, request) { try await call.registry.receive(command) }
  }

  /// `POST /v1/requests/{request}/returns`.
  @Sendable static func takeBack(_ call: Call) async throws -> Reply {
    let request: ID<Request> = try call.id("request", "request")
    let command = try call.command(optional: true) { fields in
      var draft = handover(fields, of: request)
      draft.reason = fields.optionalText("reason")
      return draft
    }
    return try await step(call, request) { try await call.registry.takeBack(command) }
  }

  /// `POST /v1/requests/{request}/cancellation`.
  @Sendable static func cancel(_ call: Call) async throws -> Reply {
    let request: ID<Request> = try call.id("request", "request")
    let command = try call.command(optional: true) { _ in request }
    return try await step(call, request) { try await call.registry.cancel(command) }
  }

  private static func handover(_ fields: Fields, of request: ID<Request>) -> HandoverDraft {
    HandoverDraft(
      request: request,
      units: fields.optionalValues("unit_ids", count: 1...500, code: "not_an_id") { ID($0) })
  }

  private static func step(
    _ call: Call, _ request: ID<Request>, _ verb: () async throws -> Answer
  ) async throws -> Reply {
    call.created(try await verb(), at: "/v1/requests/\(request)")
  }
}

/// The form of a request, as its members are read.
private enum RequestForm {
  static func read(_ fields: Fields, at now: Date) -> RequestDraft {
    let neededBy = fields.instant("needed_by")
    if neededBy > now + 366 * 86_400 { fields.complain("needed_by", "too_far_ahead") }
    return RequestDraft(
      id: fields.newID(at: now), hospitalId: fields.id("hospital_id"),
      urgency: fields.choice("urgency", or: .routine), neededBy: neededBy,
      lines: fields.objects("lines", count: 1...50).map(line), patient: patient(fields))
  }

  private static func line(_ entry: Fields) -> RequestLineDraft {
    defer { entry.close() }
    return RequestLineDraft(
      component: entry.choice("component", or: .redCells),
      bloodGroup: entry.bloodGroup("blood_group"),
      quantity: entry.integer("quantity", in: 1...500), attributes: entry.attributes(),
      substitution: entry.optionalChoice("substitution") ?? .compatible)
  }

  private static func patient(_ fields: Fields) -> Patient? {
    guard let entry = fields.object("patient") else { return nil }
    defer { entry.close() }
    return Patient(
      reference: entry.text("reference", atMost: 100), sex: entry.optionalChoice("sex"),
      birthDate: entry.optionalDay("birth_date"),
      bloodGroup: entry.optionalBloodGroup("blood_group"))
  }
}
