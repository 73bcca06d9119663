import Crypto
package import Domain
package import FoundationEssentials
import Postgres
import SQL

/// Somebody who wants to sign in.
package struct SignInAttempt: Sendable {
  package var login: LoginName
  package var password: Password
  /// Where the request came from, as far as that is known.
  package var address: String?
  /// The session that the browser had until now.
  package var previous: Token?

  /// Collects the entries.
  package init(
    login: LoginName, password: Password, address: String? = nil, previous: Token? = nil
  ) {
    self.login = login
    self.password = password
    self.address = address
    self.previous = previous
  }
}

/// How somebody proved who he is.
package enum SignInMethod: String, Sendable {
  case password
  case oidc
}

/// The name or the password is wrong; nobody is told which.
package struct SignInRefused: Error, Sendable, Hashable {
  /// Says no more than that.
  package init() {}
}

extension Registry {
  /// Starts a session for a name and a password.
  ///
  /// Whatever the browser carried before, the session's token is new.
  ///
  /// - Throws: ``SignInRefused``, `Throttled` or ``TooManyPasswords``.
  package func signIn(_ attempt: SignInAttempt, at now: Date) async throws -> Token {
    let turn = try await takeTurn(attempt.login, from: attempt.address, at: now)
    let known = try await store.read(as: .system) { db in
      try db.first(.accountWithLogin, attempt.login.text, as: Known.self)
    }
    guard try await passwords.verify(attempt.password, against: known?.password), let known,
      let hash = known.password
    else {
      try await refuse(known?.id, at: now)
      throw SignInRefused()
    }
    let newer = PasswordHasher.isOutdated(hash) ? try await self.hash(attempt.password) : nil
    return try await start(
      known.id, by: .password, instead: attempt.previous, at: now
    ) { db in
      // Changed while it was compared: then it was the old one.
      guard let current = try db.first(.passwordOfAccount, known.id, as: Known.Secret.self),
        current.password == hash
      else { throw SignInRefused() }
      if let newer { try db.run(.renewPassword, known.id, hash, newer) }
      try db.giveBack(turn)
    }
  }

  /// Ends a session; one that is over already stays so.
  package func endSession(_ token: Token, at now: Date) async throws {
    try await store.write(as: .system) { db in try db.end(token, "signed_out", at: now) }
  }

  /// Lets the reader of a session work with one of his grants first.
  package func chooseGrant(
    _ grant: ID<Grant>, in session: ID<SessionRecord>
  ) async throws {
    try await store.write(as: .system) { db in
      guard try db.run(.chooseGrant, session, grant) == 1 else { throw NotFound("grant") }
    }
  }

  /// Starts a session under a new token once `check` has looked at the account again.
  func start(
    _ account: ID<Account>, by method: SignInMethod, instead previous: Token?, at now: Date,
    check: @Sendable (Transaction) throws -> Void
  ) async throws -> Token {
    let token = Token.random()
    try await store.write(as: .system) { db in
      try check(db)
      guard try db.first(.lockAccount, account, as: ID<Account>.self) != nil else {
        throw SignInRefused()
      }
      if let previous { try db.end(previous, "signed_in_again", at: now) }
      let id: ID<SessionRecord> = .new(at: now)
      try db.run(
        .insertSession, id, account, token.digest, method.rawValue, now,
        now + SessionRecord.lifetime)
      try db.note("session.started", id.uuid, by: account, at: now, ["method": method.rawValue])
    }
    return token
  }

  /// Writes down a wrong try; never the name that was tried, which may be a password
  /// typed into the wrong field.
  func refuse(_ account: ID<Account>?, at now: Date) async throws {
    try await store.write(as: .system) { db in
      try db.note(
        "session.refused", (account ?? Actor.commandLine.account).uuid, by: nil, at: now,
        ["account": account == nil ? "unknown" : "known"])
    }
  }
}

extension Known {
  /// The parts of an account that prove who somebody is.
  struct Secret: Codable, Sendable {
    let login: String?
    let password: String?
  }
}

extension Transaction {
  fileprivate func end(_ token: Token, _ reason: String, at now: Date) throws {
    struct Row: Codable {
      let id: ID<SessionRecord>
      let accountId: ID<Account>
    }
    guard let ended = try first(.endSession, token.digest, now, reason, as: Row.self) else {
      return
    }
    try note("session.ended", ended.id.uuid, by: ended.accountId, at: now, ["reason": reason])
  }

  /// Writes one event of somebody who had no key for it.
  fileprivate func note(
    _ kind: String, _ subject: UUID, by account: ID<Account>?, at now: Date,
    _ detail: [String: String]
  ) throws {
    let event = Event(
      at: now, kind: kind, subjectId: subject, accountId: account?.uuid, detail: detail)
    try run(.insertEvents, JSON([event]))
  }
}
