import Domain
import Foundation
import Testing

/// The claims of an honest token, and a change of one of them.
struct ClaimsCase: Sendable {
  var claims = OpenIDClaims(
    issuer: "https://login.example.kz", audiences: ["tamshy"], subject: "8f7d3c52",
    issuedAt: ClaimsCase.now, expiresAt: ClaimsCase.now + 300, nonce: "n-1",
    authenticatedAt: ClaimsCase.now)
  let mistake: OpenIDMistake?

  static let now = Date(timeIntervalSince1970: 1_795_000_000)

  init(_ mistake: OpenIDMistake?, _ change: (inout OpenIDClaims) -> Void = { _ in }) {
    self.mistake = mistake
    change(&claims)
  }

  static let all: [ClaimsCase] = [
    ClaimsCase(nil),
    ClaimsCase(.wrongIssuer) { $0.issuer = "https://login.example.kz/" },
    ClaimsCase(.wrongIssuer) { $0.issuer = "" },
    ClaimsCase(.wrongAudience) { $0.audiences = ["another"] },
    ClaimsCase(.wrongAudience) { $0.audiences = [] },
    ClaimsCase(.wrongAudience) { $0.audiences = ["Tamshy"] },
    ClaimsCase(.wrongParty) { $0.audiences = ["tamshy", "another"] },
    ClaimsCase(.wrongParty) { $0.authorizedParty = "another" },
    ClaimsCase(nil) { $0.authorizedParty = "tamshy" },
    ClaimsCase(nil) {
      $0.audiences = ["another", "tamshy"]
      $0.authorizedParty = "tamshy"
    },
    ClaimsCase(.wrongParty) {
      $0.audiences = ["another", "tamshy"]
      $0.authorizedParty = "another"
    },
    ClaimsCase(nil) { $0.expiresAt = now - 59 },
    ClaimsCase(.expired) { $0.expiresAt = now - 60 },
    ClaimsCase(.expired) { $0.expiresAt = .distantPast },
    ClaimsCase(nil) { $0.issuedAt = now + 60 },
    ClaimsCase(.ofTomorrow) { $0.issuedAt = now + 61 },
    ClaimsCase(nil) { $0.issuedAt = now - 660 },
    ClaimsCase(.tooOld) { $0.issuedAt = now - 661 },
    ClaimsCase(nil) { $0.notBefore = now + 60 },
    ClaimsCase(.ofTomorrow) { $0.notBefore = now + 61 },
    ClaimsCase(.wrongNonce) { $0.nonce = "n-2" },
    ClaimsCase(.wrongNonce) { $0.nonce = nil },
    ClaimsCase(.withoutSignIn) { $0.authenticatedAt = nil },
    ClaimsCase(nil) { $0.authenticatedAt = now - 960 },
    ClaimsCase(.signedInTooLongAgo) { $0.authenticatedAt = now - 961 },
    ClaimsCase(nil) { $0.authenticatedAt = now + 60 },
    ClaimsCase(.ofTomorrow) { $0.authenticatedAt = now + 61 },
    ClaimsCase(.subjectUnusable) { $0.subject = "" },
    ClaimsCase(.subjectUnusable) { $0.subject = "айгүл" },
    ClaimsCase(.subjectUnusable) { $0.subject = "a\nb" },
    ClaimsCase(.subjectUnusable) { $0.subject = String(repeating: "7", count: 256) },
    ClaimsCase(nil) { $0.subject = String(repeating: "7", count: 255) },
    ClaimsCase(nil) { $0.subject = "cn=Aigul S,ou=ward" },
  ]
}

@Test(arguments: ClaimsCase.all)
func `claims prove somebody only if every one of them fits`(example: ClaimsCase) {
  let found: OpenIDMistake?
  do {
    let subject = try example.claims.subject(
      from: "https://login.example.kz", for: "tamshy", nonce: "n-1", maxAge: 900,
      at: ClaimsCase.now)
    #expect(subject.subject == example.claims.subject)
    #expect(subject.issuer == "https://login.example.kz")
    found = nil
  } catch {
    found = error
  }
  #expect(found == example.mistake)
}

@Test(arguments: [
  ("https://login.example.kz", true), ("https://login.example.kz/realms/ward", true),
  ("https://login.example.kz:8443/", true), ("http://127.0.0.1:8080", true),
  ("http://localhost/x", true), ("http://[::1]:9", true), ("http://login.example.kz", false),
  ("http://localhost.example.kz", false), ("http://127.0.0.1.example.kz", false),
  ("https://a@login.example.kz", false), ("https://login.example.kz?x=1", false),
  ("https://login.example.kz#x", false), ("https://", false), ("https:///x", false),
  ("login.example.kz", false), ("file:///etc/passwd", false), ("", false),
  ("https://login.example.kz /", false), ("https://вход.example.kz", false),
])
func `the address of an issuer is https, or this machine's own`(address: String, usable: Bool) {
  #expect(OpenIDSubject.isUsable(issuer: address) == usable)
}

@Test func `where no age was asked for, none is needed`() throws {
  var claims = ClaimsCase(nil).claims
  claims.authenticatedAt = nil
  let subject = try claims.subject(
    from: "https://login.example.kz", for: "tamshy", nonce: "n-1", at: ClaimsCase.now)
  #expect(subject.subject == "8f7d3c52")
}

@Test(arguments: [
  ("https://login.example.kz/token", "https://login.example.kz", true),
  ("https://tokens.example.kz", "https://login.example.kz", true),
  ("http://127.0.0.1:8080/token", "http://127.0.0.1:8080", true),
  ("http://localhost/token", "http://[::1]:9", true),
  ("https://tokens.example.kz", "http://127.0.0.1:8080", true),
  ("http://localhost:9200/", "https://login.example.kz", false),
  ("http://[::1]/", "https://login.example.kz", false),
  ("https://127.0.0.1/", "https://login.example.kz", false),
  ("http://login.example.kz/token", "https://login.example.kz", false),
])
func `an issuer far away names no address of this machine`(
  address: String, issuer: String, safe: Bool
) {
  #expect(OpenIDSubject.isSafe(address: address, of: issuer) == safe)
}
