import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Logging
import Store
import Testing

@testable import App
@testable import TestSupport

@Test func `who signs in at the hospital's issuer has a session like any other`() async throws {
  try await Ward.play { ward in
    let leaving = try await ward.leave("/shortages?component=plasma")
    #expect(leaving.question["redirect_uri"] == "http://localhost/sign-in/oidc/callback")
    #expect(leaving.question["tenant"] == "7", "what the issuer's address has stays")
    #expect(leaving.question["ui_locales"] == "en")
    let given = try #require(ward.issuer.signIn(Ward.subject, asked: leaving.question))
    let answer = try await ward.comeBack(
      with: given.merging(["session_state": "x.y", "iss": ward.issuer.address]) { $1 },
      leaving.cookie)
    #expect(answer.status == .seeOther, "\(answer.text)")
    #expect(answer.header("Location") == "/shortages?component=plasma")
    #expect(answer.cookie.hasPrefix("tamshy_session=tamshy_"))
    let me = try await ward.get("/v1/sessions/current", answer.cookie)
    #expect(me["account_id"]?.text == ward.person.id.description)
    #expect(me["grants"]?[0]?["role"] == "coordinator")
    let events = try await ward.cast.auditor.get("/v1/audit?account=\(ward.person.id)")
    #expect(events.text.contains("session.started") && events.text.contains("oidc"))
    #expect(!events.text.contains(Ward.subject))
    ward.wait(16 * 60)
    let locked = try await ward.get("/v1/sessions/current", answer.cookie)
    #expect(locked.code == "session_locked")
  }
}

@Test func `the secrets of a sign-in differ each time and stay in the browser`() async throws {
  try await Ward.play(speaksTLS: true) { ward in
    let first = try await ward.leave()
    let second = try await ward.leave()
    for name in ["state", "nonce", "code_challenge"] {
      let values = [first, second].compactMap { $0.question[name] }
      #expect(Set(values).count == 2 && values.allSatisfy { $0.count == 43 }, "\(name)")
    }
    let answer = try await ward.get("/sign-in/oidc")
    let cookie = try #require(answer.header("Set-Cookie"))
    #expect(cookie.hasPrefix("__Host-tamshy_oidc=tamshy_"))
    for word in ["; Path=/", "; Max-Age=600", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
      #expect(cookie.contains(word), "\(word)")
    }
    #expect(answer.header("Location")?.contains("redirect_uri=https%3A%2F%2Flocalhost") == true)
    let secret = first.cookie.split(separator: "=")[1]
    #expect(!first.question.values.contains { $0.contains(secret) })
  }
}

@Test func `whoever had a session before has the new one alone`() async throws {
  try await Ward.play { ward in
    let before = try await ward.signIn().cookie
    let leaving = try await ward.leave()
    let given = try #require(ward.issuer.signIn(Ward.subject, asked: leaving.question))
    let after = try await ward.comeBack(with: given, "\(leaving.cookie); \(before)").cookie
    #expect(after != before && !after.isEmpty)
    #expect(try await ward.get("/v1/sessions/current", before).status == .unauthorized)
    #expect(try await ward.get("/v1/sessions/current", after).status == .ok)
  }
}

@Test func `without an issuer there is no way to one`() async throws {
  try await Cast.play { cast in
    for path in ["/sign-in/oidc", "/sign-in/oidc/callback?code=1&state=2"] {
      let answer = try await cast.clients.nobody.get(path)
      #expect(answer.status == .notFound)
      #expect(answer.code == "path_not_found")
    }
    let page = try await cast.clients.nobody.get("/sign-in")
    #expect(!page.text.contains("oidc"))
  }
}

@Test(arguments: Language.allCases)
func `the sign-in page leads to the issuer in each language`(language: Language) async throws {
  try await Ward.play { ward in
    let page = try await ward.get("/sign-in?next=%2Freference&lang=\(language.rawValue)")
    #expect(page.text.contains(try Phrasebook(language)("sign_in.elsewhere").prefix(12)))
    #expect(
      page.text.contains("/sign-in/oidc?next=/reference&amp;lang=\(language.rawValue)"),
      "\(page.text)")
  }
}

@Test(arguments: Language.allCases)
func `a stranger is told in his language what the administrator needs`(
  language: Language
) async throws {
  try await Ward.play { ward in
    let leaving = try await ward.leave(lang: language.rawValue)
    let given = try #require(ward.issuer.signIn("sub<ject> 7", asked: leaving.question))
    let page = try await ward.comeBack(with: given, leaving.cookie)
    #expect(page.status == .forbidden)
    #expect(page.header("Content-Language") == language.rawValue)
    let book = try Phrasebook(language)
    #expect(page.text.contains(book("code.oidc_subject_unknown")))
    #expect(page.text.contains("sub&lt;ject&gt; 7") && page.text.contains(ward.issuer.address))
    #expect(page.header("Set-Cookie") == nil)
    #expect(try await ward.sessions() == 0)
    // An address of e-mail, which is in the token, links nobody.
    _ = try await ward.cast.world.person("a.serik@example.kz")
    #expect(try await ward.signIn("another").status == .forbidden)
  }
}

@Test func `a disabled account is refused, and its subject may be another's`() async throws {
  try await Ward.play { ward in
    _ = try await ward.cast.admin.post("/v1/accounts/\(ward.person.id)/disablement")
    try expectPage(await ward.signIn(), .forbidden, "oidc_subject_disabled")
    let next = try await ward.cast.world.person("next@example.kz")
    let link = JSONValue.object([
      "issuer": .text(ward.issuer.address), "subject": .text(Ward.subject),
    ])
    let linked = try await ward.cast.admin.post("/v1/accounts/\(next.id)/link", link.sent)
    #expect(linked.status == .created, "\(linked.text)")
    #expect(linked["link"] == link)
    let session = try await ward.get("/v1/sessions/current", try await ward.signIn().cookie)
    #expect(session["account_id"]?.text == next.id.description)
  }
}

@Test func `an account is linked to one person, and its sessions end with the link`()
  async throws
{
  try await Ward.play { ward in
    let (admin, account) = (ward.cast.admin, "/v1/accounts/\(ward.person.id)")
    let taken =
      #"{"issuer": "\#(ward.issuer.address)", "subject": "\#(Ward.subject)"}"#
    let other = try await ward.cast.world.person("other@example.kz")
    #expect(try await admin.post("/v1/accounts/\(other.id)/link", taken).code == "link_taken")
    let body =
      #"{"kind": "person", "login": "third@example.kz", "name": "Үшінші", "link": \#(taken)}"#
    #expect(try await admin.post("/v1/accounts", body).code == "link_taken")
    let own = try await admin.post(
      "/v1/accounts", body.replacing(Ward.subject, with: "third subject"))
    #expect(own.status == .created, "\(own.text)")
    #expect(own["link"]?["subject"] == "third subject")
    #expect(try await ward.signIn("third subject").status == .seeOther, "without a password")
    let cookie = try await ward.signIn().cookie
    #expect(try await admin.post("\(account)/link", taken).status == .created)
    #expect(try await ward.get("/v1/sessions/current", cookie).status == .ok, "nothing new")
    let gone = try await admin.post("\(account)/unlinking")
    #expect(gone["link"] == .null)
    #expect(try await ward.get("/v1/sessions/current", cookie).status == .unauthorized)
    try expectPage(await ward.signIn(), .forbidden, "oidc_subject_unknown")
    #expect(try await admin.post("\(account)/unlinking").status == .created, "again, nothing")
  }
}

@Test func `a machine is linked to nobody`() async throws {
  try await Cast.play { cast in
    let machine = try await cast.admin.post(
      "/v1/accounts", #"{"kind": "machine", "name": "Export"}"#)
    let id = try #require(machine["id"]?.text)
    let answer = try await cast.admin.post(
      "/v1/accounts/\(id)/link", #"{"issuer": "https://a.example", "subject": "7"}"#)
    #expect(answer.code == "machine_has_no_link")
  }
}

@Test func `no log tells a code, a token, a secret or who it was`() async throws {
  let words = Overheard()
  let logger = Logger(label: "issuer") { _ in words.handler }
  try await Ward.play(logger: logger) { ward in
    let leaving = try await ward.leave()
    let given = try #require(ward.issuer.signIn("a stranger", asked: leaving.question))
    _ = try await ward.comeBack(with: given, leaving.cookie)
    ward.issuer.behave { $0.claims["aud"] = .text("another") }
    _ = try await ward.signIn()
    #expect(words.all.contains { $0.contains("wrong_audience") })
    #expect(words.all.contains { $0.contains("oidc_subject_unknown") })
    let cookie = leaving.cookie.split(separator: "=")[1]
    let secrets = [
      "a stranger", Ward.subject, given["code"], given["state"], leaving.question["nonce"],
      String(cookie), TestIssuer.secret, "eyJ",
    ].compactMap(\.self)
    for secret in secrets {
      #expect(!words.all.contains { $0.contains(secret) }, "\(secret)")
    }
  }
}
