package import Domain
import FoundationEssentials
import Postgres
import SQL

/// Which requests somebody wants to see.
package struct RequestFilter: Sendable, Hashable {
  package var state: RequestState?
  package var urgency: Urgency?
  package var hospital: ID<Hospital>?

  /// Collects the conditions; nil asks for all.
  package init(
    state: RequestState? = nil, urgency: Urgency? = nil, hospital: ID<Hospital>? = nil
  ) {
    self.state = state
    self.urgency = urgency
    self.hospital = hospital
  }
}

extension Registry {
  /// Files a hospital's request.
  package func request(_ command: Command<RequestDraft>) async throws -> Answer {
    try await store.perform(command) { db in
      let draft = command.draft
      // Here and not where the form is read: its replay may come when the hour has
      // passed. A few minutes spare an emergency the argument about clocks.
      guard draft.neededBy >= command.at - 300 else {
        throw InvalidInput([FieldProblem("/needed_by", "needed_by_past")])
      }
      guard let site = try db.siteOfHospital(draft.hospitalId) else {
        throw InvalidInput([FieldProblem("/hospital_id", "hospital_unknown")])
      }
      let unsafe = draft.unsafeLines
      guard unsafe.isEmpty else {
        throw InvalidInput(
          unsafe.map { FieldProblem("/lines/\($0)/blood_group", "incompatible_with_patient") })
      }
      let request = Request(
        id: draft.id, hospitalId: draft.hospitalId, urgency: draft.urgency,
        neededBy: draft.neededBy, state: .open, requestedAt: command.at,
        patient: draft.patient,
        lines: draft.lines.map { RequestLine(id: .new(at: command.at), draft: $0) })
      try db.insert(request, at: site, by: command.actor.account)
      return try Effect(request.id.uuid, request)
    }
  }

  /// One request with its counters.
  package func request(_ id: ID<Request>, as authority: Authority) async throws -> Request {
    try await store.read(as: authority) { db in
      try db.requests([id]).first.orThrow(NotFound("request"))
    }
  }

  /// A page of requests.
  package func requests(
    _ filter: RequestFilter, page: Page<Request>, as authority: Authority
  ) async throws -> [Request] {
    try await store.read(as: authority) { db in
      let ids = try db.rows(
        .requestIds, page.after, filter.state, filter.urgency, filter.hospital, page.limit,
        as: ID<Request>.self)
      return try db.requests(ids)
    }
  }

  /// The units a request has got, live ones or all.
  package func units(
    of request: ID<Request>, as authority: Authority
  ) async throws -> [AllocatedUnit] {
    try await store.read(as: authority) { db in
      _ = try db.requests([request]).first.orThrow(NotFound("request"))
      return try db.allocatedUnits(of: request)
    }
  }

  /// Takes back what is still open of a request: held units return to the shelf.
  package func cancel(_ command: Command<ID<Request>>) async throws -> Answer {
    try await store.perform(command) { db in
      _ = try db.lockedRequest(command.draft)
    } _: { db in
      let id = command.draft
      let request = try db.lockedRequest(id)
      guard request.state == .open else { throw RequestRefusal.notOpen(state: request.state) }
      let held = try db.rows(
        .lockHeldUnits, id, nil as [ID<Unit>]?, [AllocationState.held], as: ID<Unit>.self)
      let units = try db.allocatedUnits(of: id, only: held, in: [.held])
      try db.run(
        .freeUnits, id, held, command.at, command.actor.account, "request_cancelled")
      try db.run(.cancelOutstanding, id)
      try db.run(.closeRequest, id, RequestState.cancelled, command.at)
      try db.note(
        "request.cancelled", id.uuid, command, site: request.siteId,
        ["from": request.state.rawValue, "to": "cancelled"])
      return try db.step(id, units: units)
    }
  }
}

/// A request under lock.
struct LockedRequest: Codable {
  let id: ID<Request>
  let state: RequestState
  let siteId: ID<Site>
}

extension Transaction {
  /// Requests with their counters, in the order of their ids.
  func requests(_ ids: [ID<Request>]) throws -> [Request] { try rows(.requests, ids) }

  /// Locks a request until the end.
  func lockedRequest(_ id: ID<Request>) throws -> LockedRequest {
    try rows(.lockRequests, [id], as: LockedRequest.self).first.orThrow(NotFound("request"))
  }

  /// The units of a request, some of them or all, in some states or any.
  func allocatedUnits(
    of request: ID<Request>, only units: [ID<Unit>]? = nil, in states: [AllocationState]? = nil
  ) throws -> [AllocatedUnit] {
    try rows(.allocatedUnits, request, units, states)
  }

  /// What a step answers: the request as it is now and the units it was about.
  func step(_ id: ID<Request>, units: [AllocatedUnit]) throws -> Effect {
    let request = try requests([id]).first.orThrow(NotFound("request"))
    return try Effect(id.uuid, RequestStep(request: request, units: units))
  }

  fileprivate func siteOfHospital(_ id: ID<Hospital>) throws -> ID<Site>? {
    struct Row: Codable {
      let siteId: ID<Site>
    }
    return try first(.hospitalInScope, id, as: Row.self)?.siteId
  }

  fileprivate func insert(
    _ request: Request, at site: ID<Site>, by account: ID<Account>
  ) throws {
    try run(
      .insertRequests, JSON([Joined(request, Asked(siteId: site, requestedBy: account))]))
    let lines = request.lines.enumerated().map { position, line in
      Joined(
        line,
        Placed(
          requestId: request.id, siteId: site, position: position + 1,
          quantity: line.requested, requestedAt: request.requestedAt))
    }
    try run(.insertRequestLines, JSON(lines))
  }
}

private struct Asked: Encodable {
  let siteId: ID<Site>
  let requestedBy: ID<Account>
}

private struct Placed: Encodable {
  let requestId: ID<Request>
  let siteId: ID<Site>
  let position: Int
  let quantity: Int
  let requestedAt: Date
}
