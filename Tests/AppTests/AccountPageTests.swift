import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import App
@testable import Store
@testable import TestSupport

@Test func `a person changes the password on a page, and every session ends`() async throws {
  try await Cast.play { cast in
    let person = try await cast.world.person()
    let away = try await cast.clients.nobody.get("/account", ["Accept": "text/html"])
    #expect(away.header("Location") == "/sign-in?next=/account")
    let other = try await cast.signIn(person).cookie
    let desk = try await Desk(cast, person)
    let page = try await desk.page()
    #expect(page.text.contains(#"type="password" autocomplete="current-password""#))
    #expect(page.text.contains(#"type="password" autocomplete="new-password""#))
    #expect(!page.text.contains("<script"))
    let own = "тоғыз қызыл алма түсті"
    let wrong = try await desk.send(
      "password", ["current_password": "not this one", "new_password": own])
    #expect(wrong.status == .unprocessableContent)
    let common = try await desk.send(
      "password", ["current_password": person.password, "new_password": "password2026!"])
    #expect(common.status == .unprocessableContent)
    let forged = try await desk.send("password", ["current_password": person.password], proof: "x")
    #expect(forged.status == .forbidden)
    let changed = try await desk.send(
      "password", ["current_password": person.password, "new_password": own])
    #expect(changed.status == .seeOther)
    for cookie in [other, desk.cookie] {
      #expect(try await cast.current(cookie).status == .unauthorized)
    }
    let new = Person(id: person.id, login: person.login, password: own)
    #expect(try await cast.signIn(new).status == .created)
  }
}

@Test func `a person sets a second factor up on a page, and removes it there`() async throws {
  try await Cast.play { cast in
    let person = try await cast.world.person()
    let desk = try await Desk(cast, person)
    let made = try await desk.send("second-factor", ["current_password": person.password])
    #expect(made.status == .ok)
    let match = try #require(made.text.firstMatch(of: /<code>([A-Z2-7]{32})<\/code>/))
    #expect(made.text.contains("otpauth://totp/Tamshy:"))
    let secret = OneTimeSecret(base32: String(match.1))
    let period = Int(cast.world.now.timeIntervalSince1970) / 30
    let wrong = try await desk.send("second-factor/confirmation", ["code": "12"])
    #expect(wrong.status == .unprocessableContent)
    let confirmed = try await desk.send(
      "second-factor/confirmation", ["code": secret.code(in: period)])
    #expect(confirmed.status == .ok)
    let codes = confirmed.text.matches(of: /<code>(([0-9a-z]{5}-){4}[0-9a-z]{5})<\/code>/)
    #expect(codes.count == 8)
    #expect(try await !desk.page().text.contains(String(codes[0].1)), "shown once")
    #expect(try await cast.signIn(person).code == "second_factor_required")
    let again = try await desk.send("second-factor", ["current_password": person.password])
    #expect(again.status == .conflict)
    let removed = try await desk.send(
      "second-factor/removal",
      ["current_password": person.password, "code": String(codes[0].1)])
    #expect(removed.status == .seeOther)
    #expect(try await cast.signIn(person).status == .created)
  }
}

@Test func `a person ends another session on a page`() async throws {
  try await Cast.play { cast in
    let person = try await cast.world.person()
    let other = try await cast.signIn(person).cookie
    let desk = try await Desk(cast, person)
    let list = try await cast.clients.nobody.get("/v1/sessions", ["Cookie": other]).items
    let id = try #require(list.first { $0["is_current"] == .bool(true) }?["id"]?.text)
    #expect(try await desk.page().text.contains(id))
    let bare = try await desk.send("session-revocation", ["session": id])
    #expect(bare.status == .unprocessableContent)
    let ended = try await desk.send(
      "session-revocation", ["session": id, "current_password": person.password])
    #expect(ended.status == .ok)
    #expect(!ended.text.contains(id))
    #expect(try await cast.current(other).status == .unauthorized)
    for step in 1...11 {
      let guess = try await desk.send("second-factor", ["current_password": "not this one"])
      #expect(guess.status == (step <= 10 ? .unprocessableContent : .tooManyRequests))
    }
  }
}

/// A browser at the page of somebody's own account.
private struct Desk {
  let cast: Cast
  let cookie: String
  private let proof: String

  init(_ cast: Cast, _ person: Person) async throws {
    self.cast = cast
    cookie = try await cast.signIn(person).cookie
    let page = try await cast.clients.nobody.get(
      "/account", ["Cookie": cookie, "Accept": "text/html"])
    proof = String(try #require(page.text.firstMatch(of: /name="proof" value="([^"]+)"/)).1)
  }

  func page() async throws -> TestResponse {
    try await cast.clients.nobody.get("/account", ["Cookie": cookie, "Accept": "text/html"])
  }

  func send(
    _ form: String, _ fields: [String: String], proof: String? = nil
  ) async throws -> TestResponse {
    let pairs = fields.merging(["proof": proof ?? self.proof]) { $1 }.map { name, value in
      "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
    }
    return try await cast.clients.nobody.send(
      .post, "/account/\(form)", pairs.joined(separator: "&"),
      headers: [
        "Cookie": cookie, "Sec-Fetch-Site": "same-origin", "Content-Type": Cast.form,
        "Accept": "text/html",
      ])
  }
}
