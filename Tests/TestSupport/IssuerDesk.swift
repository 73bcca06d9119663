import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Store
import Synchronization

/// The doors of the issuer of the tests.
final class Desk: Sendable {
  private let issuer = Mutex<TestIssuer?>(nil)

  func open(_ issuer: TestIssuer) { self.issuer.withLock { $0 = issuer } }

  func router() -> Router<BasicRequestContext> {
    let router = Router()
    router.get("/.well-known/openid-configuration") { _, _ in
      try await self.answer("discovery", \.discoveryEndpoint) { try $0.discovery() }
    }
    router.get("/keys") { _, _ in
      try await self.answer("keys", \.keysEndpoint) { try $0.keySet() }
    }
    router.post("/token") { request, context in
      let form = try await request.body.collect(upTo: 65_536)
      return try await self.answer("token", \.tokenEndpoint) {
        try $0.exchange(String(buffer: form), request.headers[.authorization])
      }
    }
    return router
  }

  private func answer(
    _ name: String, _ door: any KeyPath<Conduct, Conduct.Answer> & Sendable,
    _ honest: (TestIssuer) throws -> (Int, String)
  ) async throws -> Response {
    guard let issuer = issuer.withLock(\.self) else { throw HTTPError(.serviceUnavailable) }
    let conduct = issuer.state.withLock { state in
      state.asked[name, default: 0] += 1
      return state.conduct
    }
    switch conduct[keyPath: door] {
    case .honest:
      let (status, body) = try honest(issuer)
      return Self.response(status, body)
    case .says(let status, let body): return Self.response(status, body)
    case .floods: return Self.response(200, String(repeating: " ", count: 2 << 20))
    case .hangs:
      try await Task.sleep(for: .seconds(60))
      return Self.response(200, "{}")
    }
  }

  private static func response(_ status: Int, _ body: String) -> Response {
    Response(
      status: .init(code: status), headers: [.contentType: "application/json"],
      body: .init(byteBuffer: ByteBuffer(string: body)))
  }
}

extension TestIssuer {
  fileprivate func discovery() throws -> (Int, String) {
    let conduct = state.withLock { $0.conduct }
    var document: [String: Any] = [
      "issuer": address, "authorization_endpoint": "\(address)/authorize?tenant=7",
      "token_endpoint": "\(address)/token", "jwks_uri": "\(address)/keys",
    ]
    for (name, text) in conduct.discovery { document[name] = text.isEmpty ? nil : text }
    if conduct.takesSecretInForm {
      document["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
    }
    return (200, try Self.json(document))
  }

  fileprivate func keySet() throws -> (Int, String) {
    let keys = state.withLock { $0.published ?? $0.keys.map(\.published) }
    return (200, try Self.json(["keys": keys]))
  }

  /// Gives a token for a code, once, to whoever has the secret and the verifier.
  fileprivate func exchange(_ body: String, _ authorization: String?) throws -> (Int, String) {
    let form = Self.fields(body)
    let given = authorization.flatMap { Data(base64Encoded: String($0.dropFirst(6))) }
    let shown = String(decoding: given ?? Data(), as: UTF8.self).split(separator: ":")
      .map { $0.removingPercentEncoding ?? "" }
    let isInForm = state.withLock { $0.conduct.takesSecretInForm }
    let pair = [form["client_id"], form["client_secret"]]
    guard isInForm ? pair == [Self.client, Self.secret] : shown == [Self.client, Self.secret]
    else {
      return (401, #"{"error": "invalid_client"}"#)
    }
    let grant = state.withLock { $0.grants.removeValue(forKey: form["code"] ?? "") }
    guard let grant, form["grant_type"] == "authorization_code",
      form["redirect_uri"] == grant.redirect,
      Data(SHA256.hash(data: Data((form["code_verifier"] ?? "").utf8))).base64URL
        == grant.challenge
    else { return (400, #"{"error": "invalid_grant"}"#) }
    let answer = [
      "id_token": try token(for: grant), "access_token": "unused", "token_type": "Bearer",
    ]
    return (200, try Self.json(answer))
  }

  private func token(for grant: Grant) throws -> String {
    let (conduct, key) = state.withLock { ($0.conduct, $0.keys.first) }
    guard let key else { throw HTTPError(.serviceUnavailable) }
    var claims: [String: Any] = [
      "iss": address, "aud": Self.client, "sub": grant.subject, "nonce": grant.nonce,
      "iat": Int(conduct.now.timeIntervalSince1970),
      "auth_time": Int(conduct.now.timeIntervalSince1970),
      "exp": Int(conduct.now.timeIntervalSince1970) + 300, "email": "a.serik@example.kz",
    ]
    for (name, claim) in conduct.claims {
      switch claim {
      case .text(let text): claims[name] = text
      case .texts(let texts): claims[name] = texts
      case .seconds(let seconds): claims[name] = conduct.now.timeIntervalSince1970 + seconds
      case .absent: claims[name] = nil
      }
    }
    let header = ["alg": key.algorithm, "kid": key.name, "typ": "JWT"]
      .merging(conduct.header) { $1 }.filter { !$0.value.isEmpty }
    let signed = try [header as Any, claims].map {
      try JSONSerialization.data(withJSONObject: $0).base64URL
    }.joined(separator: ".")
    let signature = try conduct.signature?(Data(signed.utf8)) ?? key.sign(Data(signed.utf8))
    return "\(signed).\(signature.base64URL)"
  }

  private static func fields(_ body: String) -> [String: String] {
    body.split(separator: "&").reduce(into: [:]) { fields, pair in
      let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
      fields[parts[0]] = (parts.count == 2 ? parts[1] : "").removingPercentEncoding
    }
  }

  private static func json(_ value: Any) throws -> String {
    String(decoding: try JSONSerialization.data(withJSONObject: value), as: UTF8.self)
  }
}
