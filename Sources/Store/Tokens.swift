import Crypto
package import Domain
package import FoundationEssentials
import Postgres
import SQL

/// A secret of 256 random bits, shown once and kept only as a hash: what a machine
/// sends with every request, or what a browser's cookie holds.
package struct Token: Sendable, Hashable {
  /// The text that a client sends.
  package let text: String

  /// Reads what a client sent.
  package init(_ text: String) { self.text = text }

  /// Makes a token nobody can guess.
  package static func random() -> Token {
    let bits = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
    return Token("tamshy_" + bits.base64URL)
  }

  /// Whether the text can be a token at all; anything else needs no look-up.
  package var isWellFormed: Bool { text.hasPrefix("tamshy_") && text.utf8.count == 50 }

  var digest: Data { Data(SHA256.hash(data: Data(text.utf8))) }

  /// A second secret that follows from this one, and not the other way round.
  package func derived(for purpose: String) -> String {
    let code = HMAC<SHA256>.authenticationCode(
      for: Data(purpose.utf8), using: SymmetricKey(data: Data(text.utf8)))
    return Data(code).base64URL
  }
}

extension Data {
  /// Base64 as it stands in addresses, without padding.
  package var base64URL: String {
    base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }
}

/// A token as those see it who may revoke it: never its text.
package struct AccessToken: Codable, Sendable, Hashable {
  package let id: ID<AccessToken>
  package let accountId: ID<Account>
  /// The one grant with which the token speaks.
  package let grantId: ID<Grant>
  package let role: Role
  @OrNull package var siteId: ID<Site>?
  package let name: String
  package let createdAt: Date
  package let expiresAt: Date
  /// To the minute.
  @OrNull package var lastUsedAt: Date?
  @OrNull package var revokedAt: Date?
}

/// What is asked for when a token is made for an account that exists.
package struct AccessTokenDraft: Sendable {
  package var id: ID<AccessToken>
  package var account: ID<Account>
  /// One of the account's grants; its first one unless named.
  package var grant: ID<Grant>?
  package var name: String
  package var expiresAt: Date
  /// What a person proves himself with.
  package var presence: Presence

  /// Collects the entries.
  package init(
    id: ID<AccessToken>, account: ID<Account>, grant: ID<Grant>?, name: String, expiresAt: Date,
    presence: Presence = Presence()
  ) {
    self.id = id
    self.account = account
    self.grant = grant
    self.name = name
    self.expiresAt = expiresAt
    self.presence = presence
  }

  /// How long a token lives unless told otherwise: a year.
  package static let lifetime: TimeInterval = 365 * 86_400
}

extension Registry {
  /// Makes a token for one's own account or, as an administrator, for a machine's; its text
  /// is in this answer and never again.
  ///
  /// It outlives the session, so a person proves again who asks. A replay tells everything
  /// but the text, which nobody kept.
  ///
  /// - Throws: as ``revokeSession(_:)``; `TokenRefusal` for another person's account.
  package func issueToken(
    _ command: Command<AccessTokenDraft>, token: Token = .random()
  ) async throws -> Answer {
    let (actor, draft) = (command.actor, command.draft)
    let isProven = try await hasAnswered(command.key, of: actor.account) || actor.kind == .machine
    let proof =
      isProven ? nil : try await prove(draft.presence, of: actor.account, at: command.at)
    let answer = try await store.perform(command) { db in
      guard actor.administers(draft.account) else { throw NotFound("account") }
      if let proof { try db.accept(proof, of: actor.account) }
      guard try db.first(.lockAccount, draft.account, as: ID<Account>.self) != nil else {
        throw NotFound("account")
      }
      let kind = try db.account(draft.account).kind
      // With a token of another person one would be that person.
      guard kind == .machine || draft.account == actor.account else {
        throw TokenRefusal.ofAnotherPerson
      }
      guard kind.admits(tokenUntil: draft.expiresAt, from: command.at) else {
        throw InvalidInput([
          FieldProblem(
            "/expires_at", "expiry_too_far", facts: ["days": String(kind.longestTokenDays)])
        ])
      }
      guard let grant = try db.first(.grantForToken, draft.account, draft.grant, as: ID<Grant>.self)
      else {
        throw InvalidInput([FieldProblem("/grant_id", "grant_unknown")])
      }
      try db.run(
        .insertToken, draft.id, draft.account, grant, draft.name, token.digest, command.at,
        command.actor.account, draft.expiresAt)
      try db.note("token.created", draft.id.uuid, command)
      return try Effect(draft.id.uuid, db.shown(draft.id, text: nil))
    }
    guard !answer.replayed else { return answer }
    let record = try PostgresJSON.decoder.decode(AccessToken.self, from: Data(answer.body.utf8))
    let shown = Joined(record, Shown(token: token.text))
    return Answer(subject: answer.subject, body: try Wire.text(shown), replayed: false)
  }

  /// Ends a token; ending it again changes nothing.
  package func revokeToken(_ command: Command<ID<AccessToken>>) async throws -> Answer {
    try await store.perform(command) { db in
      let token = try db.token(command.draft, for: command.actor)
      if try db.run(.revokeToken, token.id, command.at) > 0 {
        try db.note("token.revoked", token.id.uuid, command)
      }
      return try Effect(token.id.uuid, db.token(token.id, for: command.actor))
    }
  }

  /// A page of tokens: one's own, or for an administrator those of an account or all.
  package func tokens(
    of account: ID<Account>?, page: Page<AccessToken>, for actor: Actor
  ) async throws -> [AccessToken] {
    let owner = actor.isAdministrator ? account : actor.account
    if let account, !actor.administers(account) { return [] }
    return try await store.read(as: actor.authority) { db in
      try db.rows(.tokens, page.after, owner, nil as ID<AccessToken>?, page.limit)
    }
  }

  /// One token, without its text.
  package func token(_ id: ID<AccessToken>, for actor: Actor) async throws -> AccessToken {
    try await store.read(as: actor.authority) { db in try db.token(id, for: actor) }
  }
}

/// The text of a token beside its record; null when it was shown before.
private struct Shown: Codable {
  @OrNull var token: String?
  init(token: String?) { _token = OrNull(wrappedValue: token) }
}

extension Transaction {
  /// Ends the tokens of a person along with the sessions; a machine keeps its own.
  func endTokens<Draft>(ofPerson account: ID<Account>, _ command: Command<Draft>) throws {
    let ended: [ID<AccessToken>] = try rows(.revokeTokensOfPerson, account, command.at)
    for token in ended { try note("token.revoked", token.uuid, command) }
  }

  fileprivate func token(_ id: ID<AccessToken>, for actor: Actor) throws -> AccessToken {
    guard
      let token = try first(
        .tokens, nil as ID<AccessToken>?, nil as ID<Account>?, id, 1, as: AccessToken.self),
      actor.administers(token.accountId)
    else { throw NotFound("token") }
    return token
  }

  fileprivate func shown(
    _ id: ID<AccessToken>, text: String?
  ) throws -> Joined<AccessToken, Shown> {
    let record = try one(
      .tokens, nil as ID<AccessToken>?, nil as ID<Account>?, id, 1, as: AccessToken.self)
    return Joined(record, Shown(token: text))
  }
}
