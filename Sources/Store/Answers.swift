package import Domain
package import FoundationEssentials
import Postgres
import SQL

/// Something an account asks to be done, under a key that makes it happen once.
package struct Command<Draft: Sendable>: Sendable {
  package let actor: Actor
  /// The `Idempotency-Key`, unique for the account and kept for good.
  package let key: String
  /// A hash of the whole request; the same key with another one is a mistake.
  package let fingerprint: String
  package let at: Date
  package let draft: Draft

  /// Collects who asks for what, when.
  package init(actor: Actor, key: String, fingerprint: String, at: Date, draft: Draft) {
    self.actor = actor
    self.key = key
    self.fingerprint = fingerprint
    self.at = at
    self.draft = draft
  }

  fileprivate var identity: AnswerIdentity {
    AnswerIdentity(accountId: actor.account.uuid, key: key)
  }
}

/// The answer to a command: the record as it was when the command took effect.
package struct Answer: Sendable, Hashable {
  /// The record that was made or changed.
  package let subject: UUID
  /// The record as JSON, to the byte the same at every replay.
  package let body: String
  /// Whether the command had taken effect before.
  package let replayed: Bool
}

/// The key was used before, for another request.
package struct KeyReused: Error, Sendable, Hashable {}

/// What a verb did: whom it concerns and how its record reads.
struct Effect {
  let subject: UUID
  let record: String

  init(_ subject: UUID, _ record: some Encodable) throws {
    self.subject = subject
    self.record = try Wire.text(record)
  }

  init(_ subject: UUID, text: String) {
    self.subject = subject
    record = text
  }
}

private struct AnswerIdentity: Hashable, Codable {
  let accountId: UUID
  let key: String
}

/// An answer as it is kept.
private struct KeptAnswer: Codable {
  let accountId: UUID
  let key: String
  let fingerprint: String
  let subjectId: UUID
  let body: String
  var answeredAt: Date?

  var identity: AnswerIdentity { AnswerIdentity(accountId: accountId, key: key) }

  /// The first answer again, if it is the same question.
  func answer(to fingerprint: String) -> Result<Answer, any Error> {
    guard fingerprint == self.fingerprint else { return .failure(KeyReused()) }
    return .success(Answer(subject: subjectId, body: body, replayed: true))
  }
}

extension Transaction {
  /// Answers each command once: what was answered before is answered again, and
  /// only the rest is performed, in the same transaction as its answer is kept.
  ///
  /// Call this after the locks of the verb are taken: a twin that waited for
  /// them then finds the answer of the one that went first.
  func answer<Draft>(
    _ commands: [Command<Draft>],
    perform: ([Command<Draft>]) throws -> [Result<Effect, any Error>]
  ) throws -> [Result<Answer, any Error>] {
    let given = Dictionary(
      try rows(.givenAnswers, JSON(commands.map(\.identity)), as: KeptAnswer.self)
        .map { ($0.identity, $0) }, uniquingKeysWith: { first, _ in first })
    var firsts: [AnswerIdentity: Int] = [:]
    for (index, command) in commands.enumerated()
    where given[command.identity] == nil && firsts[command.identity] == nil {
      firsts[command.identity] = index
    }
    let fresh = firsts.values.sorted()
    let effects = fresh.isEmpty ? [] : try perform(fresh.map { commands[$0] })
    let kept = Dictionary(
      uniqueKeysWithValues: zip(fresh, try keep(effects, of: fresh.map { commands[$0] })))
    if fresh.count < commands.count { try run(.markReplay) }
    return commands.enumerated().map { index, command in
      if let old = given[command.identity] { return old.answer(to: command.fingerprint) }
      let first = firsts[command.identity] ?? index
      switch kept[first] ?? .failure(KeyReused()) {
      case .failure(let error): return .failure(error)
      case .success(let answer) where first == index:
        return .success(
          Answer(subject: answer.subjectId, body: answer.body, replayed: false))
      case .success(let answer): return answer.answer(to: command.fingerprint)
      }
    }
  }

  private func keep<Draft>(
    _ effects: [Result<Effect, any Error>], of commands: [Command<Draft>]
  ) throws -> [Result<KeptAnswer, any Error>] {
    let answers = zip(commands, effects).map { command, effect in
      effect.map { effect in
        KeptAnswer(
          accountId: command.actor.account.uuid, key: command.key,
          fingerprint: command.fingerprint, subjectId: effect.subject, body: effect.record,
          answeredAt: command.at)
      }
    }
    let new = answers.compactMap { try? $0.get() }  // Refusals are not kept: nothing happened.
    if !new.isEmpty { try run(.keepAnswers, JSON(new)) }
    return answers
  }
}

extension Store {
  /// Performs one command in a transaction of its own.
  ///
  /// `lock` runs first; see ``Transaction/answer(_:perform:)``. A refusal rolls
  /// everything back.
  func perform<Draft>(
    _ command: Command<Draft>, lock: @Sendable (Transaction) throws -> Void = { _ in },
    _ body: @Sendable (Transaction) throws -> Effect
  ) async throws -> Answer {
    try await write(as: command.actor.authority) { db in
      // A twin of this command waits here, and then finds its answer.
      try db.run(.lockKey, command.actor.account, command.key)
      try lock(db)
      return try db.answer([command]) { _ in [.success(try body(db))] }[0].get()
    }
  }
}

/// One thing that happened, for histories and listeners.
struct Event: Codable {
  let at: Date
  let kind: String
  let subjectId: UUID
  let accountId: UUID?
  var siteId: UUID?
  var detail: [String: String]?
}

extension Registry {
  /// Whether a command under this key took effect before.
  package func hasAnswered(_ key: String, of account: ID<Account>) async throws -> Bool {
    try await store.read(as: .system) { db in
      try db.first(
        .givenAnswers, JSON([AnswerIdentity(accountId: account.uuid, key: key)]),
        as: KeptAnswer.self) != nil
    }
  }
}
