import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Store
import Testing

@testable import App
@testable import TestSupport

@Test func `a new key of the issuer works at once, and the old one no longer`() async throws {
  try await Ward.play { ward in
    let old = try #require(ward.issuer.key)
    #expect(try await ward.signIn().status == .seeOther)
    ward.wait(31)
    try ward.issuer.rotate(to: .rsa("second"))
    #expect(try await ward.signIn().status == .seeOther, "its name was not known")
    #expect(ward.issuer.asked("keys") == 2)
    ward.issuer.behave { conduct in
      conduct.header = ["alg": "ES256", "kid": old.name]
      conduct.signature = { (try? old.sign($0)) ?? Data() }
    }
    try expectPage(await ward.signIn(), .forbidden, "oidc_token_refused")
  }
}

@Test func `the client's secret goes where the issuer wants it`() async throws {
  try await Ward.play { ward in
    ward.issuer.behave { $0.takesSecretInForm = true }
    let answer = try await ward.signIn()
    #expect(answer.status == .seeOther, "\(answer.text)")
  }
}

@Test func `people who come at once do not ask the issuer one by one`() async throws {
  try await Ward.play { ward in
    let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 1...8 { group.addTask { try await ward.signIn().status.code } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(statuses == Array(repeating: 303, count: 8))
    #expect(ward.issuer.asked("discovery") == 1 && ward.issuer.asked("keys") == 1)
  }
}

@Test func `names of keys that are made up do not make this service ask without end`()
  async throws
{
  try await Ward.play { ward in
    #expect(try await ward.signIn().status == .seeOther)
    ward.issuer.behave { $0.header["kid"] = UUID().uuidString }
    for _ in 1...5 {
      try expectPage(await ward.signIn(), .forbidden, "oidc_token_refused")
    }
    #expect(ward.issuer.asked("keys") == 1, "it asked a moment ago")
    ward.wait(31)
    for _ in 1...5 {
      try expectPage(await ward.signIn(), .forbidden, "oidc_token_refused")
    }
    #expect(ward.issuer.asked("keys") == 2)
    #expect(ward.issuer.asked("discovery") == 1)
    ward.wait(3601)
    ward.issuer.behave { $0.header["kid"] = nil }
    #expect(try await ward.signIn().status == .seeOther)
    #expect(ward.issuer.asked("discovery") == 2 && ward.issuer.asked("keys") == 3, "an hour old")
  }
}

@Test func `keys of other kinds do not spoil the list, and none of them verifies`() async throws {
  try await Ward.play { ward in
    let key = try #require(ward.issuer.key)
    let shared = ["kty": "oct", "kid": "shared", "k": Data("shared".utf8).base64URL]
    let sealing = key.published.merging(["use": "enc", "kid": "sealing"]) { $1 }
    let odd = ["kty": "EC", "crv": "secp256k1", "kid": "odd", "x": "AA", "y": "AA"]
    ward.issuer.publish([shared, sealing, odd, [:], key.published])
    #expect(try await ward.signIn().status == .seeOther)
    ward.wait(31)
    ward.issuer.behave { $0.header["kid"] = "sealing" }
    try expectPage(await ward.signIn(), .forbidden, "oidc_token_refused")
    ward.issuer.behave { conduct in
      conduct.header = ["alg": "HS256", "kid": "shared"]
      conduct.signature = { IssuerKey.code(of: $0, with: "shared") }
    }
    try expectPage(await ward.signIn(), .forbidden, "oidc_token_refused")
  }
}

@Test func `only the algorithms that are set are taken`() async throws {
  let change: @Sendable (inout OpenIDSettings) -> Void = { settings in
    // The same settings but for RS256 alone.
    if let strict = try? OpenIDSettings(
      issuer: settings.issuer, clientID: TestIssuer.client, clientSecret: TestIssuer.secret,
      algorithms: ["RS256"])
    {
      settings = strict
    }
  }
  try await Ward.play(change) { ward in
    try expectPage(await ward.signIn(), .forbidden, "oidc_token_refused")
    try ward.issuer.rotate(to: .rsa("second"))
    ward.wait(31)
    #expect(try await ward.signIn().status == .seeOther)
  }
}

/// An issuer that does not do its work, and what people are told.
struct Trouble: Sendable, CustomTestStringConvertible {
  let name: String
  let door: any WritableKeyPath<Conduct, Conduct.Answer> & Sendable
  let answer: Conduct.Answer
  let status: HTTPResponse.Status
  let code: String

  var testDescription: String { name }

  init(
    _ name: String, _ door: any WritableKeyPath<Conduct, Conduct.Answer> & Sendable,
    _ answer: Conduct.Answer, _ status: HTTPResponse.Status = .badGateway,
    _ code: String = "oidc_answer_unusable"
  ) {
    self.name = name
    self.door = door
    self.answer = answer
    self.status = status
    self.code = code
  }

  static let all: [Trouble] = [
    Trouble("garbage for a token", \.tokenEndpoint, .says(200, "<html>")),
    Trouble("no token", \.tokenEndpoint, .says(200, #"{"access_token": "x"}"#)),
    Trouble(
      "no token, but a text", \.tokenEndpoint, .says(200, #"{"id_token": "x"}"#), .forbidden,
      "oidc_token_refused"),
    Trouble("not its client", \.tokenEndpoint, .says(401, #"{"error": "invalid_client"}"#)),
    Trouble("elsewhere", \.tokenEndpoint, .says(302, "")),
    Trouble("a flood", \.tokenEndpoint, .floods),
    Trouble("broken", \.tokenEndpoint, .says(500, "{}"), .serviceUnavailable, "oidc_unreachable"),
    Trouble(
      "too many", \.tokenEndpoint, .says(429, "{}"), .serviceUnavailable, "oidc_unreachable"),
    Trouble("garbage for keys", \.keysEndpoint, .says(200, "[]")),
    Trouble("no keys", \.keysEndpoint, .says(404, "")),
    Trouble("a flood of keys", \.keysEndpoint, .floods),
    Trouble(
      "broken keys", \.keysEndpoint, .says(503, ""), .serviceUnavailable, "oidc_unreachable"),
    Trouble(
      "an empty list", \.keysEndpoint, .says(200, #"{"keys": []}"#), .forbidden,
      "oidc_token_refused"),
  ]
}

@Test(arguments: Trouble.all)
func `trouble at the issuer is a page for people`(trouble: Trouble) async throws {
  try await Ward.play { ward in
    ward.issuer.behave { $0[keyPath: trouble.door] = trouble.answer }
    let page = try await ward.signIn()
    try expectPage(page, trouble.status, trouble.code, trouble.name)
    #expect((page.header("Retry-After") != nil) == (trouble.status == .serviceUnavailable))
    #expect(try await ward.sessions() == 0)
    ward.issuer.behave { $0 = Conduct() }
    ward.wait(31)
    #expect(try await ward.signIn().status == .seeOther, "it works again")
  }
}

@Test func `an issuer that hangs is not waited for`() async throws {
  try await Ward.play({ $0.patience = .seconds(2) }) { ward in
    let leaving = try await ward.leave()
    for door in [\Conduct.tokenEndpoint, \.keysEndpoint] {
      ward.issuer.behave { conduct in
        conduct = Conduct()
        conduct[keyPath: door] = .hangs
      }
      try expectPage(await ward.signIn(), .serviceUnavailable, "oidc_unreachable")
    }
    #expect(!leaving.cookie.isEmpty)
  }
}

@Test(arguments: [
  (Conduct.Answer.says(200, "<html>"), HTTPResponse.Status.badGateway),
  (.says(404, ""), .badGateway), (.floods, .badGateway),
  (.says(500, ""), .serviceUnavailable), (.hangs, .serviceUnavailable),
])
func `nobody is sent away to an issuer that does not say where`(
  answer: Conduct.Answer, status: HTTPResponse.Status
) async throws {
  try await Ward.play({ $0.patience = .seconds(answer.isSlow ? 2 : 20) }) { ward in
    ward.issuer.behave { $0.discoveryEndpoint = answer }
    let page = try await ward.get("/sign-in/oidc")
    let code = status == .badGateway ? "oidc_answer_unusable" : "oidc_unreachable"
    try expectPage(page, status, code)
    #expect(try await ward.cast.world.count("departures") == 0)
  }
}

@Test(arguments: [
  ["issuer": "https://login.example.kz"], ["issuer": "SLASH"],
  ["authorization_endpoint": "http://login.example.kz/authorize"],
  ["token_endpoint": "http://login.example.kz/token"], ["jwks_uri": "file:///etc/passwd"],
  ["token_endpoint": ""],
])
func `a document of another issuer, or without https, is not believed`(
  changes: [String: String]
) async throws {
  try await Ward.play { ward in
    ward.issuer.behave {
      $0.discovery = changes.mapValues { $0 == "SLASH" ? ward.issuer.address + "/" : $0 }
    }
    try expectPage(await ward.get("/sign-in/oidc"), .badGateway, "oidc_answer_unusable")
  }
}

@Test func `an issuer that is away is told of as such`() async throws {
  let change: @Sendable (inout OpenIDSettings) -> Void = { settings in
    // Nobody listens there.
    if let away = try? OpenIDSettings(
      issuer: "http://127.0.0.1:1", clientID: "a", clientSecret: "b")
    {
      settings = away
    }
  }
  try await Ward.play(change) { ward in
    try expectPage(await ward.get("/sign-in/oidc"), .serviceUnavailable, "oidc_unreachable")
  }
}

@Test(arguments: [
  ("access_denied", HTTPResponse.Status.forbidden, "oidc_denied"),
  ("temporarily_unavailable", .serviceUnavailable, "oidc_unreachable"),
  ("server_error", .serviceUnavailable, "oidc_unreachable"),
  ("invalid_scope", .badGateway, "oidc_answer_unusable"),
  ("<script>", .badGateway, "oidc_answer_unusable"), ("", .badGateway, "oidc_answer_unusable"),
])
func `what the issuer says instead of a code is told in words`(
  error: String, status: HTTPResponse.Status, code: String
) async throws {
  try await Ward.play { ward in
    let leaving = try await ward.leave()
    let state = leaving.question["state"] ?? ""
    let page = try await ward.comeBack(
      with: ["error": error, "error_description": "<b>x</b>", "state": state], leaving.cookie)
    try expectPage(page, status, code)
    #expect(!page.text.contains("<script>") && !page.text.contains("<b>x"))
    #expect(ward.issuer.asked("token") == 0)
  }
}

@Test func `an answer in the name of another issuer is refused`() async throws {
  try await Ward.play { ward in
    let leaving = try await ward.leave()
    var given = try #require(ward.issuer.signIn(Ward.subject, asked: leaving.question))
    given["iss"] = "https://login.example.kz"
    try expectPage(
      await ward.comeBack(with: given, leaving.cookie), .forbidden, "oidc_token_refused")
    #expect(ward.issuer.asked("token") == 0, "the code went nowhere")
  }
}

@Test func `an issuer that always says who it is must not be silent`() throws {
  let silent = IssuerAnswer([("code", "c"), ("state", "s")])
  #expect(try silent.code(from: "https://a.example", named: false) == "c")
  #expect(throws: OpenIDFailure.self) { try silent.code(from: "https://a.example", named: true) }
  let named = IssuerAnswer([("code", "c"), ("iss", "https://a.example")])
  #expect(try named.code(from: "https://a.example", named: true) == "c")
}

extension Conduct.Answer {
  fileprivate var isSlow: Bool { if case .hangs = self { true } else { false } }
}
