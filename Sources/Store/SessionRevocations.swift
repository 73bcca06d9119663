package import Domain
package import FoundationEssentials
import Postgres
import SQL

/// A session that can still be used, as its owner sees it.
package struct OpenSession: Codable, Sendable, Hashable {
  package let id: ID<SessionRecord>
  package let accountId: ID<Account>
  /// How its owner proved who he is.
  package let method: String
  package let startedAt: Date
  /// To half a minute.
  package let seenAt: Date
  package let expiresAt: Date
}

/// What somebody proves himself with who has signed in already.
package struct Presence: Sendable {
  /// The password of whoever asks.
  package var current: Password?
  /// When whoever asks signed in, if he did.
  package var signedInAt: Date?

  /// Collects the entries.
  package init(current: Password? = nil, signedInAt: Date? = nil) {
    self.current = current
    self.signedInAt = signedInAt
  }

  /// Whoever has no password here proves himself by having signed in so recently.
  static let freshness: TimeInterval = 15 * 60
}

/// Which session shall end, and the proof that its owner asks.
package struct SessionRevocation: Sendable {
  package var session: ID<SessionRecord>
  package var presence: Presence

  /// Collects the entries.
  package init(session: ID<SessionRecord>, presence: Presence) {
    self.session = session
    self.presence = presence
  }
}

/// Why somebody who signed in has to do so again.
package enum SessionRefusal: Refusal {
  case signInAgain

  /// The stable name of the rule.
  package var code: String {
    switch self {
    case .signInAgain: "sign_in_again"
    }
  }
}

extension Registry {
  /// A page of open sessions: one's own, or for an administrator those of an account or all.
  package func sessions(
    of account: ID<Account>?, page: Page<SessionRecord>, for actor: Actor, at now: Date
  ) async throws -> [OpenSession] {
    if let account, !actor.administers(account) { return [] }
    let owner = actor.isAdministrator ? account : actor.account
    return try await store.read(as: .system) { db in
      try db.rows(
        .sessions, now, now - SessionRecord.idleLimit, page.after, owner,
        nil as ID<SessionRecord>?, page.limit)
    }
  }

  /// Ends a session: one's own, proving again who one is, or for an administrator anybody's.
  ///
  /// - Throws: `InvalidInput` for another password, `Throttled` after too many of those,
  ///   ``SessionRefusal`` when somebody without a password signed in too long ago.
  package func revokeSession(_ command: Command<SessionRevocation>) async throws -> Answer {
    let (actor, draft) = (command.actor, command.draft)
    if try await hasAnswered(command.key, of: actor.account) {
      // The session is over, and the answer is the first one again.
      return try await store.perform(command) { _ in throw NotFound("session") }
    }
    let open = try await store.read(as: .system) { db in
      try db.session(draft.session, for: actor, at: command.at)
    }
    guard let session = open else {
      // A twin of this command may have ended it a moment ago.
      return try await store.perform(command) { _ in throw NotFound("session") }
    }
    let isOwn = session.accountId == actor.account
    let proof = isOwn ? try await prove(draft.presence, of: actor.account, at: command.at) : nil
    return try await perform(command, spending: proof?.turn) { db in
      if let proof { try db.accept(proof, of: actor.account) }
      if try db.run(.revokeSession, session.id, command.at, "revoked") > 0 {
        try db.note("session.revoked", session.id.uuid, command)
      }
      return try Effect(session.id.uuid, session)
    }
  }

  /// Ends every session of an account, and the tokens of a person.
  package func revokeSessions(_ command: Command<ID<Account>>) async throws -> Answer {
    let account = command.draft
    return try await store.perform(command) { db in
      guard account != command.actor.account else { throw AccountRefusal.ownAccount }
      try db.lock(account)
      try db.run(.endSessions, account, command.at, "revoked")
      try db.endTokens(ofPerson: account, command)
      try db.note("account.sessions_revoked", account.uuid, command)
      return try Effect(account.uuid, db.account(account))
    }
  }

  /// Looks whether somebody is there: by the password or, where there is none, by a sign-in of
  /// just now.
  func prove(
    _ presence: Presence, of account: ID<Account>, at now: Date
  ) async throws -> PasswordProof? {
    guard let password = presence.current else {
      let secret = try await store.read(as: .system) { db in
        try db.first(.secretOfAccount, account, as: Known.Secret.self)
      }
      // One that is over proves nothing, and must not be asked for.
      let isOver = secret?.passwordExpiresAt.map { $0 <= now } ?? false
      if secret?.password != nil, !isOver {
        throw InvalidInput([FieldProblem("/current_password", "required")])
      }
      let age = presence.signedInAt.map(now.timeIntervalSince) ?? .infinity
      guard age < Presence.freshness else { throw SessionRefusal.signInAgain }
      return nil
    }
    guard let proof = try await prove(password, of: account, at: now) else {
      throw AccountRefusal.machineHasNoPassword
    }
    return proof
  }
}

extension Transaction {
  fileprivate func session(
    _ id: ID<SessionRecord>, for actor: Actor, at now: Date
  ) throws -> OpenSession? {
    let session = try first(
      .sessions, now, now - SessionRecord.idleLimit, nil as ID<SessionRecord>?,
      nil as ID<Account>?, id, 1, as: OpenSession.self)
    return session.flatMap { actor.administers($0.accountId) ? $0 : nil }
  }
}
