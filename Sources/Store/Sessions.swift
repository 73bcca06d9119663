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
  /// What is wrong with the new password of whoever has this name to sign in and this name.
  package var judge: Judge = { _, _, _ in nil }

  /// Asked once the password proved right, for it is told the name of the person.
  package typealias Judge =
    @Sendable (Password, LoginName, String) async throws ->
    PasswordMistake?

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
  fileprivate func missing(for known: Known, asksCode: Bool) async throws -> (any Error)? {
    if known.passwordExpiresAt != nil, newPassword == nil { return PasswordMustChange() }
    if asksCode, code == nil { return SecondFactorRequired() }
    guard let newPassword, let mistake = try await judge(newPassword, login, known.name) else {
      return nil
    }
    return InvalidInput([FieldProblem("/new_password", mistake.code, facts: mistake.facts)])
  }
}

/// How somebody proved who he is.
package enum SignInMethod: String, Sendable {
  case password
  case oidc
}

/// What was proved beside the password when a session began, or in it since.
enum SessionFactor: String, Sendable {
  case passwordAlone = "none"
  case oneTimeCode = "one_time_code"
  case recoveryCode = "recovery_code"
  /// An issuer vouches, and asked what it asks.
  case issuer

  /// As the audit tells it.
  var proofs: [String: String] { self == .issuer ? [:] : ["factor": rawValue] }
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
  ///   initial password without a new one, ``SecondFactorRequired`` where a code is missing,
  ///   `InvalidInput` for a new password that will not do.
  package func signIn(_ attempt: SignInAttempt, at now: Date) async throws -> Token {
    if attempt.newPassword == attempt.password {
      throw InvalidInput([FieldProblem("/new_password", "password_unchanged")])
    }
    let turn = try await takeTurn(attempt.login, from: attempt.address, at: now)
    return try await spending(turn) { try await enter(attempt, in: turn, at: now) }
  }

  private func enter(_ attempt: SignInAttempt, in turn: Turn, at now: Date) async throws -> Token {
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
    if let missing = try await attempt.missing(for: known, asksCode: asksCode) {
      try await giveBack(turn)
      throw missing
    }
    let new = try await self.hash(attempt.newPassword)
    let newer = PasswordHasher.isOutdated(hash) ? try await self.hash(attempt.password) : nil
    do {
      return try await start(
        known.id, by: .password, instead: attempt.previous, at: now
      ) { [keys = store.keys] db -> SessionFactor in
        // Changed while it was compared: then it was the old one.
        guard let current = try db.first(.passwordOfAccount, known.id, as: Known.Secret.self),
          current.password == hash
        else { throw SignInRefused() }
        let factor = try db.demandFactor(attempt.code, of: known.id, at: now, with: keys)
        if let new {
          try db.replacePassword(of: known.id, by: new, at: now)
        } else if let newer {
          try db.run(.renewPassword, known.id, hash, newer)
        }
        try db.giveBack(turn)
        return factor
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

  /// Starts a session of somebody for whom an issuer vouches.
  func start(
    _ account: ID<Account>, by method: SignInMethod, instead previous: Token?, at now: Date,
    check: @Sendable (Transaction) throws -> Void
  ) async throws -> Token {
    try await start(account, by: method, instead: previous, at: now) { db -> SessionFactor in
      try check(db)
      return .issuer
    }
  }

  /// Starts a session under a new token once `prove` has looked at the account again, which
  /// says with what.
  private func start(
    _ account: ID<Account>, by method: SignInMethod, instead previous: Token?, at now: Date,
    prove: @Sendable (Transaction) throws -> SessionFactor
  ) async throws -> Token {
    let token = Token.random()
    try await store.write(as: .system) { db in
      // First, so that what is looked at next is what holds until the session is there.
      guard try db.first(.lockAccount, account, as: ID<Account>.self) != nil else {
        throw SignInRefused()
      }
      let factor = try prove(db)
      if let previous { try db.end(previous, "signed_in_again", at: now) }
      let id: ID<SessionRecord> = .new(at: now)
      try db.run(
        .insertSession, id, account, token.digest, method.rawValue, factor.rawValue, now,
        now + SessionRecord.lifetime)
      try db.note(
        "session.started", id.uuid, by: account, at: now,
        factor.proofs.merging(["method": method.rawValue]) { $1 })
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
    let passwordExpiresAt: Date?
  }
}

extension Transaction {
  /// Uses up the code of whoever has a second factor; the account must be held, or the factor
  /// might be confirmed meanwhile.
  fileprivate func demandFactor(
    _ code: SecondFactorCode?, of account: ID<Account>, at now: Date, with keys: Keychain
  ) throws -> SessionFactor {
    guard try first(.hasSecondFactor, account, as: ID<Account>.self) != nil else {
      return .passwordAlone
    }
    guard let code, try use(code, of: account, at: now, with: keys) else { throw SignInRefused() }
    return code.sort
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
