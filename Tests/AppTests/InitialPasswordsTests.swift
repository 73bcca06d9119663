import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Store
import Synchronization
import Testing

@testable import App
@testable import TestSupport

@Test func `a forgotten password is replaced by one that is told once and good once`() async throws
{
  try await Cast.play { cast in
    let person = try await cast.world.person()
    let before = try await cast.signIn(person).cookie
    let path = "/v1/accounts/\(person.id)/password-reset"
    let reset = try await cast.admin.post(path, key: "reset")
    #expect(reset.status == .created, "\(reset.text)")
    let text = try #require(reset["initial_password"]?.text)
    #expect(text.wholeMatch(of: /([0-9a-z]{5}-){4}[0-9a-z]{5}/) != nil)
    #expect(try await cast.current(before).status == .unauthorized, "its sessions are over")
    #expect(try await cast.admin.post(path, key: "reset")["initial_password"] == .null)
    #expect(try await cast.signIn(person).status == .unauthorized, "the old one is no longer right")
    let initial = Person(id: person.id, login: person.login, password: text)
    let early = try await cast.signIn(initial)
    #expect(early.status == .forbidden)
    #expect(early.code == "password_must_change")
    #expect(early.header("Set-Cookie") == nil)
    #expect(
      try await cast.signIn(initial, changingTo: text).complaints
        == ["/new_password password_unchanged"])
    #expect(
      try await cast.signIn(initial, changingTo: "tamshy2026tamshy").complaints
        == ["/new_password password_common"])
    let own = "тоғыз қызыл алма түсті"
    let entered = try await cast.signIn(initial, changingTo: own)
    #expect(entered.status == .created, "\(entered.text)")
    #expect(try await cast.current(entered.cookie).status == .ok)
    #expect(try await cast.signIn(initial).status == .unauthorized, "it was good once")
    let lasting = Person(id: person.id, login: person.login, password: own)
    #expect(try await cast.signIn(lasting).status == .created)
  }
}

@Test
func `an initial password opens nothing after a day, nor does the administrator's for another`()
  async throws
{
  try await World.lend { world in
    let clock = Mutex(world.now)
    try await Client.lend(world, clock: { clock.withLock { $0 } }) { clients in
      let cast = try await Cast(world, clients)
      let made = try await cast.admin.post(
        "/v1/accounts",
        #"{"kind": "person", "login": "samal@example.kz", "name": "С.", "password": "тау мен тас"}"#
          .replacing("тау мен тас", with: "тау мен тасты жел бұзар"))
      let account = try #require(made["id"]?.text.flatMap { ID<Account>($0) })
      let person = Person(
        id: account, login: "samal@example.kz", password: "тау мен тасты жел бұзар")
      #expect(try await cast.signIn(person).code == "password_must_change")
      clock.withLock { $0 += 86_401 }
      let late = try await cast.signIn(person, changingTo: "тоғыз қызыл алма түсті")
      #expect(late.status == .unauthorized)
      #expect(late.code == "sign_in_refused", "nobody learns that it was right once")
      let reset = try await cast.admin.post("/v1/accounts/\(account)/password-reset")
      let text = try #require(reset["initial_password"]?.text)
      clock.withLock { $0 += 86_399 }
      let initial = Person(id: account, login: person.login, password: text)
      #expect(
        try await cast.signIn(initial, changingTo: "тоғыз қызыл алма түсті").status == .created)
    }
  }
}

@Test func `a page asks for a password of one's own in place of an initial one`() async throws {
  try await Cast.play { cast in
    let person = try await cast.world.person()
    let reset = try await cast.admin.post("/v1/accounts/\(person.id)/password-reset")
    let text = try #require(reset["initial_password"]?.text)
    let initial = Person(id: person.id, login: person.login, password: text)
    let asked = try await cast.enter(initial, next: "/shortages")
    #expect(asked.status == .forbidden)
    #expect(asked.text.contains(#"name="new_password" type="password""#))
    #expect(!asked.text.contains(text), "it is typed again, not kept in the page")
    let short = try await cast.enter(initial, next: "/shortages", changingTo: "short")
    #expect(short.status == .unprocessableContent)
    #expect(short.text.contains(#"name="new_password""#))
    let same = try await cast.enter(initial, next: "/shortages", changingTo: text)
    #expect(same.status == .unprocessableContent)
    let entered = try await cast.enter(
      initial, next: "/shortages", changingTo: "тоғыз қызыл алма түсті")
    #expect(entered.status == .seeOther)
    #expect(try await cast.current(entered.cookie).status == .ok)
  }
}

@Test func `nobody resets his own password, and a machine has none`() async throws {
  try await Cast.play { cast in
    let boss = try await cast.world.person(
      "boss@example.kz", [GrantDraft(role: .admin, site: nil)])
    let headers = [
      "Cookie": try await cast.signIn(boss).cookie, "Sec-Fetch-Site": "same-origin",
    ]
    let own = try await cast.clients.nobody.send(
      .post, "/v1/accounts/\(boss.id)/password-reset", headers: headers)
    #expect(own.code == "own_account")
    let machine = try await cast.admin.post(
      "/v1/accounts", #"{"kind": "machine", "name": "Export"}"#)
    let id = try #require(machine["id"]?.text)
    let reset = try await cast.admin.post("/v1/accounts/\(id)/password-reset")
    #expect(reset.code == "machine_has_no_password")
  }
}

extension Cast {
  /// Who is signed in with a cookie.
  func current(_ cookie: String) async throws -> TestResponse {
    try await clients.nobody.get("/v1/sessions/current", ["Cookie": cookie])
  }

  /// Signs somebody in as a script would, with another password from then on.
  func signIn(_ person: Person, changingTo new: String) async throws -> TestResponse {
    let form: JSONValue = [
      "login": .text(person.login), "password": .text(person.password), "new_password": .text(new),
    ]
    return try await clients.nobody.send(.post, "/v1/sessions", form.sent)
  }
}
