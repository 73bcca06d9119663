package import Domain
import FoundationEssentials
import Postgres
import SQL

/// A new password for one's own account, and the old one as proof.
package struct PasswordChange: Sendable {
  package var current: Password
  package var new: Password
  /// Of whoever asks.
  package var session: ID<SessionRecord>?

  /// Collects the entries.
  package init(current: Password, new: Password, in session: ID<SessionRecord>?) {
    self.current = current
    self.new = new
    self.session = session
  }
}

/// Somebody knew the password of an account, if it is still that one.
struct PasswordProof: Sendable {
  let turn: Turn
  let hash: String
}

extension Registry {
  /// Changes the password of whoever asks, and ends every session of the account.
  ///
  /// - Throws: `InvalidInput` when the current password is another or the new one, `Throttled`
  ///   after too many tries, `AccountRefusal` without a session.
  package func changePassword(_ command: Command<PasswordChange>) async throws -> Answer {
    let (account, draft) = (command.actor.account, command.draft)
    _ = try command.actor.requireSession(draft.session)
    // A replay is answered without the proof: the old password is no longer right.
    if try await hasAnswered(command.key, of: account) {
      return try await store.perform(command) { db in
        try Effect(account.uuid, db.account(account))
      }
    }
    if draft.new == draft.current {
      throw InvalidInput([FieldProblem("/new_password", "password_unchanged")])
    }
    guard
      let proof = try await prove(draft.current, of: account, at: command.at, mayBeInitial: true)
    else { throw AccountRefusal.machineHasNoPassword }
    let hash = try await spending(proof.turn) { try await passwords.hash(draft.new) }
    return try await perform(command, spending: proof.turn) { db in
      try db.accept(proof, of: account)
      return try db.set(hash, of: account, command)
    }
  }

  /// Compares a password with that of an account, as slowly as at signing in; nil for an account
  /// without one.
  ///
  /// An initial password proves nothing, unless another one is about to be chosen; one that
  /// is over is wrong.
  ///
  /// - Throws: `InvalidInput` when it is another, `Throttled` after too many of those.
  func prove(
    _ password: Password, of account: ID<Account>, at now: Date, mayBeInitial: Bool = false
  ) async throws -> PasswordProof? {
    let secret = try await store.read(as: .system) { db in
      try db.first(.secretOfAccount, account, as: Known.Secret.self)
    }
    guard let login = secret?.login, let hash = secret?.password else { return nil }
    let turn = try await takeTurn(LoginName(login), from: nil, at: now)
    let isRight = try await spending(turn) {
      try await passwords.verify(password, against: hash)
    }
    let end = secret?.passwordExpiresAt
    guard isRight, end.map({ $0 > now }) ?? true else {
      throw InvalidInput([FieldProblem("/current_password", "password_wrong")])
    }
    if end != nil, !mayBeInitial {
      try await giveBack(turn)
      throw InvalidInput([FieldProblem("/current_password", "password_must_change")])
    }
    return PasswordProof(turn: turn, hash: hash)
  }

  /// Sets a password that somebody forgot, and ends every session of the account.
  ///
  /// An initial one is good once within its lifetime, to choose another.
  package func setPassword(
    _ command: Command<AccountChange<Password>>, isInitial: Bool = false
  ) async throws -> Answer {
    let account = command.draft.account
    let end = isInitial ? command.at + InitialPassword.lifetime : nil
    let hash = try await passwords.hash(command.draft.change)
    return try await store.perform(command) { db in
      try db.lock(account)
      guard try db.account(account).kind == .person else {
        throw AccountRefusal.machineHasNoPassword
      }
      return try db.set(hash, of: account, until: end, command)
    }
  }
}

extension Actor {
  /// The session of whoever changes how he signs in: a token proves nobody's presence.
  ///
  /// - Throws: `AccountRefusal` without one.
  func requireSession(_ session: ID<SessionRecord>?) throws -> ID<SessionRecord> {
    guard let session else {
      throw kind == .machine ? AccountRefusal.machineHasNoPassword : .sessionRequired
    }
    return session
  }
}

extension Transaction {
  /// Takes the counted try back; the password may have changed while it was compared.
  ///
  /// Tries before it are not forgotten where they may have been guesses of a code.
  func accept(_ proof: PasswordProof, of account: ID<Account>) throws {
    let current = try first(.passwordOfAccount, account, as: Known.Secret.self)?.password
    guard current == proof.hash else {
      throw InvalidInput([FieldProblem("/current_password", "password_wrong")])
    }
    let hasFactor = try first(.hasSecondFactor, account, as: ID<Account>.self) != nil
    try giveBack(proof.turn, forgetting: !hasFactor)
  }

  fileprivate func set<Draft>(
    _ hash: String, of account: ID<Account>, until end: Date? = nil, _ command: Command<Draft>
  ) throws -> Effect {
    try run(.setPassword, account, hash, command.at, end)
    try run(.endSessions, account, command.at, "password_changed")
    try note("account.password_changed", account.uuid, command)
    return try Effect(account.uuid, self.account(account))
  }
}
