import Crypto
package import Domain
package import FoundationEssentials
import Postgres
import SQL

/// Somebody who wants to sign in.
package struct SignInAttempt: Sendable {
  package var login: LoginName
  package var password: Password
  /// The password to have from now on; an initial one has to be changed for it.
  package var newPassword: Password?
  /// The code of a telephone, or of the sheet; needed by whoever has a second factor.
  package var code: SecondFactorCode?
  /// Where the request came from, as far as that is known.
  package var address: String?
  /// The session that the browser had until now.
  package var previous: Token?

  /// Collects the entries.
  package init(
    login: LoginName, password: Password, newPassword: Password? = nil,
    code: SecondFactorCode? = nil, address: String? = nil, previous: Token? = nil
  ) {
    self.login = login
    self.password = password
    self.newPassword = newPassword
    self.code = code
    self.address = address
    self.previous = previous
  }
}

extension SignInAttempt {
  /// What else has to be sent, where the password is right.
  fileprivate func missing(for known: Known, asksCode: Bool) -> (any Error)? {
    if known.passwordExpiresAt != nil, newPassword == nil { return PasswordMustChange() }
    return asksCode && code == nil ? SecondFactorRequired() : nil
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
  /// - Throws: ``SignInRefused``, `Throttled`, ``TooManyPasswords``; ``PasswordMustChange`` for an
  ///   initial password without a new one, ``SecondFactorRequired`` where a code is missing.
  package func signIn(_ attempt: SignInAttempt, at now: Date) async throws -> Token {
    if attempt.newPassword == attempt.password {
      throw InvalidInput([FieldProblem("/new_password", "password_unchanged")])
    }
    let turn = try await takeTurn(attempt.login, from: attempt.address, at: now)
    let known = try await store.read(as: .system) { db in
      try db.first(.accountWithLogin, attempt.login.text, as: Known.self)
    }
    guard try await passwords.verify(attempt.password, against: known?.password), let known,
      let hash = known.password, known.passwordExpiresAt.map({ $0 > now }) ?? true
    else {
      try await refuse(known?.id, at: now)
      throw SignInRefused()
    }
    let asksCode = try await hasSecondFactor(known.id)
    if let missing = attempt.missing(for: known, asksCode: asksCode) {
      // Not forgotten, or codes could be guessed without end between two of these.
      try await store.write(as: .system) { db in try db.giveBack(turn, forgetting: false) }
      throw missing
    }
    let new = try await self.hash(attempt.newPassword)
    let newer = PasswordHasher.isOutdated(hash) ? try await self.hash(attempt.password) : nil
    do {
      let factor = asksCode ? attempt.code?.sort : nil
      return try await start(
        known.id, by: .password, instead: attempt.previous, at: now,
        noting: ["factor": factor ?? "none"]
      ) { [keys = store.keys] db in
        // Changed while it was compared: then it was the old one.
        guard let current = try db.first(.passwordOfAccount, known.id, as: Known.Secret.self),
          current.password == hash
        else { throw SignInRefused() }
        try db.demandFactor(attempt.code, of: known.id, at: now, with: keys)
        if let new {
          try db.replacePassword(of: known.id, by: new, at: now)
        } else if let newer {
          try db.run(.renewPassword, known.id, hash, newer)
        }
        try db.giveBack(turn)
      }
    } catch let refused as SignInRefused {
      try await refuse(known.id, at: now)
      throw refused
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
    noting proofs: [String: String] = [:], check: @Sendable (Transaction) throws -> Void
  ) async throws -> Token {
    let token = Token.random()
    try await store.write(as: .system) { db in
      // First, so that what is looked at next is what holds until the session is there.
      guard try db.first(.lockAccount, account, as: ID<Account>.self) != nil else {
        throw SignInRefused()
      }
      try check(db)
      if let previous { try db.end(previous, "signed_in_again", at: now) }
      let id: ID<SessionRecord> = .new(at: now)
      try db.run(
        .insertSession, id, account, token.digest, method.rawValue, now,
        now + SessionRecord.lifetime)
      try db.note(
        "session.started", id.uuid, by: account, at: now,
        proofs.merging(["method": method.rawValue]) { $1 })
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
  /// Uses up the code of whoever has a second factor.
  fileprivate func demandFactor(
    _ code: SecondFactorCode?, of account: ID<Account>, at now: Date, with keys: Keychain
  ) throws {
    guard try first(.hasSecondFactor, account, as: ID<Account>.self) != nil else { return }
    guard let code, try use(code, of: account, at: now, with: keys) else { throw SignInRefused() }
  }

  /// Gives whoever signs in the password of his choice, and ends his other sessions.
  fileprivate func replacePassword(of account: ID<Account>, by hash: String, at now: Date) throws {
    try run(.setPassword, account, hash, now, nil as Date?)
    try run(.endSessions, account, now, "password_changed")
    try note("account.password_changed", account.uuid, by: account, at: now, [:])
  }

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
