import Domain
import Foundation
import HTTPTypes
import Store

/// A donor's whole story in one answer.
enum History {
  static let endpoints: [Endpoint] = [
    .get("/v1/donors/{donor}/history", readers, list)
  ]

  static let readers = Endpoint.Access.roles([.driveStaff, .laboratory])

  /// `GET /v1/donors/{donor}/history`.
  @Sendable static func list(_ call: Call) async throws -> Reply {
    let (before, limit): (HistoryPlace?, Int) = try call.parameters {
      ($0.historyPlace(), $0.limit())
    }
    let actor = try call.actor()
    let question = try question(call, actor, before: before, limit: limit + 1)
    // That somebody looked is written down first.
    _ = try await call.registry.donor(question.donor, by: actor, at: call.now)
    let entries = try await call.registry.history(question, by: actor, at: call.now)
    return try call.list(entries, limit: limit) { $0.place }
  }

  /// What the caller asks for.
  ///
  /// Who looked at the donor is told to an account that may read the audit as well, unless it
  /// insists on acting with one grant alone.
  static func question(
    _ call: Call, _ actor: Actor, before: HistoryPlace?, limit: Int
  ) throws -> HistoryQuestion {
    let auditor = call.headers[.actingGrant] == nil ? call.sender?.actor { $0 == .auditor } : nil
    return HistoryQuestion(
      donor: try call.id("donor", "donor"), before: before, limit: limit,
      timeZone: Regions.timeZone(of: actor.authority.region ?? ""), audit: auditor?.authority)
  }
}

extension QueryParameters {
  /// The place in a story at which a page begins.
  func historyPlace() -> HistoryPlace? {
    value("cursor", code: "cursor_unreadable") { text in
      let place: HistoryPlace? = Cursor.decode(text)
      // Whoever makes up a cursor of his own names no moment that a database cannot hold.
      guard let place, (-6e10..<1e11).contains(place.at.timeIntervalSince1970),
        place.id.wholeMatch(of: /[0-9a-f-]{1,36}/) != nil
      else { return nil }
      return place
    }
  }
}
