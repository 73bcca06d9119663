package import Domain
package import FoundationEssentials
import Postgres
import SQL

/// Who shall act: the entries of a new account.
package struct AccountDraft: Sendable {
  package var id: ID<Account>
  package var kind: AccountKind
  package var login: LoginName?
  package var name: String
  /// None for a machine, and for a person who signs in elsewhere.
  package var password: Password?
  /// Until when an initial password can be changed for another; nil for one that the person
  /// chose.
  package var passwordExpiresAt: Date?
  /// How an issuer of OpenID Connect knows the person.
  package var link: OpenIDSubject?
  package var grants: [GrantDraft]

  /// Collects the entries.
  package init(
    id: ID<Account>, kind: AccountKind, login: LoginName?, name: String, password: Password?,
    passwordExpiresAt: Date? = nil, link: OpenIDSubject? = nil, grants: [GrantDraft]
  ) {
    self.id = id
    self.kind = kind
    self.login = login
    self.name = name
    self.password = password
    self.passwordExpiresAt = passwordExpiresAt
    self.link = link
    self.grants = grants
  }
}

/// A role in a scope that is asked for.
package struct GrantDraft: Sendable, Hashable {
  package var role: Role
  package var site: ID<Site>?

  /// Collects the entries.
  package init(role: Role, site: ID<Site>?) {
    self.role = role
    self.site = site
  }
}

/// Something an administrator does to an account.
package struct AccountChange<Change: Sendable>: Sendable {
  package var account: ID<Account>
  package var change: Change

  /// Names the account and the change.
  package init(_ account: ID<Account>, _ change: Change) {
    self.account = account
    self.change = change
  }
}

extension Registry {
  /// Makes an account with its grants.
  package func create(_ command: Command<AccountDraft>) async throws -> Answer {
    let draft = command.draft
    let hash = try await hash(draft.password)
    return try await store.perform(command) { db in
      if let login = draft.login, try db.first(.accountWithLogin, login.text, as: Known.self) != nil
      {
        throw AccountRefusal.loginTaken
      }
      if let link = draft.link { try db.requireFree(link, for: draft.id) }
      let row = AccountRow(
        id: draft.id, kind: draft.kind, login: draft.login?.text, name: draft.name,
        password: hash, passwordChangedAt: hash.map { _ in command.at },
        passwordExpiresAt: hash.flatMap { _ in draft.passwordExpiresAt },
        issuer: draft.link?.issuer, subject: draft.link?.subject, createdAt: command.at)
      guard try db.run(.insertAccounts, JSON([row])) == 1 else { throw AccountRefusal.idTaken }
      try db.note("account.created", draft.id.uuid, command, ["kind": draft.kind.rawValue])
      if let link = draft.link {
        try db.note("account.linked", draft.id.uuid, command, ["issuer": link.issuer])
      }
      for (index, grant) in draft.grants.enumerated() {
        try db.give(grant, to: draft.id, command, at: "/grants/\(index)", order: index)
      }
      return try Effect(draft.id.uuid, db.account(draft.id))
    }
  }

  /// Gives another account one more role in a scope.
  package func give(_ command: Command<AccountChange<GrantDraft>>) async throws -> Answer {
    let account = command.draft.account
    return try await store.perform(command) { db in
      guard account != command.actor.account else { throw AccountRefusal.ownAccount }
      try db.lock(account)
      try db.give(command.draft.change, to: account, command, at: "")
      return try Effect(account.uuid, db.account(account))
    }
  }

  /// Takes a grant back, and ends the sessions of its account.
  package func revokeGrant(_ command: Command<ID<Grant>>) async throws -> Answer {
    try await store.perform(command) { db in
      guard
        let account = try db.first(
          .revokeGrant, command.draft, command.at, as: ID<Account>.self)
      else { throw NotFound("grant") }
      guard account != command.actor.account else { throw AccountRefusal.ownAccount }
      try db.run(.endSessions, account, command.at, "grant_revoked")
      try db.note("grant.revoked", command.draft.uuid, command)
      return try Effect(account.uuid, db.account(account))
    }
  }

  /// Shuts an account out for good: its sessions end, its tokens open nothing.
  package func disable(_ command: Command<ID<Account>>) async throws -> Answer {
    let account = command.draft
    return try await store.perform(command) { db in
      guard account != command.actor.account else { throw AccountRefusal.ownAccount }
      try db.lock(account)
      _ = try db.first(.disableAccount, account, command.at, as: ID<Account>.self)
      try db.run(.endSessions, account, command.at, "account_disabled")
      try db.note("account.disabled", account.uuid, command)
      return try Effect(account.uuid, db.account(account))
    }
  }

  /// A page of accounts, of one log-in name or of all.
  package func accounts(
    login: LoginName? = nil, page: Page<Account>
  ) async throws -> [Account] {
    try await store.read(as: .system) { db in
      try db.rows(.accounts, page.after, nil as ID<Account>?, login?.text, page.limit)
    }
  }

  /// One account.
  package func account(_ id: ID<Account>) async throws -> Account {
    try await store.read(as: .system) { db in try db.account(id) }
  }

  /// The hash of a password, if there is one.
  func hash(_ password: Password?) async throws -> String? {
    guard let password else { return nil }
    return try await passwords.hash(password)
  }
}

extension Actor {
  /// Somebody at the command line of the machine, who may do everything anyway.
  package static let commandLine = Actor(
    account: ID(UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))), kind: .machine,
    authority: .system)
}

extension Command {
  /// What somebody does at the command line, once.
  package static func typed(_ draft: Draft, at now: Date) -> Command {
    Command(
      actor: .commandLine, key: UUID().uuidString, fingerprint: "command line", at: now,
      draft: draft)
  }
}

/// An account as it is written.
struct AccountRow: Codable {
  let id: ID<Account>
  let kind: AccountKind
  let login: String?
  let name: String
  let password: String?
  let passwordChangedAt: Date?
  let passwordExpiresAt: Date?
  let issuer: String?
  let subject: String?
  let createdAt: Date
}

/// What signing in compares.
struct Known: Codable, Sendable {
  let id: ID<Account>
  let name: String
  let password: String?
  let passwordExpiresAt: Date?
}

/// A grant as it is written.
private struct GrantRow: Codable {
  let id: ID<Grant>
  let accountId: ID<Account>
  let role: Role
  let siteId: ID<Site>?
  let grantedAt: Date
  let grantedBy: ID<Account>
}

extension Transaction {
  func account(_ id: ID<Account>) throws -> Account {
    guard
      let account = try first(
        .accounts, nil as ID<Account>?, id, nil as String?, 1, as: Account.self)
    else { throw NotFound("account") }
    return account
  }

  /// Holds an account that may still act.
  func lock(_ account: ID<Account>) throws {
    if try first(.lockAccount, account, as: ID<Account>.self) != nil { return }
    _ = try self.account(account)
    throw AccountRefusal.disabled
  }

  /// Gives a grant; `pointer` says where its form stands, `order` keeps those of
  /// one moment in their order.
  func give<Draft>(
    _ grant: GrantDraft, to account: ID<Account>, _ command: Command<Draft>, at pointer: String,
    order: Int = 0
  ) throws {
    if let mistake = GrantMistake.of(grant.role, at: grant.site) {
      let member = mistake == .roleNotGrantable ? "role" : "site_id"
      throw InvalidInput([FieldProblem("\(pointer)/\(member)", mistake.code)])
    }
    if let site = grant.site, try first(.siteForAccount, site, as: ID<Site>.self) == nil {
      throw InvalidInput([FieldProblem("\(pointer)/site_id", "site_unknown")])
    }
    guard try first(.heldGrant, account, grant.role, grant.site, as: ID<Grant>.self) == nil else {
      throw AccountRefusal.alreadyGranted
    }
    let row = GrantRow(
      id: .new(at: command.at + Double(order) / 1000), accountId: account, role: grant.role,
      siteId: grant.site,
      grantedAt: command.at, grantedBy: command.actor.account)
    try run(.insertGrants, JSON([row]))
    try note(
      "account.granted", account.uuid, command,
      ["role": grant.role.rawValue, "site": grant.site?.description ?? ""])
  }
}
