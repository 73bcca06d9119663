import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import App
@testable import TestSupport

@Test(arguments: Language.allCases)
func `the shortage page says in each language what every group lasts`(
  language: Language
) async throws {
  try await Cast.play { cast in
    _ = try await cast.world.unit(.oNegative)
    _ = try await cast.world.request(.oNegative, 14)
    _ = try await cast.world.request(.abNegative, 14)
    let page = try await cast.coordinator.get(
      "/shortages?lang=\(language.rawValue)", ["Accept": "text/html"])
    #expect(page.status == .ok, "\(page.text)")
    #expect(page.header("Content-Type") == "text/html; charset=utf-8")
    #expect(page.header("Content-Language") == language.rawValue)
    let html = page.text
    #expect(html.contains("<html lang=\"\(language.rawValue)\""))
    let book = try Phrasebook(language)
    for group in BloodGroup.allCases {
      #expect(html.contains(group.label), "\(group.code)")
      #expect(html.contains(book("group.\(group.code)")), "\(group.code)")
    }
    for phase in Phase.allCases where phase != .amber {
      #expect(html.contains(book("phase.\(phase.rawValue)")), "\(phase)")
    }
    #expect(!html.contains("<script"), "the page works without scripts")
    #expect(!html.contains("{{") && !html.contains("}}"), "every gap is filled")
    #expect(html.firstMatch(of: /\{[a-z_]+\}/) == nil, "every gap of a sentence is filled")
    #expect(html.firstMatch(of: /\son[a-z]+="/) == nil, "no handler in an attribute")
  }
}

@Test func `the shortage page is in the language that the browser asks for`() async throws {
  try await Cast.play { cast in
    for (accept, language) in [("ru", "ru"), ("kk-KZ", "kk"), ("en-GB,en", "en")] {
      let page = try await cast.coordinator.get(
        "/shortages", ["Accept": "text/html", "Accept-Language": accept])
      #expect(page.header("Content-Language") == language)
    }
  }
}

@Test func `who is not signed in is shown the way, and back`() async throws {
  try await Cast.play { cast in
    let answer = try await cast.clients.nobody.get(
      "/shortages?component=plasma", ["Accept": "text/html"])
    #expect(answer.status == .seeOther)
    let place = try #require(answer.header("Location"))
    #expect(place.hasPrefix("/sign-in?next="))
    let form = try await cast.clients.nobody.get(place, ["Accept": "text/html"])
    #expect(form.status == .ok)
    #expect(form.text.contains("/shortages?component=plasma"))
    let machine = try await cast.clients.nobody.get("/shortages", ["Accept": "application/json"])
    #expect(machine.status == .unauthorized)
  }
}

@Test func `a name and its password open the page, wrong ones do not`() async throws {
  try await Cast.play { cast in
    let person = try await cast.world.person()
    let entered = try await cast.enter(person, next: "/shortages")
    #expect(entered.status == .seeOther)
    #expect(entered.header("Location") == "/shortages")
    let cookie = try #require(entered.header("Set-Cookie"))
    for part in ["HttpOnly", "SameSite=Lax", "Path=/"] { #expect(cookie.contains(part)) }
    let page = try await cast.clients.nobody.get(
      "/shortages", ["Cookie": entered.cookie, "Accept": "text/html"])
    #expect(page.status == .ok)
    for wrong in [
      "login=aigul@example.kz&password=x", "login=&password=", "", "password=%00", "&&=&",
    ] {
      let answer = try await cast.clients.nobody.send(
        "/sign-in", bytes: Array(wrong.utf8), type: Cast.form)
      #expect(answer.status == .unauthorized, "\(wrong)")
      #expect(answer.header("Set-Cookie") == nil, "\(wrong)")
    }
  }
}

@Test(arguments: [
  "//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)",
  "/%09/evil.example", "/a\nSet-Cookie:b",
])
func `signing in leads nowhere else`(next: String) async throws {
  try await Cast.play { cast in
    let answer = try await cast.enter(try await cast.world.person(), next: next)
    #expect(answer.status == .seeOther)
    let place = try #require(answer.header("Location"))
    #expect(place == "/shortages" || place == next && next.hasPrefix("/%09"))
  }
}

@Test func `what a stranger puts into an address is text, not page`() async throws {
  try await Cast.play { cast in
    let attack = "/\"><script>alert(1)</script>"
    let escaped = attack.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    let form = try await cast.clients.nobody.get("/sign-in?next=\(escaped)")
    #expect(form.status == .ok)
    #expect(!form.text.contains("<script"))
    for path in ["/shortages?region=\(escaped)", "/shortages?lang=\(escaped)"] {
      let answer = try await cast.coordinator.get(path, ["Accept": "text/html"])
      #expect(answer.status == .badRequest, "\(path)")
      #expect(!answer.text.contains("<script"), "\(path)")
    }
  }
}

@Test(arguments: ["Sec-Fetch-Site", "Origin"])
func `a form of another site signs nobody in`(header: String) async throws {
  try await Cast.play { cast in
    let answer = try await cast.clients.nobody.send(
      .post, "/sign-in", "login=aigul@example.kz&password=wrong",
      headers: [
        header: header == "Origin" ? "https://evil.example" : "cross-site",
        "Content-Type": "application/x-www-form-urlencoded",
      ])
    #expect(answer.status == .forbidden)
    #expect(answer.header("Set-Cookie") == nil)
  }
}

@Test func `the style sheet is served to everybody`() async throws {
  try await Cast.play { cast in
    let style = try await cast.clients.nobody.get("/assets/tamshy.css?v=1")
    #expect(style.status == .ok)
    #expect(style.header("Content-Type") == "text/css; charset=utf-8")
    #expect(style.header("Cache-Control")?.contains("max-age") == true)
  }
}
