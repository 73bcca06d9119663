import Crypto
package import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Synchronization

/// A small issuer of OpenID Connect on loopback, honest unless it is told otherwise.
///
/// Its tokens are made by hand with keys of its own, so that what verifies them is proved by
/// something else than itself.
package final class TestIssuer: Sendable {
  package static let client = "tamshy at the ward"
  package static let secret = "s3cret: with + and /"

  /// Its address, as its tokens name it.
  package let address: String
  let state = Mutex(State())

  struct State {
    var keys: [IssuerKey] = []
    /// What it publishes; its own keys unless told otherwise.
    var published: [[String: String]]?
    var grants: [String: Grant] = [:]
    var conduct = Conduct()
    var asked: [String: Int] = [:]
  }

  /// What was noted of a person who signed in, until the code comes back.
  struct Grant {
    let subject: String
    let nonce: String
    let challenge: String
    let redirect: String
  }

  private init(port: Int) { address = "http://127.0.0.1:\(port)" }

  /// Lends an issuer with a key.
  package static func lend(
    _ body: @escaping @Sendable (TestIssuer) async throws -> Void
  ) async throws {
    var logger = Logger(label: "issuer")
    logger.logLevel = .critical
    let (ports, announce) = AsyncStream.makeStream(of: Int.self)
    let desk = Desk()
    let application = Application(
      router: desk.router(),
      configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { announce.yield($0.localAddress?.port ?? 0) }, logger: logger)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await application.run() }
      var iterator = ports.makeAsyncIterator()
      guard let port = await iterator.next() else { return }
      let issuer = TestIssuer(port: port)
      issuer.rotate(to: .elliptic("first"))
      desk.open(issuer)
      try await body(issuer)
      group.cancelAll()
    }
  }

  /// Signs with a key from now on, and publishes no other.
  package func rotate(to key: IssuerKey) { state.withLock { $0.keys = [key] } }

  /// Publishes something else than its keys.
  package func publish(_ keys: [[String: String]]) { state.withLock { $0.published = keys } }

  /// Behaves otherwise from now on.
  package func behave(_ change: (inout Conduct) -> Void) { state.withLock { change(&$0.conduct) } }

  /// How often a path was asked for.
  package func asked(_ path: String) -> Int { state.withLock { $0.asked[path] ?? 0 } }

  /// The key with which it signs.
  package var key: IssuerKey? { state.withLock { $0.keys.first } }

  /// Somebody signs in here: what the browser carries back.
  ///
  /// - Returns: Nil for a question that no issuer would answer.
  package func signIn(_ subject: String, asked question: [String: String]) -> [String: String]? {
    guard question["response_type"] == "code", question["client_id"] == Self.client,
      question["scope"]?.split(separator: " ").contains("openid") == true,
      question["code_challenge_method"] == "S256", let challenge = question["code_challenge"],
      let redirect = question["redirect_uri"], let nonce = question["nonce"],
      let state = question["state"]
    else { return nil }
    let code = UUID().uuidString + String(repeating: "c", count: 600)
    self.state.withLock {
      $0.grants[code] = Grant(
        subject: subject, nonce: nonce, challenge: challenge, redirect: redirect)
    }
    return ["code": code, "state": state]
  }
}

/// How the issuer behaves.
package struct Conduct: Sendable {
  /// The moment of its clock.
  package var now = Date(timeIntervalSince1970: 1_795_000_000)
  /// What it puts over its claims; an empty text takes a claim away.
  package var claims: [String: Claim] = [:]
  /// What it puts over the header of its tokens.
  package var header: [String: String] = [:]
  /// With what it signs, if not with its key.
  package var signature: (@Sendable (Data) -> Data)?
  /// What it puts over its discovery document.
  package var discovery: [String: String] = [:]
  /// Whether it wants the client's secret in the form, and nowhere else.
  package var takesSecretInForm = false
  /// What the token endpoint does instead of its work.
  package var tokenEndpoint = Answer.honest
  package var keysEndpoint = Answer.honest
  package var discoveryEndpoint = Answer.honest

  package enum Claim: Sendable {
    case text(String)
    case texts([String])
    case seconds(TimeInterval)
    case absent
  }

  package enum Answer: Sendable {
    case honest
    case says(Int, String)
    case hangs
    case floods
  }
}
