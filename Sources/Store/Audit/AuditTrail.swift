package import Domain
package import FoundationEssentials
import Postgres
import SQL

/// One event as an auditor reads it.
package struct AuditedEvent: Codable, Sendable, Hashable {
  package let id: Int
  package let at: Date
  package let kind: String
  /// The record it is about.
  package let subjectId: ID<Subject>
  /// Who did it; null for what the service does by itself, and what is done from its shell.
  @OrNull package var accountId: ID<Account>?
  @OrNull package var siteId: ID<Site>?
  @OrNull package var reason: String?
  /// The state before and after, where the event is a step.
  @OrNull package var before: String?
  @OrNull package var after: String?
  package let detail: [String: String]

  /// A record of any kind.
  package enum Subject {}
}

/// Which events somebody wants to see.
package struct AuditFilter: Sendable, Hashable {
  package var donor: ID<Donor>?
  package var unit: ID<Unit>?
  package var request: ID<Request>?
  package var account: ID<Account>?
  package var from: Date?
  package var to: Date?

  /// Collects the conditions; nil asks for all.
  package init(
    donor: ID<Donor>? = nil, unit: ID<Unit>? = nil, request: ID<Request>? = nil,
    account: ID<Account>? = nil, from: Date? = nil, to: Date? = nil
  ) {
    self.donor = donor
    self.unit = unit
    self.request = request
    self.account = account
    self.from = from
    self.to = to
  }

  /// The filter by reference, for the event that tells of the reading.
  fileprivate var detail: [String: String] {
    var detail: [String: String] = [:]
    detail["donor"] = donor?.description
    detail["unit"] = unit?.description
    detail["request"] = request?.description
    detail["account"] = account?.description
    detail["since"] = from.map(Instant.format)
    detail["until"] = to.map(Instant.format)
    return detail
  }
}

extension Registry {
  /// A page of the audit, oldest first.
  ///
  /// The reading is an event too.
  package func audit(
    _ filter: AuditFilter, after cursor: Int?, limit: Int, by actor: Actor, at now: Date
  ) async throws -> [AuditedEvent] {
    try await store.record(as: actor.authority) { db in
      let events = try db.rows(
        .audit, cursor, filter.donor, filter.unit, filter.request, filter.account, filter.from,
        filter.to, limit, as: AuditedEvent.self)
      let reading = Event(
        at: now, kind: "audit.read", subjectId: actor.account.uuid,
        accountId: actor.account.uuid, siteId: actor.authority.siteId?.uuid,
        detail: filter.detail)
      try db.run(.insertEvents, JSON([reading]))
      return events
    }
  }
}
