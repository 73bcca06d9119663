import Domain
import Foundation
import HTTPTypes
import Store

/// The tokens of machines, and of whoever asks.
enum Tokens {
  static let endpoints: [Endpoint] = [
    .post("/v1/tokens", .signedIn, create),
    .get("/v1/tokens", .signedIn, list),
    .get("/v1/tokens/{token}", .signedIn, show),
    .post("/v1/tokens/{token}/revocation", .signedIn, revoke),
  ]

  /// `POST /v1/tokens`.
  @Sendable static func create(_ call: Call) async throws -> Reply {
    let actor = try call.actor()
    let session = call.sender?.session
    let command = try call.command(secret: ["current_password"]) { fields in
      AccessTokenDraft(
        id: fields.newID(at: call.now),
        account: fields.optionalID("account_id") ?? actor.account,
        grant: fields.optionalID("grant_id"), name: fields.text("name"),
        expiresAt: fields.expiry("expires_at", at: call.now),
        presence: fields.presence(in: session))
    }
    // A token must not live on in others that it made.
    guard session != nil || (actor.kind == .machine && actor.authority.role == .admin) else {
      throw TokenRefusal.needsSession
    }
    return call.created(try await call.registry.issueToken(command), at: "/v1/tokens/{id}")
  }

  /// `GET /v1/tokens`.
  @Sendable static func list(_ call: Call) async throws -> Reply {
    let (account, page): (ID<Account>?, Page<AccessToken>) = try call.parameters {
      ($0.id("account"), $0.page())
    }
    let tokens = try await call.registry.tokens(of: account, page: page, for: try call.actor())
    return try call.list(tokens, limit: page.limit - 1) { $0.id }
  }

  /// `GET /v1/tokens/{token}`.
  @Sendable static func show(_ call: Call) async throws -> Reply {
    let actor = try call.actor()
    return try call.record(try await call.registry.token(call.id("token", "token"), for: actor))
  }

  /// `POST /v1/tokens/{token}/revocation`.
  @Sendable static func revoke(_ call: Call) async throws -> Reply {
    let token: ID<AccessToken> = try call.id("token", "token")
    let command = try call.command(optional: true) { _ in token }
    let answer = try await call.registry.revokeToken(command)
    call.service.sessions.forgetAll()
    return call.created(answer, at: "/v1/tokens/{id}")
  }
}

extension Fields {
  /// When a token ends: still ahead; a year from now unless told.
  fileprivate func expiry(_ name: String, at now: Date) -> Date {
    optionalValue(name, code: "expiry_past") { text in
      Instant.parse(text).flatMap { $0 > now ? $0 : nil }
    } ?? now + AccessTokenDraft.lifetime
  }
}
