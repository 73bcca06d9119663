import Domain
import FoundationEssentials
import Postgres

/// An answer about a person as it is kept: sealed, and the fingerprint of the request
/// with it.
///
/// Beside it a plain hash of the request would let whoever knows a name and a birth
/// date try out the few identity numbers that fit.
struct SealedAnswer: Codable {
  let key: Int
  let sealed: Data

  /// What stands in the place of the fingerprint.
  static let fingerprint = "sealed"

  private struct Content: Codable {
    let fingerprint: String
    let body: String
  }

  /// Seals a record as the answer to a command.
  init<Draft>(
    _ record: String, to command: Command<Draft>, with ring: KeyRing
  ) throws {
    let content = Content(fingerprint: command.fingerprint, body: record)
    key = ring.current(.seal).number
    sealed = try ring.seal(
      JSONEncoder().encode(content), as: Self.context(command.actor.account.uuid, command.key))
  }

  /// The answer to a command, or nil if the text is none that was sealed.
  init?(text: String) {
    guard text.hasPrefix("{\"key\":") else { return nil }
    guard let kept = try? JSONDecoder().decode(SealedAnswer.self, from: Data(text.utf8)) else {
      return nil  // Some other record that happens to begin so.
    }
    self = kept
  }

  private init(_ sealed: Data, _ key: Int) {
    self.sealed = sealed
    self.key = key
  }

  /// The answer's body, if it was the same request.
  ///
  /// - Throws: ``KeyReused``, ``SealFailure``
  func body<Draft>(to command: Command<Draft>, with ring: KeyRing) throws -> String {
    let plain = try ring.open(
      sealed, as: Self.context(command.actor.account.uuid, command.key))
    let content = try JSONDecoder().decode(Content.self, from: plain)
    guard content.fingerprint == command.fingerprint else { throw KeyReused() }
    return content.body
  }

  /// The same answer under the current key.
  func resealed(account: UUID, idempotencyKey: String, with ring: KeyRing) throws -> SealedAnswer {
    let context = Self.context(account, idempotencyKey)
    return SealedAnswer(
      try ring.seal(try ring.open(sealed, as: context), as: context),
      ring.current(.seal).number)
  }

  /// The text that is kept; its beginning tells the key to the database.
  func text() throws -> String {
    "{\"key\":\(key),\"sealed\":\"\(sealed.base64EncodedString())\"}"
  }

  private static func context(_ account: UUID, _ key: String) -> String {
    "\(account.uuidString.lowercased())/\(key)/answer"
  }
}

extension Store {
  /// Performs a command about a person: its answer is kept sealed, and opened for
  /// whoever asked.
  ///
  /// - Throws: ``KeyRefusal`` where there are no keys.
  func performSealed<Draft>(
    _ command: Command<Draft>,
    _ body: @Sendable (Transaction, KeyRing) throws -> Effect
  ) async throws -> Answer {
    let ring = try keys.required()
    let hidden = Command(
      actor: command.actor, key: command.key, fingerprint: SealedAnswer.fingerprint,
      at: command.at, draft: command.draft)
    let answer = try await perform(hidden) { db in
      let effect = try body(db, ring)
      let sealed = try SealedAnswer(effect.record, to: command, with: ring)
      return Effect(effect.subject, text: try sealed.text())
    }
    // What is not sealed stands for a donor who has been forgotten since.
    guard let sealed = SealedAnswer(text: answer.body) else { return answer }
    return Answer(
      subject: answer.subject,
      body: try keys.use { try sealed.body(to: command, with: $0) }, replayed: answer.replayed)
  }
}
