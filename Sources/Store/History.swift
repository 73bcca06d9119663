package import Domain
package import FoundationEssentials
import Postgres
import SQL

/// Which part of a donor's story somebody asks for.
package struct HistoryQuestion: Sendable {
  package var donor: ID<Donor>
  package var before: HistoryPlace?
  package var limit: Int
  /// The civil time of what happened at no known place.
  package var timeZone: String
  /// The authority by which the reader may know who looked at the donor, if he has one.
  package var audit: Authority?

  /// Collects the conditions.
  package init(
    donor: ID<Donor>, before: HistoryPlace? = nil, limit: Int = 50, timeZone: String,
    audit: Authority? = nil
  ) {
    self.donor = donor
    self.before = before
    self.limit = limit
    self.timeZone = timeZone
    self.audit = audit
  }
}

extension Registry {
  /// A page of a donor's story, newest first, as far as the reader may read it.
  ///
  /// Whoever is told who looked at the donor reads the audit, and that is an event too.
  package func history(
    _ question: HistoryQuestion, by actor: Actor, at now: Date
  ) async throws -> [HistoryEntry] {
    guard let audit = question.audit else {
      return try await store.read(as: actor.authority) { db in
        try db.history(question, for: actor.authority.role)
      }
    }
    return try await store.record(as: actor.authority) { db in
      let entries = try db.history(question, for: actor.authority.role)
      let reading = Event(
        at: now, kind: "audit.read", subjectId: actor.account.uuid,
        accountId: actor.account.uuid, siteId: audit.siteId?.uuid,
        detail: ["donor": question.donor.description])
      try db.run(.insertEvents, JSON([reading]))
      return entries
    }
  }
}

extension Transaction {
  fileprivate func history(
    _ question: HistoryQuestion, for role: Role
  ) throws -> [HistoryEntry] {
    try rows(
      .history, question.donor, question.before?.at, question.before?.kind.rawValue,
      question.before?.id, question.limit,
      HistoryKind.told(to: role, whoAudits: question.audit != nil).map(\.rawValue),
      question.timeZone, question.audit?.siteId)
  }
}
