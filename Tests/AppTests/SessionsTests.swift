import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Store
import Synchronization
import Testing

@testable import App
@testable import TestSupport

@Test func `signing in answers who one is and sets a cookie that scripts cannot read`() async throws
{
  try await Cast.play { cast in
    let person = try await cast.world.person()
    let answer = try await cast.signIn(person)
    #expect(answer.status == .created, "\(answer.text)")
    #expect(answer["login"] == "aigul@example.kz")
    #expect(answer["grants"]?[0]?["role"] == "coordinator")
    let cookie = try #require(answer.header("Set-Cookie"))
    #expect(cookie.hasPrefix("tamshy_session=tamshy_"), "plain on one's own machine")
    let me = try await cast.clients.nobody.get(
      "/v1/sessions/current", ["Cookie": answer.cookie])
    #expect(me.status == .ok)
    #expect(me["account_id"]?.text == person.id.description)
  }
}

@Test func `over an encrypted connection the cookie is bound to this host`() async throws {
  try await Cast.play(speaksTLS: true) { cast in
    let person = try await cast.world.person()
    let answer = try await cast.signIn(person)
    let cookie = try #require(answer.header("Set-Cookie"))
    #expect(cookie.hasPrefix("__Host-tamshy_session="))
    #expect(cookie.contains("; Secure"))
    #expect(answer.header("Strict-Transport-Security") != nil)
    let planted = try await cast.clients.nobody.get(
      "/v1/sessions/current",
      [
        "Cookie": answer.cookie.replacing("__Host-tamshy_session", with: "tamshy_session")
      ])
    #expect(planted.status == .unauthorized, "a plain cookie proves nothing there")
  }
}

@Test func `a session that was planted beforehand is nobody's afterwards`() async throws {
  try await Cast.play { cast in
    let person = try await cast.world.person()
    let planted = "tamshy_session=\(Token.random().text)"
    let answer = try await cast.signIn(person, ["Cookie": planted])
    #expect(answer.status == .created)
    #expect(answer.cookie != planted)
    let thief = try await cast.clients.nobody.get("/v1/sessions/current", ["Cookie": planted])
    #expect(thief.status == .unauthorized)
    let again = try await cast.signIn(
      person, ["Cookie": answer.cookie, "Sec-Fetch-Site": "same-origin"])
    #expect(again.status == .created)
    let old = try await cast.clients.nobody.get("/v1/sessions/current", ["Cookie": answer.cookie])
    #expect(old.status == .unauthorized, "the old session ended with the new one")
  }
}

@Test func `a session locks when nobody works and ends after twelve hours`() async throws {
  try await World.lend { world in
    let clock = Mutex(world.now)
    try await Client.lend(world, clock: { clock.withLock { $0 } }) { clients in
      let cast = try await Cast(world, clients)
      let person = try await world.person()
      let first = try await cast.signIn(person).cookie
      let current = { try await clients.nobody.get("/v1/sessions/current", ["Cookie": $0]) }
      clock.withLock { $0 += 14 * 60 }
      #expect(try await current(first).status == .ok)
      clock.withLock { $0 += 15 * 60 + 1 }
      let locked = try await current(first)
      #expect(locked.status == .unauthorized)
      #expect(locked.code == "session_locked")
      let second = try await cast.signIn(person).cookie
      for _ in 1..<72 {
        clock.withLock { $0 += 600 }
        #expect(try await current(second).status == .ok)
      }
      clock.withLock { $0 += 600 }
      #expect(try await current(second).status == .unauthorized)
    }
  }
}

@Test(arguments: ["sign out", "disablement", "revocation", "password"])
func `what ends a session ends it at once`(end: String) async throws {
  try await Cast.play { cast in
    let person = try await cast.world.person()
    let signed = try await cast.signIn(person)
    let headers = ["Cookie": signed.cookie, "Sec-Fetch-Site": "same-origin"]
    let grant = try #require(signed["grants"]?[0]?["id"]?.text)
    #expect(try await cast.clients.nobody.get("/v1/requests", headers).status == .ok)
    let answer =
      switch end {
      case "sign out":
        try await cast.clients.nobody.send(.delete, "/v1/sessions/current", headers: headers)
      case "disablement": try await cast.admin.post("/v1/accounts/\(person.id)/disablement")
      case "revocation": try await cast.admin.post("/v1/grants/\(grant)/revocation")
      default:
        try await cast.clients.nobody.send(
          .post, "/v1/accounts/me/password",
          JSONValue.object([
            "current_password": .text(person.password), "new_password": "тау мен тасты жел бұзар",
          ]).sent, headers: headers)
      }
    #expect([.created, .noContent].contains(answer.status), "\(answer.text)")
    #expect(try await cast.clients.nobody.get("/v1/requests", headers).status == .unauthorized)
    #expect(try await cast.clients.nobody.get("/v1/requests", headers).status == .unauthorized)
  }
}

@Test(arguments: [
  ["Sec-Fetch-Site": "cross-site"], ["Sec-Fetch-Site": "same-site"], ["Sec-Fetch-Site": "none"],
  ["Origin": "https://evil.example"], ["Origin": "null"], [:],
])
func `another site cannot make a session change anything`(headers: [String: String]) async throws {
  try await Cast.play { cast in
    let person = try await cast.world.person(
      "boss@example.kz", [GrantDraft(role: .admin, site: nil)])
    let cookie = try await cast.signIn(person).cookie
    let works = #"{"name": "Зауыт"}"#
    let forged = try await cast.clients.nobody.send(
      .post, "/v1/hosts", works, headers: headers.merging(["Cookie": cookie]) { $1 })
    #expect(forged.status == .forbidden)
    #expect(forged.code == "form_of_another_site")
    #expect(try await cast.world.count("hosts") == 0)
    for own in [["Sec-Fetch-Site": "same-origin"], ["Origin": "http://localhost"]] {
      let answer = try await cast.clients.nobody.send(
        .post, "/v1/hosts", works, headers: own.merging(["Cookie": cookie]) { $1 })
      #expect(answer.status == .created, "\(answer.text)")
    }
  }
}

@Test func `a form of a session carries what only its own page knows`() async throws {
  try await Cast.play { cast in
    let person = try await cast.world.person()
    let cookie = try await cast.signIn(person).cookie
    let headers = [
      "Cookie": cookie, "Sec-Fetch-Site": "same-origin", "Content-Type": Cast.form,
      "Accept": "text/html",
    ]
    let bare = try await cast.clients.nobody.send(.post, "/sign-out", "", headers: headers)
    #expect(bare.status == .forbidden)
    let page = try await cast.clients.nobody.get("/shortages", headers)
    let match = try #require(page.text.firstMatch(of: /name="proof" value="([^"]+)"/))
    #expect(!cookie.contains(match.1))
    let left = try await cast.clients.nobody.send(
      .post, "/sign-out", "proof=\(match.1)", headers: headers)
    #expect(left.status == .seeOther)
    let after = try await cast.clients.nobody.get("/v1/sessions/current", headers)
    #expect(after.status == .unauthorized)
  }
}

@Test func `the eleventh try waits, whoever's name it is, and the wait grows`() async throws {
  try await World.lend { world in
    let clock = Mutex(world.now)
    try await Client.lend(world, clock: { clock.withLock { $0 } }) { clients in
      let cast = try await Cast(world, clients)
      let person = try await world.person()
      for login in [person.login, "nobody@example.kz"] {
        let wrong = Person(id: person.id, login: login, password: "not this one, surely")
        for _ in 1...10 {
          let answer = try await cast.signIn(wrong)
          #expect(answer.status == .unauthorized)
          #expect(answer.code == "sign_in_refused")
        }
        let first = try await cast.signIn(wrong)
        #expect(first.status == .tooManyRequests)
        #expect(first.header("Retry-After") == "30")
        clock.withLock { $0 += 31 }
        #expect(try await cast.signIn(wrong).status == .unauthorized)
        #expect(try await cast.signIn(wrong).header("Retry-After") == "60")
      }
      let right = try await cast.signIn(person)
      #expect(right.status == .tooManyRequests, "the right password waits as well")
    }
  }
}

@Test func `an operation takes the first grant that may, or the one that is named`() async throws {
  try await Cast.play { cast in
    let person = try await cast.world.person(
      "two@example.kz",
      [
        GrantDraft(role: .auditor, site: nil),
        GrantDraft(role: .driveStaff, site: cast.world.centre.id),
        GrantDraft(role: .coordinator, site: nil),
      ])
    let signed = try await cast.signIn(person)
    let ids = signed["grants"]?.elements.compactMap { $0["id"]?.text } ?? []
    let cookie = ["Cookie": signed.cookie]
    let nobody = cast.clients.nobody
    #expect(try await nobody.get("/v1/donors", cookie).status == .ok)
    #expect(try await nobody.get("/v1/requests", cookie).status == .ok)
    let named = cookie.merging(["Tamshy-Grant": ids[0]]) { $1 }
    #expect(try await nobody.get("/v1/donors", named).status == .forbidden)
    let foreign = cookie.merging(["Tamshy-Grant": UUID().uuidString]) { $1 }
    #expect(try await nobody.get("/v1/donors", foreign).code == "grant_not_held")
  }
}

extension Cast {
  static let form = "application/x-www-form-urlencoded"

  /// Signs somebody in as a script would.
  func signIn(
    _ person: Person, _ headers: [String: String] = [:]
  ) async throws -> TestResponse {
    try await clients.nobody.send(
      .post, "/v1/sessions",
      JSONValue.object(["login": .text(person.login), "password": .text(person.password)]).sent,
      headers: headers)
  }

  /// Signs somebody in as the page does.
  func enter(
    _ person: Person, next: String, changingTo new: String? = nil, code: String? = nil
  ) async throws -> TestResponse {
    func escaped(_ text: String) -> String {
      text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
    let body =
      "login=\(escaped(person.login))&password=\(escaped(person.password))&next=\(escaped(next))"
      + (new.map { "&new_password=\(escaped($0))" } ?? "") + (code.map { "&code=\($0)" } ?? "")
    return try await clients.nobody.send("/sign-in", bytes: Array(body.utf8), type: Self.form)
  }
}

extension TestResponse {
  /// The name and value of the cookie that was set.
  var cookie: String { String((header("Set-Cookie") ?? "").prefix { $0 != ";" }) }
}

@Test func `no cookie is planted in the value of another`() {
  func cookie(_ header: String) -> String? {
    HTTPFields([HTTPField(name: .cookie, value: header)]).cookie("__Host-a")
  }
  #expect(cookie("x=1; __Host-a=own; y=2") == "own")
  #expect(cookie("x=1;__Host-a=own ") == "own")
  // To Swift the Greek question mark is a semicolon, and one behind U+0600 is none.
  #expect(cookie("x=1\u{37E} __Host-a=planted; __Host-a=own") == "own")
  #expect(cookie("x=1\u{37E} __Host-a=planted") == nil)
  #expect(cookie("x=1\u{600}; __Host-a=own") == "own")
  #expect(cookie("x__Host-a=1; __Host-ab=2") == nil)
}
