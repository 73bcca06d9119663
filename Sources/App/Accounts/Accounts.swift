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
    .post("/v1/accounts/me/password", .signedIn, changePassword),
    .post("/v1/grants/{grant}/revocation", .roles([.admin]), revokeGrant),
  ]

  /// `POST /v1/accounts`.
  @Sendable static func create(_ call: Call) async throws -> Reply {
    let command = try call.command(secret: ["password"]) { fields in
      let kind: AccountKind = fields.choice("kind", or: .person)
      let login = kind == .person ? fields.login("login") : nil
      return AccountDraft(
        id: fields.newID(at: call.now), kind: kind, login: login, name: fields.text("name"),
        password: login.flatMap { login in
          fields.has("password")
            ? fields.newPassword("password", for: login, among: call.service) : nil
        },
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
    let account: ID<Account> = try call.id("account", "account")
    let command = try call.command(optional: true) { _ in account }
    let answer = try await call.registry.unlink(command)
    call.service.sessions.forgetAll()
    return call.created(answer, at: "/v1/accounts/{id}")
  }

  /// `POST /v1/accounts/{account}/disablement`.
  @Sendable static func disable(_ call: Call) async throws -> Reply {
    let account: ID<Account> = try call.id("account", "account")
    let command = try call.command(optional: true) { _ in account }
    let answer = try await call.registry.disable(command)
    call.service.sessions.forgetAll()
    return call.created(answer, at: "/v1/accounts/{id}")
  }

  /// `POST /v1/accounts/me/password`.
  @Sendable static func changePassword(_ call: Call) async throws -> Reply {
    // A machine has no name to compare the password with, and is refused later.
    let login = LoginName(call.sender?.session?.login ?? "")
    let command = try call.command(secret: ["current_password", "new_password"]) { fields in
      PasswordChange(
        current: fields.password("current_password"),
        new: fields.newPassword("new_password", for: login, among: call.service))
    }
    let answer = try await call.registry.changePassword(command)
    call.service.sessions.forgetAll()
    return call.created(answer, at: "/v1/accounts/{id}")
  }
}

extension Fields {
  /// A name by which somebody signs in.
  func login(_ name: String) -> LoginName {
    value(name, or: LoginName(""), code: "login_unusable") { text in
      let login = LoginName(text)
      return login.isUsable ? login : nil
    }
  }

  /// A password as it was typed; blanks belong to it.
  func password(_ name: String) -> Password {
    guard case .text(let text)? = raw(name) else {
      if has(name) {
        complain(name, "wrong_type", ["expected": "text"])
      } else {
        complain(name, "required")
      }
      return Password("")
    }
    if text.isEmpty { complain(name, "empty") }
    if text.utf8.count > 1024 {
      complain(name, "too_long", ["limit": String(PasswordRule.longest)])
    }
    if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      complain(name, "control_character")
    }
    return Password(text)
  }

  /// A password that somebody wants to have.
  func newPassword(_ name: String, for login: LoginName, among service: Service) -> Password {
    let password = password(name)
    if let mistake = password.mistake(for: login, common: service.commonPasswords) {
      complain(name, mistake.code, mistake.facts)
    }
    return password
  }

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
