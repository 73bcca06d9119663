import Domain
import Foundation
import HTTPTypes
import Logging
import Store

/// The way to the issuer and back; without settings for one there is no such place.
enum OpenIDSignIn {
  static let endpoints: [Endpoint] = [
    .get("/sign-in/oidc", .anyone, depart),
    .get(OpenIDSettings.way, .anyone, arrive),
  ]

  /// What the page of a failure tells.
  private struct Page: Sendable {
    let sentence: String
    let code: String
    let trace: String
    let again: String
    var isUnknown = false
    var issuer = ""
    var subject = ""
  }

  /// `GET /sign-in/oidc?next=`.
  @Sendable static func depart(_ call: Call) async throws -> Reply {
    guard let openID = call.service.openID else { throw NotFound("path") }
    // At the issuer a session may be open: no other site begins one here in its name.
    try SignIn.requireThisSite(call)
    let (next, chosen) = try call.parameters {
      (SignIn.destination($0.text("next")), $0.choice("lang") as Language?)
    }
    let language = chosen ?? call.pageLanguage
    return try await inWords(call, language, next) {
      let cookie = Token.random()
      let address = try await openID.departure(
        with: Secrets(from: cookie), backTo: redirect(call, openID), in: language, at: call.now)
      try await call.registry.depart(
        Departure(destination: next, language: chosen?.rawValue), with: cookie, at: call.now)
      return SignIn.redirect(to: address, cookie: call.cookie.departure(cookie.text))
    }
  }

  /// `GET /sign-in/oidc/callback`, from the issuer.
  @Sendable static func arrive(_ call: Call) async throws -> Reply {
    guard let openID = call.service.openID else { throw NotFound("path") }
    let answer = IssuerAnswer(call.query)
    var (language, next) = (call.pageLanguage, SignIn.destination(nil))
    guard let cookie = call.departureCookie,
      case let secrets = Secrets(from: cookie), answer.belongs(to: secrets),
      let departure = try await call.registry.arrive(with: cookie, at: call.now)
    else {
      return try await inWords(call, language, next) {
        throw OpenIDFailure(.startAgain, "this browser did not leave, or came back before")
      }
    }
    language = departure.language.flatMap(Language.init) ?? language
    next = departure.destination
    return try await inWords(call, language, next) {
      let subject = try await openID.subject(
        in: answer, with: secrets, backTo: redirect(call, openID), at: call.now)
      do {
        let token = try await call.registry.signIn(
          as: subject, instead: call.secret.flatMap { $0.isSession ? $0.token : nil },
          at: call.now)
        call.service.sessions.forgetAll()
        return SignIn.redirect(to: departure.destination, cookie: call.cookie.header(token.text))
      } catch is SubjectUnknown {
        throw OpenIDFailure(.subjectUnknown(subject), "no account is linked")
      } catch is SubjectDisabled {
        throw OpenIDFailure(.subjectDisabled, "the account is disabled")
      }
    }
  }

  /// The address to which the issuer sends people back.
  private static func redirect(_ call: Call, _ openID: OpenID) -> String {
    openID.settings.redirectURL
      ?? "\(call.isEncrypted ? "https" : "http")://\(call.host ?? "localhost")\(OpenIDSettings.way)"
  }

  /// Makes a page of what goes wrong, and a line in the log that tells no secret.
  private static func inWords(
    _ call: Call, _ language: Language, _ next: String, _ body: () async throws -> Reply
  ) async throws -> Reply {
    do {
      return try await body()
    } catch let failure as OpenIDFailure {
      call.service.logger.log(
        level: failure.isOfTheIssuer ? .warning : .info, "sign-in at the issuer failed",
        metadata: ["error": "\(failure.code): \(failure.why)"])
      return try page(call, failure, in: language, next)
    }
  }

  private static func page(
    _ call: Call, _ failure: OpenIDFailure, in language: Language, _ next: String
  ) throws -> Reply {
    let book = call.service.books[language]
    var content = Page(
      sentence: book("code.\(failure.code)"), code: failure.code,
      trace: TraceContext.current?.traceID ?? "",
      again: Address.of("/sign-in", [("next", next), ("lang", language.rawValue)]))
    if case .subjectUnknown(let subject) = failure.kind {
      content.isUnknown = true
      content.issuer = subject.issuer
      content.subject = subject.subject
    }
    var reply = try call.service.pages.render(
      content, template: "sign_in_failed",
      frame: call.frame(in: language, query: [("next", next)], at: "/sign-in"), words: book,
      status: failure.status)
    if failure.kind == .unreachable { reply.headers[.retryAfter] = "30" }
    return reply
  }
}

extension SessionCookie {
  /// The name of the cookie of a browser that is away at the issuer.
  var departureName: String { isSecure ? "__Host-tamshy_oidc" : "tamshy_oidc" }

  /// The header that sets it; `Lax`, because the way back begins at another site.
  func departure(_ value: String) -> String {
    "\(departureName)=\(value); Path=/; Max-Age=\(Int(Departure.lifetime)); HttpOnly; SameSite=Lax"
      + (isSecure ? "; Secure" : "")
  }
}

extension Call {
  /// What the cookie of a departure holds, if the browser sent one.
  var departureCookie: Token? {
    guard let token = headers.cookie(cookie.departureName).map({ Token($0) }) else { return nil }
    return token.isWellFormed ? token : nil
  }
}
