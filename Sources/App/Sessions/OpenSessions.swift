import Domain
import Foundation
import HTTPTypes
import Store

/// The session of a browser, for pages with scripts; forms use `/sign-in`.
enum OpenSessions {
  static let endpoints: [Endpoint] = [
    .post("/v1/sessions", .anyone, start),
    .get("/v1/sessions/current", .signedIn, show),
    .delete("/v1/sessions/current", .signedIn, end),
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
    let (login, password) = try call.form { ($0.login("login"), $0.password("password")) }
    try SignIn.requireThisSite(call)
    let token = try await call.registry.signIn(
      call.attempt(login, password), at: call.now)
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
  func attempt(_ login: LoginName, _ password: Password) -> SignInAttempt {
    SignInAttempt(
      login: login, password: password, address: address,
      previous: secret.flatMap { $0.isSession ? $0.token : nil })
  }
}
