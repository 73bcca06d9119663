package import Domain
import FoundationEssentials
import Postgres
import SQL

/// A step in the life of one's own second factor, with its proofs.
package struct SecondFactorStep: Sendable {
  package var current: Password?
  package var code: SecondFactorCode?
  /// Of whoever asks.
  package var session: ID<SessionRecord>?

  /// Collects the proofs that the step asks for.
  package init(
    current: Password? = nil, code: SecondFactorCode? = nil, in session: ID<SessionRecord>?
  ) {
    self.current = current
    self.code = code
    self.session = session
  }
}

/// The password is right, and a code of the telephone is wanted, too.
package struct SecondFactorRequired: Error, Sendable, Hashable {}

extension Registry {
  /// Makes the secret of a telephone; it counts once a code of it was confirmed.
  ///
  /// Its text is in this answer alone.
  package func makeSecondFactor(_ command: Command<SecondFactorStep>) async throws -> Answer {
    let account = command.actor.account
    _ = try command.actor.requireSession(command.draft.session)
    if try await hasAnswered(command.key, of: account) {
      return try await store.perform(command) { _ in throw SecondFactorRefusal.alreadyConfirmed }
    }
    let ring = try store.keys.required()
    let proof = try await proof(of: command)
    let secret = OneTimeSecret.random()
    let sealed = try ring.seal(secret.bytes, as: SecondFactor.context(account))
    let answer = try await perform(command, spending: proof.turn) { db in
      try db.accept(proof, of: account)
      if let factor = try db.secondFactor(of: account), factor.confirmedAt != nil {
        throw SecondFactorRefusal.alreadyConfirmed
      }
      try db.run(.keepSecondFactor, account, sealed, command.at)
      try db.note("account.second_factor_made", account.uuid, command)
      return try Effect(account.uuid, MadeFactor(secret: nil, uri: nil))
    }
    guard !answer.replayed else { return answer }
    let login = try await self.account(account).login ?? ""
    let told = MadeFactor(secret: secret.text, uri: Self.address(of: secret, for: login))
    return Answer(subject: answer.subject, body: try Wire.text(told), replayed: false)
  }

  /// Puts the second factor in force: whoever sends a code of it has it, in this session; the
  /// others of the account end.
  ///
  /// The codes for the day without the telephone are in this answer alone.
  package func confirmSecondFactor(_ command: Command<SecondFactorStep>) async throws -> Answer {
    let account = command.actor.account
    let session = try command.actor.requireSession(command.draft.session)
    if try await hasAnswered(command.key, of: account) {
      return try await store.perform(command) { _ in throw SecondFactorRefusal.notMade }
    }
    let turn = try await turn(of: account, at: command.at)
    let codes = (0..<8).map { _ in ReadableSecret.random() }
    let answer = try await perform(command, spending: turn) { [keys = store.keys] db in
      // A sign-in of this moment comes before, and its session ends, or after, and needs a code.
      try db.lock(account)
      guard let factor = try db.secondFactor(of: account) else {
        throw SecondFactorRefusal.notMade
      }
      guard factor.confirmedAt == nil else { throw SecondFactorRefusal.alreadyConfirmed }
      guard command.at < factor.madeAt + SecondFactor.patience else {
        throw SecondFactorRefusal.notMade
      }
      try db.demand(command.draft.code, of: account, at: command.at, with: keys)
      try db.giveBack(turn)
      try db.run(.confirmSecondFactor, account, command.at)
      try db.run(.keepRecoveryCodes, account, codes.map(ReadableSecret.digest), command.at)
      try db.run(.endOtherSessions, account, command.at, "second_factor_confirmed", session)
      guard try db.run(.raiseSession, session, account) == 1 else {
        throw AccountRefusal.sessionRequired
      }
      try db.note("account.second_factor_confirmed", account.uuid, command)
      return try Effect(account.uuid, RecoveryCodes(recoveryCodes: nil))
    }
    guard !answer.replayed else { return answer }
    return Answer(
      subject: answer.subject, body: try Wire.text(RecoveryCodes(recoveryCodes: codes)),
      replayed: false)
  }

  /// Ends one's own second factor, with both factors as proof; every session ends with it.
  package func removeSecondFactor(_ command: Command<SecondFactorStep>) async throws -> Answer {
    let account = command.actor.account
    _ = try command.actor.requireSession(command.draft.session)
    if try await hasAnswered(command.key, of: account) {
      return try await store.perform(command) { _ in throw SecondFactorRefusal.notMade }
    }
    let proof = try await proof(of: command)
    return try await perform(command, spending: proof.turn) { [keys = store.keys] db in
      try db.lock(account)
      guard try db.secondFactor(of: account)?.confirmedAt != nil else {
        throw SecondFactorRefusal.notMade
      }
      try db.demand(command.draft.code, of: account, at: command.at, with: keys)
      try db.accept(proof, of: account)
      return try db.endSecondFactor(of: account, command)
    }
  }

  /// Ends the second factor of somebody who lost it; the sessions and tokens of the account end, too.
  package func removeSecondFactor(_ command: Command<ID<Account>>) async throws -> Answer {
    let account = command.draft
    return try await store.perform(command) { db in
      guard account != command.actor.account else { throw AccountRefusal.ownAccount }
      try db.lock(account)
      guard try db.secondFactor(of: account) != nil else { throw SecondFactorRefusal.notMade }
      try db.endTokens(ofPerson: account, command)
      return try db.endSecondFactor(of: account, command)
    }
  }

  /// Whether an account has a second factor in force.
  package func hasSecondFactor(_ account: ID<Account>) async throws -> Bool {
    try await store.read(as: .system) { db in
      try db.first(.hasSecondFactor, account, as: ID<Account>.self) != nil
    }
  }

  private func proof(of command: Command<SecondFactorStep>) async throws -> PasswordProof {
    guard
      let proof = try await prove(
        command.draft.current ?? Password(""), of: command.actor.account, at: command.at)
    else { throw AccountRefusal.machineHasNoPassword }
    return proof
  }

  private func turn(of account: ID<Account>, at now: Date) async throws -> Turn {
    guard let login = try await self.account(account).login else {
      throw AccountRefusal.machineHasNoPassword
    }
    return try await takeTurn(LoginName(login), from: nil, at: now)
  }

  private static func address(of secret: OneTimeSecret, for login: String) -> String {
    let name = login.utf8.map { byte -> String in
      let isPlain = (48...57).contains(byte) || (97...122).contains(byte)
      let digits = String(byte, radix: 16, uppercase: true)
      return isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + digits
    }
    return "otpauth://totp/Tamshy:\(name.joined())?secret=\(secret.text)&issuer=Tamshy"
  }
}

/// The second factor of an account as it is kept.
struct SecondFactor: Codable, Sendable {
  let secret: Data
  let lastPeriod: Int
  let madeAt: Date
  let confirmedAt: Date?

  /// A secret that nobody confirmed for so long is none.
  static let patience: TimeInterval = 15 * 60

  /// What is sealed with the secret, so that it opens for no other account.
  static func context(_ account: ID<Account>) -> String { "\(account)/second_factor" }

  func opened(of account: ID<Account>, with keys: Keychain) throws -> OneTimeSecret {
    OneTimeSecret(bytes: try keys.use { try $0.open(secret, as: Self.context(account)) })
  }
}

/// The secret of a telephone; null when it was told before.
private struct MadeFactor: Codable {
  @OrNull var secret: String?
  @OrNull var uri: String?

  init(secret: String?, uri: String?) {
    _secret = OrNull(wrappedValue: secret)
    _uri = OrNull(wrappedValue: uri)
  }
}

/// Codes for the day without the telephone; null when they were told before.
private struct RecoveryCodes: Codable {
  @OrNull var recoveryCodes: [String]?

  init(recoveryCodes: [String]?) { _recoveryCodes = OrNull(wrappedValue: recoveryCodes) }
}

extension Transaction {
  /// The second factor of an account, held against another use of its codes.
  func secondFactor(of account: ID<Account>) throws -> SecondFactor? {
    try first(.secondFactor, account)
  }

  fileprivate func demand(
    _ code: SecondFactorCode?, of account: ID<Account>, at now: Date, with keys: Keychain
  ) throws {
    guard let code, try use(code, of: account, at: now, with: keys) else {
      throw InvalidInput([FieldProblem("/code", "second_factor_code_wrong")])
    }
  }

  fileprivate func endSecondFactor<Draft>(
    of account: ID<Account>, _ command: Command<Draft>
  ) throws -> Effect {
    try run(.endSecondFactor, account)
    try run(.endRecoveryCodes, account, command.at)
    try run(.endSessions, account, command.at, "second_factor_removed")
    try note("account.second_factor_removed", account.uuid, command)
    return try Effect(account.uuid, self.account(account))
  }
}
