import Domain
import Foundation
import HTTPTypes
import Store

/// Who may sign in, and with which grants.
enum Accounts {
  static let endpoints: [Endpoint] = [
    .post("/v1/accounts", .roles([.admin]), create),
    .get("/v1/accounts", .roles([.admin]), list),
    .get("/v1/accounts/{account}", .roles([.admin]), show),
    .post("/v1/accounts/{account}/grants", .roles([.admin]), give),
    .post("/v1/accounts/{account}/link", .roles([.admin]), link),
    .post("/v1/accounts/{account}/unlinking", .roles([.admin]), unlink),
    .post("/v1/accounts/{account}/disablement", .roles([.admin]), disable),
    .post("/v1/accounts/{account}/password-reset", .roles([.admin]), resetPassword),
    .post("/v1/accounts/{account}/session-revocation", .roles([.admin]), revokeSessions),
    .post("/v1/accounts/me/password", .signedIn, changePassword).openToOneFactor(),
    .post("/v1/grants/{grant}/revocation", .roles([.admin]), revokeGrant),
  ]

  /// `POST /v1/accounts`.
  @Sendable static func create(_ call: Call) async throws -> Reply {
    let command = try call.command(secret: ["password"]) { fields in
      let kind: AccountKind = fields.choice("kind", or: .person)
      let login = kind == .person ? fields.login("login") : nil
      let name = fields.text("name")
      return AccountDraft(
        id: fields.newID(at: call.now), kind: kind, login: login, name: name,
        password: login.flatMap { login in
          fields.has("password")
            ? fields.newPassword("password", for: login, of: name, by: call.service) : nil
        },
        // The administrator knows it, so it cannot be the one that lasts.
        passwordExpiresAt: call.now + InitialPassword.lifetime,
        link: kind == .person
          ? fields.object("link").map { form in
            defer { form.close() }
            return form.link()
          } : nil,
        grants: fields.has("grants")
          ? fields.objects("grants", count: 0...20).map { form in
            defer { form.close() }
            return form.grant()
          } : [])
    }
    try await call.refuseBreached(command.draft.password, "password")
    return call.created(try await call.registry.create(command), at: "/v1/accounts/{id}")
  }

  /// `GET /v1/accounts`.
  @Sendable static func list(_ call: Call) async throws -> Reply {
    let (login, page): (LoginName?, Page<Account>) = try call.parameters {
      ($0.text("login").map(LoginName.init), $0.page())
    }
    let accounts = try await call.registry.accounts(login: login, page: page)
    return try call.list(accounts, limit: page.limit - 1) { $0.id }
  }

  /// `GET /v1/accounts/{account}`.
  @Sendable static func show(_ call: Call) async throws -> Reply {
    try call.record(try await call.registry.account(call.id("account", "account")))
  }

  /// `POST /v1/accounts/{account}/grants`.
  @Sendable static func give(_ call: Call) async throws -> Reply {
    let account: ID<Account> = try call.id("account", "account")
    let command = try call.command { AccountChange(account, $0.grant()) }
    return call.created(try await call.registry.give(command), at: "/v1/accounts/{id}")
  }

  /// `POST /v1/grants/{grant}/revocation`.
  @Sendable static func revokeGrant(_ call: Call) async throws -> Reply {
    let grant: ID<Grant> = try call.id("grant", "grant")
    let command = try call.command(optional: true) { _ in grant }
    let answer = try await call.registry.revokeGrant(command)
    call.service.sessions.forgetAll()
    return call.created(answer, at: "/v1/accounts/{id}")
  }

  /// `POST /v1/accounts/{account}/link`.
  @Sendable static func link(_ call: Call) async throws -> Reply {
    let account: ID<Account> = try call.id("account", "account")
    let command = try call.command { AccountChange(account, $0.link()) }
    let answer = try await call.registry.link(command)
    call.service.sessions.forgetAll()
    return call.created(answer, at: "/v1/accounts/{id}")
  }

  /// `POST /v1/accounts/{account}/unlinking`.
  @Sendable static func unlink(_ call: Call) async throws -> Reply {
    try await end(call) { try await call.registry.unlink($0) }
  }

  /// `POST /v1/accounts/{account}/disablement`.
  @Sendable static func disable(_ call: Call) async throws -> Reply {
    try await end(call) { try await call.registry.disable($0) }
  }

  /// `POST /v1/accounts/{account}/password-reset`.
  @Sendable static func resetPassword(_ call: Call) async throws -> Reply {
    try await end(call) { try await call.registry.resetPassword($0) }
  }

  /// `POST /v1/accounts/{account}/session-revocation`.
  @Sendable static func revokeSessions(_ call: Call) async throws -> Reply {
    try await end(call) { try await call.registry.revokeSessions($0) }
  }

  /// Does to an account what ends its sessions, on this server at once.
  static func end(
    _ call: Call, _ verb: (Command<ID<Account>>) async throws -> Answer
  ) async throws -> Reply {
    let account: ID<Account> = try call.id("account", "account")
    let answer = try await verb(try call.command(optional: true) { _ in account })
    call.service.sessions.forgetAll()
    return call.created(answer, at: "/v1/accounts/{id}")
  }

  /// `POST /v1/accounts/me/password`.
  @Sendable static func changePassword(_ call: Call) async throws -> Reply {
    // Without a session there is no name to compare the password with; it is refused later.
    let session = call.sender?.session
    let login = LoginName(session?.login ?? "")
    let command = try call.command(secret: ["current_password", "new_password"]) { fields in
      PasswordChange(
        current: fields.password("current_password"),
        new: fields.newPassword(
          "new_password", for: login, of: session?.name ?? "", by: call.service),
        in: session?.id)
    }
    try await call.refuseBreached(command.draft.new, "new_password")
    let answer = try await call.registry.changePassword(command)
    call.service.sessions.forgetAll()
    return call.created(answer, at: "/v1/accounts/{id}")
  }
}

extension Fields {
  /// Somebody as an issuer names him, letter by letter.
  fileprivate func link() -> OpenIDSubject {
    OpenIDSubject(
      issuer: value("issuer", or: "", code: "issuer_unusable") {
        OpenIDSubject.isUsable(issuer: $0) ? $0 : nil
      },
      subject: value("subject", or: "", code: "subject_unusable") {
        OpenIDSubject.isUsable(subject: $0) ? $0 : nil
      })
  }

  fileprivate func grant() -> GrantDraft {
    let role: Role = choice("role", or: .auditor, among: Role.allCases.filter { $0 != .system })
    let site: ID<Site>? = optionalID("site_id")
    if let mistake = GrantMistake.of(role, at: site) { complain("site_id", mistake.code) }
    return GrantDraft(role: role, site: site)
  }
}
