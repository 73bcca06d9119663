package import Domain
package import FoundationEssentials
import Postgres
import SQL

/// Whoever sends a request, and the grants with which he may act.
package struct Caller: Sendable, Hashable {
  package let account: ID<Account>
  package let kind: AccountKind
  /// In the order in which operations ask them.
  package let scopes: [Scope]
  /// The browser session, if the request carried its cookie.
  package let session: SessionRecord?
  /// Until when this may be believed without asking again.
  package let soundUntil: Date

  /// A grant as an authority.
  package struct Scope: Sendable, Hashable {
    package let grant: ID<Grant>
    package let authority: Authority
  }

  /// Acts with the first grant that will do: the named one, on which a request may
  /// insist, or else the chosen one, or else any.
  ///
  /// `isUnfinished` says that the session lacks a second factor that is demanded.
  package func actor(
    with named: ID<Grant>? = nil, isUnfinished: Bool = false, where admits: (Role) -> Bool
  ) -> Actor? {
    let chosen = scopes.first { $0.grant == session?.chosenGrant }
    let candidates =
      named.map { name in scopes.filter { $0.grant == name } }
      ?? ((chosen.map { [$0] } ?? []) + scopes)
    return candidates.first { admits($0.authority.role) }.map {
      Actor(
        account: account, kind: kind, authority: $0.authority,
        entrance: session == nil ? .token : isUnfinished ? .unfinishedSession : .session)
    }
  }
}

/// A browser's session.
package struct SessionRecord: Sendable, Hashable {
  package let id: ID<SessionRecord>
  package let login: String
  package let name: String
  package let startedAt: Date
  /// When it locks unless somebody works.
  package let locksAt: Date
  package let expiresAt: Date
  package let chosenGrant: ID<Grant>?
  /// Whether a password is all that was proved, when it began or since.
  package let hasOneFactor: Bool

  /// A session that nobody used for so long is locked.
  package static let idleLimit: TimeInterval = 15 * 60
  /// A session ends so long after the log-in, whatever happens.
  package static let lifetime: TimeInterval = 12 * 3600
  /// Use is written down this coarsely; a session locks that much early at most.
  static let grain: TimeInterval = 30
}

/// The session was not used for too long; its owner signs in again.
package struct SessionLocked: Error, Sendable, Hashable {}

extension Registry {
  /// Who a bearer token speaks for, or nil when it is unknown, expired or revoked.
  package func caller(of token: Token, at now: Date) async throws -> Caller? {
    let found = try await store.read(as: .system) { db in
      try db.first(.authorityOfToken, token.digest, now, as: TokenRow.self)
    }
    guard let found else { return nil }
    if now.timeIntervalSince(found.lastUsedAt ?? .distantPast) > 60 {
      // Knowing the last use must not be a reason to refuse one.
      _ = try? await store.write(as: .system) { db in try db.run(.noteTokenUse, found.token, now) }
    }
    return Caller(
      account: found.account, kind: found.kind, scopes: [found.scope], session: nil,
      soundUntil: found.expiresAt)
  }

  /// Who a browser's cookie stands for, or nil when it is unknown or over.
  ///
  /// - Throws: ``SessionLocked`` when nobody used it for too long.
  package func caller(ofSession token: Token, at now: Date) async throws -> Caller? {
    let rows = try await store.read(as: .system) { db in
      try db.rows(.sessionWithDigest, token.digest, now, as: SessionRow.self)
    }
    guard let first = rows.first else { return nil }
    guard now < first.seenAt + SessionRecord.idleLimit else { throw SessionLocked() }
    var seenAt = first.seenAt
    if now.timeIntervalSince(seenAt) > SessionRecord.grain {
      try await store.write(as: .system) { db in
        _ = try db.run(.noteSessionUse, first.session, now)
      }
      seenAt = now
    }
    let record = SessionRecord(
      id: first.session, login: first.login ?? "", name: first.name,
      startedAt: first.startedAt, locksAt: seenAt + SessionRecord.idleLimit,
      expiresAt: first.expiresAt, chosenGrant: first.chosen, hasOneFactor: first.hasOneFactor)
    return Caller(
      account: first.account, kind: first.kind, scopes: rows.compactMap(\.scope),
      session: record, soundUntil: min(record.locksAt, record.expiresAt))
  }
}

private struct TokenRow: Codable, Sendable {
  let account: ID<Account>
  let kind: AccountKind
  let token: ID<AccessToken>
  let id: ID<Grant>
  let expiresAt: Date
  let lastUsedAt: Date?
  let role: Role
  let siteId: ID<Site>?
  let siteKind: SiteKind?
  let region: String?

  var scope: Caller.Scope {
    Caller.Scope(
      grant: id,
      authority: Authority(role: role, siteId: siteId, siteKind: siteKind, region: region))
  }
}

private struct SessionRow: Codable, Sendable {
  let session: ID<SessionRecord>
  let chosen: ID<Grant>?
  let startedAt: Date
  let seenAt: Date
  let expiresAt: Date
  let hasOneFactor: Bool
  let account: ID<Account>
  let kind: AccountKind
  let login: String?
  let name: String
  let id: ID<Grant>?
  let role: Role?
  let siteId: ID<Site>?
  let siteKind: SiteKind?
  let region: String?

  var scope: Caller.Scope? {
    guard let id, let role else { return nil }
    return Caller.Scope(
      grant: id,
      authority: Authority(role: role, siteId: siteId, siteKind: siteKind, region: region))
  }
}
