import Crypto
package import Domain
package import FoundationEssentials
import Postgres
import SQL

/// A bearer token: 256 random bits, shown once and kept only as a hash.
package struct Token: Sendable, Hashable {
  /// The text that a client sends.
  package let text: String

  /// Reads what a client sent.
  package init(_ text: String) { self.text = text }

  /// Makes a token nobody can guess.
  package static func random() -> Token {
    let bits = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
    return Token(
      "tamshy_"
        + bits.base64EncodedString()
        .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: ""))
  }

  /// Whether the text can be a token at all; anything else needs no look-up.
  package var isWellFormed: Bool { text.hasPrefix("tamshy_") && text.utf8.count == 50 }

  var digest: Data { Data(SHA256.hash(data: Data(text.utf8))) }
}

/// What an operator says when a token is made.
package struct TokenDraft: Sendable {
  package var role: Role
  package var site: ID<Site>?
  package var name: String
  /// The account the token speaks for; made when there is none yet.
  package var account: ID<Account>

  /// Collects the arguments.
  package init(role: Role, site: ID<Site>?, name: String, account: ID<Account>) {
    self.role = role
    self.site = site
    self.name = name
    self.account = account
  }
}

/// Why a token is not made.
package enum TokenRefusal: Refusal {
  case siteUnknown
  case hospitalNeedsSite

  package var code: String {
    switch self {
    case .siteUnknown: "site_unknown"
    case .hospitalNeedsSite: "hospital_needs_site"
    }
  }
}

extension Registry {
  /// Who a token speaks for, or nil when it is unknown, expired or revoked.
  package func actor(of token: Token, at now: Date) async throws -> Actor? {
    struct Row: Codable {
      let account: ID<Account>
      let role: Role
      let siteId: ID<Site>?
      let siteKind: SiteKind?
      let region: String?
    }
    return try await database.read { db in
      try db.first(.authorityOfToken, token.digest, now, as: Row.self).map { row in
        Actor(
          account: row.account,
          authority: Authority(
            role: row.role, siteId: row.siteId, siteKind: row.siteKind, region: row.region))
      }
    }
  }

  /// Makes a token, and the account it speaks for when there is none yet.
  package func createToken(
    _ draft: TokenDraft, token: Token = .random(), at now: Date
  ) async throws -> Token {
    try await database.write { db in
      if draft.role == .hospital && draft.site == nil { throw TokenRefusal.hospitalNeedsSite }
      if let site = draft.site,
        try db.first(.siteForAccount, site, as: ID<Site>.self) == nil
      {
        throw TokenRefusal.siteUnknown
      }
      try db.run(.insertAccount, draft.account, draft.name, draft.role, draft.site, now)
      try db.run(
        .insertToken, ID<Token>.new(at: now), draft.account, token.digest, now, nil as Date?)
      return token
    }
  }
}
