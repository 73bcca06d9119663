import Domain
import FoundationEssentials
import Postgres
import SQL

/// A new password for one's own account, and the old one as proof.
package struct PasswordChange: Sendable {
  package var current: Password
  package var new: Password

  /// Collects the entries.
  package init(current: Password, new: Password) {
    self.current = current
    self.new = new
  }
}

extension Registry {
  /// Changes the password of whoever asks, and ends every session of the account.
  ///
  /// - Throws: `InvalidInput` when the current password is another, `Throttled` after
  ///   too many of those.
  package func changePassword(_ command: Command<PasswordChange>) async throws -> Answer {
    let account = command.actor.account
    // A replay is answered without the proof: the old password is no longer right.
    if try await hasAnswered(command.key, of: account) {
      return try await store.perform(command) { db in
        try Effect(account.uuid, db.account(account))
      }
    }
    let secret = try await store.read(as: .system) { db in
      try db.first(.secretOfAccount, account, as: Known.Secret.self)
    }
    guard let login = secret?.login, let old = secret?.password else {
      throw AccountRefusal.machineHasNoPassword
    }
    let turn = try await takeTurn(LoginName(login), from: nil, at: command.at)
    guard try await passwords.verify(command.draft.current, against: old) else {
      throw InvalidInput([FieldProblem("/current_password", "password_wrong")])
    }
    let hash = try await passwords.hash(command.draft.new)
    return try await store.perform(command) { db in
      guard try db.first(.passwordOfAccount, account, as: Known.Secret.self)?.password == old
      else { throw InvalidInput([FieldProblem("/current_password", "password_wrong")]) }
      try db.giveBack(turn)
      return try db.set(hash, of: account, command)
    }
  }

  /// Sets a password that somebody forgot, and ends every session of the account.
  package func setPassword(
    _ command: Command<AccountChange<Password>>
  ) async throws -> Answer {
    let account = command.draft.account
    let hash = try await passwords.hash(command.draft.change)
    return try await store.perform(command) { db in
      try db.lock(account)
      guard try db.account(account).kind == .person else {
        throw AccountRefusal.machineHasNoPassword
      }
      return try db.set(hash, of: account, command)
    }
  }
}

extension Transaction {
  fileprivate func set<Draft>(
    _ hash: String, of account: ID<Account>, _ command: Command<Draft>
  ) throws -> Effect {
    try run(.setPassword, account, hash, command.at)
    try run(.endSessions, account, command.at, "password_changed")
    try note("account.password_changed", account.uuid, command)
    return try Effect(account.uuid, self.account(account))
  }
}
