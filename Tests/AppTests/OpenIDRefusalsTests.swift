import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Store
import Testing

@testable import App
@testable import TestSupport

/// A token that must open nothing, and what is wrong with it.
struct Forgery: Sendable, CustomTestStringConvertible {
  let name: String
  let make: @Sendable (inout Conduct, IssuerKey) -> Void

  var testDescription: String { name }

  init(_ name: String, _ make: @escaping @Sendable (inout Conduct, IssuerKey) -> Void) {
    self.name = name
    self.make = make
  }

  /// A claim of another content.
  static func claim(_ name: String, _ claim: Conduct.Claim) -> Forgery {
    Forgery("\(name) \(claim)") { conduct, _ in conduct.claims[name] = claim }
  }

  static let claims: [Forgery] = [
    .claim("nonce", .text("another sign-in's")), .claim("nonce", .absent),
    .claim("aud", .text("another service")), .claim("aud", .texts(["a", "b"])),
    .claim("aud", .texts([])), .claim("aud", .absent),
    .claim("aud", .texts([TestIssuer.client, "another service"])),
    .claim("azp", .text("another service")),
    .claim("iss", .text("https://login.example.kz")), .claim("iss", .absent),
    .claim("exp", .seconds(-61)), .claim("exp", .absent),
    .claim("iat", .seconds(-661)), .claim("iat", .seconds(61)), .claim("iat", .absent),
    .claim("nbf", .seconds(61)), .claim("sub", .text("")), .claim("sub", .absent),
    .claim("sub", .text("айгүл")), .claim("exp", .text("tomorrow")),
  ]

  static let signatures: [Forgery] = [
    Forgery("alg none") { conduct, _ in
      conduct.header["alg"] = "none"
      conduct.signature = { _ in Data() }
    },
    Forgery("alg None") { conduct, _ in
      conduct.header["alg"] = "None"
      conduct.signature = { _ in Data() }
    },
    Forgery("no alg at all") { conduct, _ in conduct.header["alg"] = "" },
    Forgery("no signature") { conduct, _ in conduct.signature = { _ in Data() } },
    Forgery("HS256 by the public key") { conduct, key in
      conduct.header["alg"] = "HS256"
      conduct.signature = { IssuerKey.code(of: $0, with: key.pem) }
    },
    Forgery("HS256 by the published key") { conduct, key in
      conduct.header["alg"] = "HS256"
      conduct.signature = { IssuerKey.code(of: $0, with: key.published["x"] ?? "") }
    },
    Forgery("HS256 by the client's secret") { conduct, _ in
      conduct.header["alg"] = "HS256"
      conduct.signature = { IssuerKey.code(of: $0, with: TestIssuer.secret) }
    },
    Forgery("an algorithm that is not allowed") { conduct, _ in conduct.header["alg"] = "ES384" },
    Forgery("the algorithm of another key") { conduct, _ in conduct.header["alg"] = "RS256" },
    Forgery("another's key under a name that is known") { conduct, key in
      let thief = IssuerKey.elliptic(key.name)
      conduct.signature = { (try? thief.sign($0)) ?? Data() }
    },
    Forgery("another's key under a name of its own") { conduct, _ in
      let thief = IssuerKey.elliptic("thief")
      conduct.header["kid"] = "thief"
      conduct.signature = { (try? thief.sign($0)) ?? Data() }
    },
  ]
}

@Test(arguments: Forgery.claims + Forgery.signatures)
func `a token that proves nothing opens nothing`(forgery: Forgery) async throws {
  try await Ward.play { ward in
    let key = try #require(ward.issuer.key)
    ward.issuer.behave { forgery.make(&$0, key) }
    try expectPage(await ward.signIn(), .forbidden, "oidc_token_refused", forgery.name)
    #expect(try await ward.sessions() == 0)
    ward.issuer.behave { $0 = Conduct() }
    #expect(try await ward.signIn().status == .seeOther, "an honest one opens")
  }
}

@Test(arguments: [
  Forgery("several readers, made for this one") { conduct, _ in
    conduct.claims["aud"] = .texts(["another service", TestIssuer.client])
    conduct.claims["azp"] = .text(TestIssuer.client)
  },
  Forgery("a list of one reader") { conduct, _ in
    conduct.claims["aud"] = .texts([TestIssuer.client])
  },
  .claim("exp", .seconds(-59)), .claim("iat", .seconds(59)), .claim("nbf", .seconds(59)),
  Forgery("no name of the key, of which there is one") { conduct, _ in
    conduct.header["kid"] = ""
  },
])
func `clocks may differ a little, and tokens be written in other ways`(
  token: Forgery
) async throws {
  try await Ward.play { ward in
    let key = try #require(ward.issuer.key)
    ward.issuer.behave { token.make(&$0, key) }
    #expect(try await ward.signIn().status == .seeOther)
  }
}

@Test func `a critical header that nobody understands is refused`() async throws {
  let allowed = [SignatureAlgorithm.es256]
  let header = Data(#"{"alg": "ES256", "kid": "first", "crit": ["exp"]}"#.utf8).base64URL
  for text in ["\(header).e30.AA", "", ".", "..", "a.b", "a.b.c.d", "e30.e30.e30", "ÿ.ÿ.ÿ"] {
    #expect(throws: OpenIDFailure(.malformed)) { try IDToken(text, allowing: allowed) }
  }
}

@Test(arguments: ["", "none", "HS256", "RS256, none", "es256", "RS256 HS512"])
func `an algorithm that proves nothing cannot be set`(names: String) {
  #expect(throws: OpenIDSettings.Mistake.algorithms) {
    try OpenIDSettings(
      issuer: "https://login.example.kz", clientID: "a", clientSecret: "b",
      algorithms: names.split(whereSeparator: { ", ".contains($0) }).map(String.init))
  }
}

@Test func `an answer opens once, and only for the browser that asked`() async throws {
  try await Ward.play { ward in
    let (mine, hers) = (try await ward.leave(), try await ward.leave())
    let given = try #require(ward.issuer.signIn(Ward.subject, asked: mine.question))
    let foreign = [
      ("without a cookie", ""), ("with another's cookie", hers.cookie),
      ("with a cookie nobody gave", "tamshy_oidc=\(Token.random().text)"),
      ("with no cookie of this form", "tamshy_oidc=x"),
    ]
    for (what, cookie) in foreign {
      try expectPage(
        await ward.comeBack(with: given, cookie), .badRequest, "oidc_start_again", what)
    }
    for state in ["", hers.question["state"] ?? "", String(repeating: "A", count: 43)] {
      let changed = given.merging(["state": state]) { $1 }
      try expectPage(
        await ward.comeBack(with: changed, mine.cookie), .badRequest, "oidc_start_again", state)
    }
    #expect(ward.issuer.asked("token") == 0, "nobody asked the issuer for these")
    let first = try await ward.comeBack(with: given, mine.cookie)
    #expect(first.status == .seeOther, "\(first.text)")
    try expectPage(
      await ward.comeBack(with: given, mine.cookie), .badRequest, "oidc_start_again", "replayed")
    #expect(try await ward.sessions() == 1)
    #expect(ward.issuer.asked("token") == 1)
    ward.wait(601)
    let late = try #require(ward.issuer.signIn(Ward.subject, asked: hers.question))
    try expectPage(
      await ward.comeBack(with: late, hers.cookie), .badRequest, "oidc_start_again", "late")
    try await ward.cast.world.registry.sweep(at: ward.cast.world.now + 601)
    #expect(try await ward.cast.world.count("departures") == 0)
  }
}

@Test func `a stolen code is worth nothing in another sign-in`() async throws {
  try await Ward.play { ward in
    let (mine, thief) = (try await ward.leave(), try await ward.leave())
    let given = try #require(ward.issuer.signIn(Ward.subject, asked: mine.question))
    let injected = ["code": given["code"] ?? "", "state": thief.question["state"] ?? ""]
    // The issuer holds the verifier of the thief's sign-in against the challenge of mine.
    try expectPage(
      await ward.comeBack(with: injected, thief.cookie), .badRequest, "oidc_start_again")
    #expect(ward.issuer.asked("token") == 1)
    #expect(try await ward.sessions() == 0)
  }
}

@Test func `two servers share a sign-in, and one of two that come back is let in`() async throws {
  try await Ward.play { ward in
    let leaving = try await ward.leave()
    let given = try #require(ward.issuer.signIn(Ward.subject, asked: leaving.question))
    try await ward.elsewhere { other in
      async let first = ward.comeBack(with: given, leaving.cookie)
      async let second = other.comeBack(with: given, leaving.cookie)
      let statuses = try await [first.status.code, second.status.code].sorted()
      #expect(statuses == [303, 400])
      #expect(try await ward.sessions() == 1)
      let next = try await ward.leave()
      let answer = try #require(ward.issuer.signIn(Ward.subject, asked: next.question))
      #expect(try await other.comeBack(with: answer, next.cookie).status == .seeOther)
    }
  }
}
