import Domain
import Foundation
import HTTPTypes
import Store

/// Signing in with an access token, and out again.
enum SignIn {
  static let endpoints: [Endpoint] = [
    .get("/sign-in", .anyone, show),
    .post("/sign-in", .anyone, enter),
    .post("/sign-out", .anyone, leave),
  ]

  private struct Page: Sendable {
    let next: String
    let wrong: Bool
  }

  /// The way to the form for a reader without a token, and back afterwards.
  static func invitation(_ call: Call) -> Reply {
    let back = Address.of(call.path, call.query)
    let language = call.chosenLanguage.map { [("lang", $0.rawValue)] } ?? []
    return redirect(to: Address.of("/sign-in", [("next", back)] + language))
  }

  /// `GET /sign-in?next=`.
  @Sendable static func show(_ call: Call) async throws -> Reply {
    let next = try call.parameters { query in
      _ = query.choice("lang") as Language?
      return destination(query.text("next"))
    }
    return try page(call, in: call.pageLanguage, next: next)
  }

  /// `POST /sign-in`.
  @Sendable static func enter(_ call: Call) async throws -> Reply {
    try requireThisSite(call)
    let form = FormBody(call.body)
    let next = destination(form["next"])
    let text = form["token"]?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
    guard (1...512).contains(text.utf8.count),
      try await call.registry.actor(of: Token(text), at: call.now) != nil
    else {
      let language = form["lang"].flatMap(Language.init) ?? call.pageLanguage
      return try page(call, in: language, next: next, wrong: true)
    }
    return redirect(to: next, cookie: cookie(text, for: 43_200, call))
  }

  /// `POST /sign-out`.
  @Sendable static func leave(_ call: Call) async throws -> Reply {
    try requireThisSite(call)
    return redirect(to: "/sign-in", cookie: cookie("", for: 0, call))
  }

  private static func page(
    _ call: Call, in language: Language, next: String, wrong: Bool = false
  ) throws -> Reply {
    var reply = try call.service.pages.render(
      Page(next: next, wrong: wrong), template: "sign_in",
      frame: call.frame(in: language, query: [("next", next)]),
      words: call.service.books[language], status: wrong ? .unauthorized : .ok)
    if wrong { reply.headers[.wwwAuthenticate] = "Bearer" }
    return reply
  }

  private static func redirect(to address: String, cookie: String? = nil) -> Reply {
    var reply = Reply(.seeOther, [], type: MediaType.text, headers: [.location: address])
    reply.headers[.setCookie] = cookie
    return reply
  }

  private static func cookie(_ value: String, for seconds: Int, _ call: Call) -> String {
    let isEncrypted = call.headers.value(of: "x-forwarded-proto") == "https"
    return "\(Sessions.cookie)=\(value); HttpOnly; SameSite=Strict; Path=/; Max-Age=\(seconds)"
      + (isEncrypted ? "; Secure" : "")
  }

  /// Where to go after signing in: only within this site, or a stranger's link
  /// could lead away from it.
  private static func destination(_ text: String?) -> String {
    guard let text, text.hasPrefix("/"), !text.hasPrefix("//"), text.utf8.count <= 2000,
      text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") })
    else { return "/shortages" }
    return text
  }

  /// A form that another site posts must not sign anybody in or out.
  ///
  /// Browsers tell by `Sec-Fetch-Site`; those that do not, or on a plain `http`
  /// address, send the origin. What sends neither is no browser.
  private static func requireThisSite(_ call: Call) throws {
    if let site = call.headers.value(of: "sec-fetch-site") {
      guard site == "same-origin" || site == "none" else {
        throw MalformedRequest("form_of_another_site")
      }
    } else if let origin = call.headers[.origin] {
      let host = origin.split(separator: "/").last.map(String.init)
      guard host == call.host else { throw MalformedRequest("form_of_another_site") }
    }
  }
}

extension HTTPFields {
  /// The first value of a header that has no name of its own in code.
  fileprivate func value(of canonicalName: String) -> String? {
    first { $0.name.canonicalName == canonicalName }?.value
  }
}
