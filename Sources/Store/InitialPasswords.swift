package import Domain
package import FoundationEssentials
import Postgres
import SQL

/// A password that somebody else than its owner knows: it is good once, to choose another.
package enum InitialPassword {
  /// It opens nothing after a day.
  package static let lifetime: TimeInterval = 86_400

  static func random() -> Password { Password(ReadableSecret.random()) }
}

/// The password is right, and its owner has to choose another one before it opens anything.
package struct PasswordMustChange: Error, Sendable, Hashable {}

extension Registry {
  /// Replaces a forgotten password by an initial one, and ends the sessions and tokens of the account.
  ///
  /// Its text is in this answer alone: a replay tells everything else, for nobody kept it.
  package func resetPassword(_ command: Command<ID<Account>>) async throws -> Answer {
    let account = command.draft
    let password = InitialPassword.random()
    let hash = try await passwords.hash(password)
    let end = command.at + InitialPassword.lifetime
    let answer = try await store.perform(command) { db in
      guard account != command.actor.account else { throw AccountRefusal.ownAccount }
      try db.lock(account)
      let record = try db.account(account)
      guard record.kind == .person, record.login != nil else {
        throw AccountRefusal.machineHasNoPassword
      }
      try db.run(.setPassword, account, hash, command.at, end)
      try db.run(.endSessions, account, command.at, "password_reset")
      try db.endTokens(ofPerson: account, command)
      try db.note("account.password_reset", account.uuid, command)
      return try Effect(account.uuid, Joined(record, Told(initialPassword: nil, expiresAt: end)))
    }
    guard !answer.replayed else { return answer }
    let record = try PostgresJSON.decoder.decode(Account.self, from: Data(answer.body.utf8))
    let told = Joined(record, Told(initialPassword: password.text, expiresAt: end))
    return Answer(subject: answer.subject, body: try Wire.text(told), replayed: false)
  }
}

/// The initial password beside its account; null when it was told before.
private struct Told: Codable {
  @OrNull var initialPassword: String?
  let initialPasswordExpiresAt: Date

  init(initialPassword: String?, expiresAt: Date) {
    _initialPassword = OrNull(wrappedValue: initialPassword)
    initialPasswordExpiresAt = expiresAt
  }
}
