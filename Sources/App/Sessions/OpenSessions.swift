import Domain
import Foundation
import HTTPTypes
import Store

/// The session of a browser, for pages with scripts; forms use `/sign-in`.
enum OpenSessions {
  static let endpoints: [Endpoint] = [
    .post("/v1/sessions", .anyone, start),
    .get("/v1/sessions", .signedIn, list).openToOneFactor(),
    .post("/v1/sessions/{session}/revocation", .signedIn, revoke).openToOneFactor(),
    .get("/v1/sessions/current", .signedIn, show).openToOneFactor(),
    .delete("/v1/sessions/current", .signedIn, end).openToOneFactor(),
  ]

  /// Who is signed in.
  private struct Standing: Encodable {
    let accountId: ID<Account>
    let kind: AccountKind
    @OrNull var name: String?
    @OrNull var login: String?
    let grants: [Holding]
    @OrNull var locksAt: Date?
    @OrNull var expiresAt: Date?

    /// A grant in the order in which operations ask them.
    struct Holding: Encodable {
      let id: ID<Grant>
      let role: Role
      @OrNull var siteId: ID<Site>?
    }

    init(_ caller: Caller) {
      accountId = caller.account
      kind = caller.kind
      _name = OrNull(wrappedValue: caller.session?.name)
      _login = OrNull(wrappedValue: caller.session?.login)
      grants = caller.scopes.map { scope in
        Holding(
          id: scope.grant, role: scope.authority.role,
          siteId: scope.authority.siteId)
      }
      _locksAt = OrNull(wrappedValue: caller.session?.locksAt)
      _expiresAt = OrNull(wrappedValue: caller.session?.expiresAt)
    }
  }

  /// `POST /v1/sessions`.
  @Sendable static func start(_ call: Call) async throws -> Reply {
    let attempt = try call.form { fields in
      let login = fields.login("login")
      return call.attempt(
        login, fields.password("password"),
        changingTo: fields.has("new_password")
          ? fields.newPassword("new_password", for: login, by: call.service) : nil,
        code: fields.has("code") ? fields.code("code") : nil)
    }
    try SignIn.requireThisSite(call)
    let token = try await call.registry.signIn(attempt, at: call.now)
    call.service.sessions.forgetAll()
    guard let caller = try await call.registry.caller(ofSession: token, at: call.now) else {
      throw Unauthenticated()
    }
    var reply = try Reply.json(Standing(caller), status: .created)
    reply.headers[.setCookie] = call.cookie.header(token.text)
    reply.headers[.location] = "/v1/sessions/current"
    return reply
  }

  /// `GET /v1/sessions/current`.
  @Sendable static func show(_ call: Call) async throws -> Reply {
    guard let sender = call.sender else { throw Unauthenticated() }
    return try call.record(Standing(sender))
  }

  /// `GET /v1/sessions`.
  @Sendable static func list(_ call: Call) async throws -> Reply {
    let (account, page): (ID<Account>?, Page<SessionRecord>) = try call.parameters {
      ($0.id("account"), $0.page())
    }
    let sessions = try await call.registry.sessions(
      of: account, page: page, for: try call.actor(), at: call.now)
    let current = call.sender?.session?.id
    let shown = sessions.map { Shown(session: $0, isCurrent: $0.id == current) }
    return try call.list(shown, limit: page.limit - 1) { $0.session.id }
  }

  /// A session, and whether it is the one that asks.
  private struct Shown: Encodable {
    let session: OpenSession
    let isCurrent: Bool

    func encode(to encoder: any Encoder) throws {
      try session.encode(to: encoder)
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(isCurrent, forKey: .isCurrent)
    }

    private enum Key: String, CodingKey { case isCurrent }
  }

  /// `POST /v1/sessions/{session}/revocation`.
  @Sendable static func revoke(_ call: Call) async throws -> Reply {
    let session: ID<SessionRecord> = try call.id("session", "session")
    let command = try call.command(optional: true, secret: ["current_password"]) { fields in
      SessionRevocation(session: session, presence: fields.presence(in: call.sender?.session))
    }
    let answer = try await call.registry.revokeSession(command)
    call.service.sessions.forgetAll()
    return call.created(answer, at: "/v1/sessions")
  }

  /// `DELETE /v1/sessions/current`.
  @Sendable static func end(_ call: Call) async throws -> Reply {
    try call.requireNoQuery()
    guard call.sender?.session != nil, let secret = call.secret else {
      throw NotFound("session")
    }
    try await call.registry.endSession(secret.token, at: call.now)
    call.service.sessions.forgetAll()
    return Reply(
      .noContent, [], type: MediaType.text, headers: [.setCookie: call.cookie.header("")])
  }
}

extension Call {
  /// Somebody's wish to sign in from here; the session he had ends with it.
  func attempt(
    _ login: LoginName, _ password: Password, changingTo new: Password? = nil,
    code: SecondFactorCode? = nil
  ) -> SignInAttempt {
    var attempt = SignInAttempt(
      login: login, password: password, newPassword: new, code: code, address: address,
      previous: secret.flatMap { $0.isSession ? $0.token : nil })
    attempt.judge = { [check = service.passwordCheck] password, login, name in
      try await check.mistake(in: password, for: login, of: name)
    }
    return attempt
  }
}
