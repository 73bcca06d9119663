package import Domain
package import FoundationEssentials
import Postgres
import SQL

/// What an operator says when a token is made together with its account.
package struct TokenDraft: Sendable {
  package var role: Role
  package var site: ID<Site>?
  package var name: String
  /// The account the token speaks for; made when there is none yet.
  package var account: ID<Account>
  package var kind: AccountKind
  package var lifetime: TimeInterval

  /// Collects the arguments.
  package init(
    role: Role, site: ID<Site>?, name: String, account: ID<Account>,
    kind: AccountKind = .machine, lifetime: TimeInterval = AccessTokenDraft.lifetime
  ) {
    self.role = role
    self.site = site
    self.name = name
    self.account = account
    self.kind = kind
    self.lifetime = lifetime
  }
}

/// Why a token is not made.
package enum TokenRefusal: Refusal {
  case siteUnknown
  case hospitalNeedsSite
  case adminHasNoSite
  case needsSession
  case ofAnotherPerson

  package var code: String {
    switch self {
    case .siteUnknown: "site_unknown"
    case .hospitalNeedsSite: "hospital_needs_site"
    case .adminHasNoSite: "admin_has_no_site"
    case .needsSession: "token_needs_session"
    case .ofAnotherPerson: "token_of_another_person"
    }
  }
}

extension Registry {
  /// Makes a token, and the account and grant with which it speaks when there are
  /// none yet.
  package func createToken(
    _ draft: TokenDraft, token: Token = .random(), at now: Date
  ) async throws -> Token {
    let command = Command.typed(draft, at: now)
    return try await store.write(as: .system) { db in
      switch GrantMistake.of(draft.role, at: draft.site) {
      case .hospitalNeedsSite?: throw TokenRefusal.hospitalNeedsSite
      case .adminHasNoSite?: throw TokenRefusal.adminHasNoSite
      case .roleNotGrantable?, nil: break
      }
      if let site = draft.site,
        try db.first(.siteForAccount, site, as: ID<Site>.self) == nil
      {
        throw TokenRefusal.siteUnknown
      }
      let grant = try db.grant(of: draft, command)
      let id: ID<AccessToken> = .new(at: now)
      try db.run(
        .insertToken, id, draft.account, grant, draft.name, token.digest, now,
        command.actor.account, now + draft.lifetime)
      try db.note("token.created", id.uuid, command)
      return token
    }
  }
}

extension Transaction {
  /// The grant of the draft's account, both made if need be.
  fileprivate func grant(
    of draft: TokenDraft, _ command: Command<TokenDraft>
  ) throws -> ID<Grant> {
    let row = AccountRow(
      id: draft.account, kind: draft.kind, login: nil, name: draft.name, password: nil,
      passwordChangedAt: nil, passwordExpiresAt: nil, issuer: nil, subject: nil,
      createdAt: command.at)
    if try run(.insertAccounts, JSON([row])) == 1 {
      try note("account.created", draft.account.uuid, command, ["kind": draft.kind.rawValue])
    }
    let held = {
      try self.first(.heldGrant, draft.account, draft.role, draft.site, as: ID<Grant>.self)
    }
    if let grant = try held() { return grant }
    try give(GrantDraft(role: draft.role, site: draft.site), to: draft.account, command, at: "")
    guard let grant = try held() else { throw NotFound("grant") }
    return grant
  }
}
