import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Store
import Synchronization

/// Who calls, by the token in the header or the cookie of a session.
final class Sessions: Sendable {
  private let registry: Registry
  private let known = Mutex(Memory())

  private struct Memory {
    var callers: [Token: Known] = [:]
    /// Grows when something is forgotten, so that what was read before is not kept.
    var age = 0
  }

  /// A caller who was looked up a moment ago.
  private struct Known {
    let caller: Caller
    let until: Date
  }

  init(registry: Registry) { self.registry = registry }

  /// The caller of a request, nil without token and cookie.
  ///
  /// - Throws: ``Unauthenticated`` for a secret that speaks for nobody,
  ///   `SessionLocked` for a session that nobody used.
  func caller(with secret: Secret?, at now: Date) async throws -> Caller? {
    guard let secret else { return nil }
    let token = secret.token
    let (found, age) = known.withLock { ($0.callers[token], $0.age) }
    if let found, found.until > now, secret.isSession == (found.caller.session != nil) {
      return found.caller
    }
    guard token.isWellFormed, let caller = try await lookUp(secret, at: now) else {
      _ = known.withLock { $0.callers.removeValue(forKey: token) }
      throw Unauthenticated()
    }
    remember(token, caller, at: now, age: age)
    return caller
  }

  /// Forgets whoever was looked up, because somebody lost a right: on this server it
  /// is gone at once.
  func forgetAll() {
    known.withLock { known in
      known.callers.removeAll()
      known.age += 1
    }
  }

  private func lookUp(_ secret: Secret, at now: Date) async throws -> Caller? {
    secret.isSession
      ? try await registry.caller(ofSession: secret.token, at: now)
      : try await registry.caller(of: secret.token, at: now)
  }

  /// A few seconds spare the database one look-up per request, and are the longest
  /// that a token revoked on another server still opens a door.
  private func remember(_ token: Token, _ caller: Caller, at now: Date, age: Int) {
    known.withLock { known in
      guard known.age == age else { return }
      if known.callers.count >= 10_000 { known.callers.removeAll() }
      known.callers[token] = Known(
        caller: caller, until: min(now.addingTimeInterval(5), caller.soundUntil))
    }
  }
}

/// What a request carries to prove who sent it.
struct Secret: Sendable {
  let token: Token
  /// Whether it came as a cookie, which browsers send unasked.
  let isSession: Bool
}

/// The cookie of a session.
struct SessionCookie: Sendable {
  /// Whether it is only for encrypted connections, which its name then promises.
  let isSecure: Bool

  init(for request: Request, isEncrypted: Bool) {
    isSecure = isEncrypted || !request.isToThisMachine
  }

  /// With the prefix no neighbouring site, and nobody on the way, can plant one.
  var name: String { isSecure ? "__Host-tamshy_session" : "tamshy_session" }

  /// The header that sets it; an empty value takes it away.
  func header(_ value: String) -> String {
    "\(name)=\(value); Path=/; HttpOnly; SameSite=Lax"
      + (isSecure ? "; Secure" : "") + (value.isEmpty ? "; Max-Age=0" : "")
  }
}

extension Request {
  /// The bearer token or, without one, the cookie.
  func secret(_ cookie: SessionCookie) -> Secret? {
    if let header = headers[.authorization] {
      let parts = header.split(separator: " ", maxSplits: 1)
      let isBearer = parts.count == 2 && parts[0].lowercased() == "bearer"
      let text = isBearer ? parts[1].trimmingCharacters(in: .whitespaces) : ""
      return Secret(token: Token(text), isSession: false)
    }
    return headers.cookie(cookie.name).map { Secret(token: Token($0), isSession: true) }
  }
}

extension HTTPFields {
  /// The value of the first cookie of a name.
  ///
  /// By bytes, as browsers write them: Swift takes U+037E for a semicolon, with which a
  /// neighbouring site could plant one cookie in another's value.
  func cookie(_ name: String) -> String? {
    let start = Array("\(name)=".utf8)
    for header in self[values: .cookie] {
      for pair in header.utf8.split(separator: UInt8(ascii: ";")) {
        let bare = pair.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        if bare.starts(with: start) {
          return String(decoding: bare.dropFirst(start.count), as: UTF8.self)
            .trimmingCharacters(in: .whitespaces)
        }
      }
    }
    return nil
  }
}

extension Request {
  /// Whether the browser names this machine itself: then, for a demonstration, a plain
  /// cookie will do.
  ///
  /// Everywhere else the cookie is for encrypted connections alone, so that over
  /// plain HTTP browsers drop it and nobody is signed in.
  fileprivate var isToThisMachine: Bool {
    guard let authority = head.authority else { return false }
    let host =
      authority.hasPrefix("[")
      ? String(authority.prefix { $0 != "]" }) + "]" : String(authority.prefix { $0 != ":" })
    return ["localhost", "127.0.0.1", "[::1]"].contains(host)
  }
}
