import Domain
import Foundation
import HTTPTypes
import Store

/// Signing in with name and password, and out again.
enum SignIn {
  static let endpoints: [Endpoint] = [
    .get("/sign-in", .anyone, show),
    .post("/sign-in", .anyone, enter),
    .post("/sign-out", .anyone, leave),
    .post("/acting-grant", .signedIn, choose),
  ]

  private struct Page: Sendable {
    let next: String
    var login = ""
    /// What went wrong, in the reader's words; empty when nothing did.
    var mistake = "" { didSet { isWrong = !mistake.isEmpty } }
    // Stored, because templates see nothing else.
    private(set) var isWrong = false
    /// Whether the password is an initial one, so that another has to be chosen.
    var mustChange = false
    /// Whether a code of the telephone is wanted as well.
    var needsCode = false
    /// The way to the issuer and the words on it; empty where there is none.
    var issuerAddress = ""
    var issuerName = ""
    var hasIssuer = false
  }

  /// The way to the form for a reader without a session, and back afterwards.
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
    return try page(call, in: call.pageLanguage, Page(next: next))
  }

  /// `POST /sign-in`.
  @Sendable static func enter(_ call: Call) async throws -> Reply {
    try requireThisSite(call)
    let form = FormBody(call.body)
    let language = form["lang"].flatMap(Language.init) ?? call.pageLanguage
    var content = Page(next: destination(form["next"]), login: form["login"] ?? "")
    let password = form["password"] ?? ""
    do {
      guard (1...800).contains(content.login.utf8.count), (1...1024).contains(password.utf8.count)
      else { throw SignInRefused() }
      let login = LoginName(content.login)
      let new = form["new_password"].flatMap { $0.isEmpty ? nil : Password($0) }
      let code = form["code"].flatMap { $0.isEmpty ? nil : SecondFactorCode($0) }
      content.mustChange = new != nil
      content.needsCode = form["code"] != nil
      let token = try await call.registry.signIn(
        call.attempt(login, Password(password), changingTo: new, code: code), at: call.now)
      call.service.sessions.forgetAll()
      return redirect(to: content.next, cookie: call.cookie.header(token.text))
    } catch is SecondFactorRequired {
      content.needsCode = true
      content.mistake = call.service.books[language]("code.second_factor_required")
      return try page(call, in: language, content, status: .forbidden)
    } catch is PasswordMustChange {
      content.mustChange = true
      content.mistake = call.service.books[language]("code.password_must_change")
      return try page(call, in: language, content, status: .forbidden)
    } catch let invalid as InvalidInput {
      // The new password will not do.
      let problem = invalid.problems.first ?? FieldProblem("", "invalid_input")
      content.mistake = call.service.books[language]("code.\(problem.code)", problem.facts)
      return try page(call, in: language, content, status: .unprocessableContent)
    } catch is SignInRefused {
      content.mistake = call.service.books[language]("sign_in.wrong")
      return try page(call, in: language, content, status: .unauthorized)
    } catch let throttled as Throttled {
      content.mistake = call.service.books[language]("code.sign_in_throttled")
      var reply = try page(call, in: language, content, status: .tooManyRequests)
      reply.headers[.retryAfter] = String(throttled.seconds)
      return reply
    }
  }

  /// `POST /sign-out`.
  @Sendable static func leave(_ call: Call) async throws -> Reply {
    if let secret = call.secret, call.sender?.session != nil {
      try requireProof(call, FormBody(call.body))
      try await call.registry.endSession(secret.token, at: call.now)
      call.service.sessions.forgetAll()
    }
    return redirect(to: "/sign-in", cookie: call.cookie.header(""))
  }

  /// `POST /acting-grant`: the grant that pages use first from now on.
  @Sendable static func choose(_ call: Call) async throws -> Reply {
    guard let session = call.sender?.session else { throw NotFound("session") }
    let form = FormBody(call.body)
    try requireProof(call, form)
    guard let grant = form["grant"].flatMap({ ID<Grant>($0) }) else { throw NotFound("grant") }
    try await call.registry.chooseGrant(grant, in: session.id)
    call.service.sessions.forgetAll()
    return redirect(to: destination(form["next"]))
  }

  private static func page(
    _ call: Call, in language: Language, _ content: Page, status: HTTPResponse.Status = .ok
  ) throws -> Reply {
    var content = content
    if let openID = call.service.openID {
      content.hasIssuer = true
      content.issuerName =
        openID.settings.name ?? call.service.books[language]("sign_in.elsewhere")
      content.issuerAddress = Address.of(
        "/sign-in/oidc", [("next", content.next), ("lang", language.rawValue)])
    }
    var reply = try call.service.pages.render(
      content, template: "sign_in",
      frame: call.frame(in: language, query: [("next", content.next)]),
      words: call.service.books[language], status: status)
    if status == .unauthorized { reply.headers[.wwwAuthenticate] = "Bearer" }
    return reply
  }

  static func redirect(to address: String, cookie: String? = nil) -> Reply {
    var reply = Reply(.seeOther, [], type: MediaType.text, headers: [.location: address])
    reply.headers[.setCookie] = cookie
    return reply
  }

  /// Where to go after signing in: only within this site, or a stranger's link
  /// could lead away from it.
  static func destination(_ text: String?) -> String {
    guard let text, text.hasPrefix("/"), !text.hasPrefix("//"), text.utf8.count <= 2000,
      text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") })
    else { return "/shortages" }
    return text
  }

  /// A form that another site posts must not sign anybody in or out.
  ///
  /// Browsers tell by `Sec-Fetch-Site`; those that do not, or on a plain `http`
  /// address, send the origin. What sends neither is no browser.
  static func requireThisSite(_ call: Call) throws {
    if let site = call.headers[.fetchSite] {
      guard site == "same-origin" || site == "none" else { throw ForeignPage() }
    } else if let origin = call.headers[.origin] {
      let host = origin.split(separator: "/").last.map(String.init)
      guard host == call.host else { throw ForeignPage() }
    }
  }

  /// A form of a session carries what only a page of that session could know.
  static func requireProof(_ call: Call, _ form: FormBody) throws {
    guard let proof = form["proof"], !proof.isEmpty, proof == call.formProof else {
      throw ForeignPage()
    }
  }
}

extension Call {
  /// What forms of this session carry; empty without one.
  var formProof: String {
    guard sender?.session != nil, let secret else { return "" }
    return secret.token.derived(for: "form")
  }

  /// The grants of the reader, by role and place.
  func grantChoices(in language: Language) -> [PageFrame.GrantChoice] {
    guard let sender, let session = sender.session else { return [] }
    let chosen = session.chosenGrant ?? sender.scopes.first?.grant
    let book = service.books[language]
    return sender.scopes.map { scope in
      let place = scope.authority.region ?? book("shortage.country")
      return PageFrame.GrantChoice(
        id: scope.grant.description,
        name: "\(book("role.\(scope.authority.role.rawValue)")), \(place)",
        chosen: scope.grant == chosen)
    }
  }
}
