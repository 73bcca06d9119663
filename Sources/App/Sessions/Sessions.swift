import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Store
import Synchronization

/// Who calls, by the token in the header or the cookie.
final class Sessions: Sendable {
  static let cookie = "tamshy_session"
  private let registry: Registry
  private let known = Mutex<[Token: Known]>([:])

  /// A token that was looked up a moment ago.
  private struct Known {
    let actor: Actor
    let until: Date
  }

  init(registry: Registry) { self.registry = registry }

  /// The caller of a request, nil without a token.
  ///
  /// - Throws: ``Unauthenticated`` for a token that speaks for nobody.
  func caller(of request: Request, at now: Date) async throws -> Actor? {
    guard let token = token(of: request) else { return nil }
    if let known = known.withLock({ $0[token] }), known.until > now { return known.actor }
    guard token.isWellFormed, let actor = try await registry.actor(of: token, at: now) else {
      _ = known.withLock { $0.removeValue(forKey: token) }
      throw Unauthenticated()
    }
    remember(token, actor, at: now)
    return actor
  }

  /// A few seconds spare the database one look-up per request, and are the
  /// longest that a revoked token still opens a door.
  private func remember(_ token: Token, _ actor: Actor, at now: Date) {
    known.withLock { known in
      if known.count >= 10_000 { known.removeAll() }
      known[token] = Known(actor: actor, until: now.addingTimeInterval(5))
    }
  }

  private func token(of request: Request) -> Token? {
    if let header = request.headers[.authorization] {
      let parts = header.split(separator: " ", maxSplits: 1)
      guard parts.count == 2, parts[0].lowercased() == "bearer" else { return Token("") }
      return Token(parts[1].trimmingCharacters(in: .whitespaces))
    }
    return request.cookies[Self.cookie].map { Token($0.value) }
  }
}
