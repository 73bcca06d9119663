import Crypto
import Domain
package import Foundation
import Store

/// Signing in at an issuer of OpenID Connect: the code flow with PKCE.
package struct OpenID: Sendable {
  let settings: OpenIDSettings
  private let documents: IssuerDocuments

  /// Nothing is asked before somebody signs in.
  package init(_ settings: OpenIDSettings) {
    self.settings = settings
    documents = IssuerDocuments(settings)
  }

  /// How many keys the issuer publishes, for operators who look whether it answers.
  ///
  /// - Returns: Nil with the reason if it does not.
  package func examine(at now: Date) async -> (keys: Int?, why: String) {
    do {
      return (try await documents.count(at: now), "")
    } catch {
      return (nil, (error as? OpenIDFailure).map { "\($0.code): \($0.why)" } ?? "\(error)")
    }
  }

  /// Where a browser goes to sign in.
  func departure(
    with secrets: Secrets, backTo redirect: String, in language: Language, at now: Date
  ) async throws -> String {
    let door = try await documents.discovery(at: now).authorizationEndpoint
    var question = [
      ("response_type", "code"), ("scope", "openid"), ("client_id", settings.clientID),
      ("redirect_uri", redirect), ("state", secrets.state), ("nonce", secrets.nonce),
      ("code_challenge", secrets.challenge), ("code_challenge_method", "S256"),
      ("ui_locales", language.rawValue),
    ]
    if settings.maxAge != nil { question.append(("max_age", String(settings.maxAgeSeconds))) }
    return door + (door.contains("?") ? "&" : "?") + IssuerClient.encoded(question)
  }

  /// Who came back, by the answer that the browser carries.
  func subject(
    in answer: IssuerAnswer, with secrets: Secrets, backTo redirect: String, at now: Date
  ) async throws -> OpenIDSubject {
    let doors = try await documents.discovery(at: now)
    let code = try answer.code(
      from: settings.issuer,
      named: doors.authorizationResponseIssParameterSupported ?? false)
    let token = try IDToken(
      try await exchange(code, secrets, backTo: redirect, at: doors),
      allowing: settings.algorithms)
    let key = try await documents.key(of: token, at: now)
    let claims = try await token.claims(provedBy: key)
    do {
      return try claims.subject(
        from: settings.issuer, for: settings.clientID, nonce: secrets.nonce,
        maxAge: settings.maxAge, at: now)
    } catch {
      throw OpenIDFailure(error)
    }
  }

  /// Gives the code for an ID token.
  private func exchange(
    _ code: String, _ secrets: Secrets, backTo redirect: String, at doors: Discovery
  ) async throws -> String {
    struct Granted: Decodable { let id_token: String }
    struct Refused: Decodable { let error: String }
    var form = [
      ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirect),
      ("code_verifier", secrets.verifier),
    ]
    var authorization: String?
    if doors.takesBasic {
      let pair = [settings.clientID, settings.clientSecret].map(IssuerClient.escaped)
      authorization = "Basic " + Data(pair.joined(separator: ":").utf8).base64EncodedString()
    } else {
      form += [("client_id", settings.clientID), ("client_secret", settings.clientSecret)]
    }
    let answer = try await IssuerClient(patience: settings.patience)
      .post(form, to: doors.tokenEndpoint, authorization: authorization)
    if answer.status == 200 { return try answer.json(Granted.self).id_token }
    // Without a reason of this form it is refused all the same.
    let reason = (try? answer.json(Refused.self).error) ?? ""
    if reason == "invalid_grant" { throw OpenIDFailure(.startAgain, "the code is used or old") }
    throw OpenIDFailure(.answerUnusable, "the token endpoint answers \(answer.status)")
  }
}

/// What one sign-in keeps secret.
///
/// All follow from what the browser's cookie holds, and the cookie from none of them, so
/// that no server has to keep any.
struct Secrets: Sendable {
  /// Comes back in the address: whoever sends it has the cookie.
  let state: String
  /// Comes back in the token: it was made for this sign-in.
  let nonce: String
  /// Shown to the token endpoint alone: a stolen code is worth nothing.
  let verifier: String

  init(from cookie: Token) {
    state = cookie.derived(for: "oidc state")
    nonce = cookie.derived(for: "oidc nonce")
    verifier = cookie.derived(for: "oidc verifier")
  }

  /// What the issuer holds the verifier against.
  var challenge: String { Data(SHA256.hash(data: Data(verifier.utf8))).base64URL }
}
