package import Domain
package import FoundationEssentials
import Postgres
import SQL

/// Something that happened: what and to which record, nothing more.
package struct LiveEvent: Codable, Sendable, Hashable {
  package let id: Int
  package let transactionId: String
  package let at: Date
  package let kind: String
  package let subjectId: UUID

  /// Where a listener goes on after this event.
  package var cursor: EventCursor { EventCursor(transactionId: transactionId, id: id) }
}

/// A place in the order of events.
package struct EventCursor: Codable, Sendable, Hashable {
  package let transactionId: String
  package let id: Int

  /// Reads the text that ``text`` wrote.
  package init?(_ text: String) {
    let parts = text.split(separator: "-")
    guard parts.count == 2, UInt64(parts[0]) != nil, let id = Int(parts[1]) else { return nil }
    self.init(transactionId: String(parts[0]), id: id)
  }

  init(transactionId: String, id: Int) {
    self.transactionId = transactionId
    self.id = id
  }

  /// The cursor as a client keeps it.
  package var text: String { "\(transactionId)-\(id)" }
}

extension Registry {
  /// What happened after a cursor, within an authority's scope.
  package func events(
    after cursor: EventCursor, limit: Int, as authority: Authority
  ) async throws -> [LiveEvent] {
    try await store.read(as: authority) { db in
      try db.rows(.eventsAfter, cursor.transactionId, cursor.id, limit)
    }
  }

  /// Where a listener without a cursor starts.
  package func latestEvent() async throws -> EventCursor {
    try await store.read(as: .system) { db in
      try db.one(.latestEvent, as: EventCursor.self)
    }
  }

  /// One element whenever something may have happened.
  package func wakeUps() -> AsyncStream<Void> { wakeUpCalls.stream() }
}
