import Domain
import Foundation
import HTTPTypes
import Store

/// The page on which a person looks after the own account: password, sessions, second factor.
enum AccountPages {
  static let endpoints: [Endpoint] = [
    // Anyone may ask: who has not signed in is shown the way.
    .get("/account", .anyone, show),
    .post("/account/password", .signedIn, changePassword).openToOneFactor(),
    .post("/account/session-revocation", .signedIn, endSession).openToOneFactor(),
    .post("/account/second-factor", .signedIn, makeFactor).openToOneFactor(),
    .post("/account/second-factor/confirmation", .signedIn, confirmFactor).openToOneFactor(),
    .post("/account/second-factor/removal", .signedIn, removeFactor).openToOneFactor(),
  ]

  /// `GET /account`.
  @Sendable static func show(_ call: Call) async throws -> Reply {
    try call.parameters { query in _ = query.choice("lang") as Language? }
    guard call.sender != nil else { return SignIn.invitation(call) }
    return try await page(call, AccountPage())
  }

  /// `POST /account/password`: every session ends, this one too.
  @Sendable static func changePassword(_ call: Call) async throws -> Reply {
    try await answer(call) { form, session in
      let new = Password(form["new_password"] ?? "")
      let login = LoginName(session.login)
      if let mistake = try await call.service.passwordCheck.mistake(
        in: new, for: login, of: session.name)
      {
        throw InvalidInput([FieldProblem("/new_password", mistake.code, facts: mistake.facts)])
      }
      let change = PasswordChange(
        current: Password(form["current_password"] ?? ""), new: new, in: session.id)
      _ = try await call.registry.changePassword(call.once(change))
      return nil
    }
  }

  /// `POST /account/session-revocation`.
  @Sendable static func endSession(_ call: Call) async throws -> Reply {
    try await answer(call) { form, session in
      guard let id = form["session"].flatMap({ ID<SessionRecord>($0) }) else {
        throw NotFound("session")
      }
      let current = form["current_password"].flatMap { $0.isEmpty ? nil : Password($0) }
      let draft = SessionRevocation(
        session: id, presence: Presence(current: current, signedInAt: session.startedAt))
      _ = try await call.registry.revokeSession(call.once(draft))
      return AccountPage()
    }
  }

  /// `POST /account/second-factor`: the secret is on this page alone.
  @Sendable static func makeFactor(_ call: Call) async throws -> Reply {
    try await answer(call) { form, session in
      let step = SecondFactorStep(
        current: Password(form["current_password"] ?? ""), in: session.id)
      let answer = try await call.registry.makeSecondFactor(call.once(step))
      let told = try Told(answer)
      return AccountPage(secret: told.secret ?? "", address: told.uri ?? "")
    }
  }

  /// `POST /account/second-factor/confirmation`: the recovery codes are on this page alone.
  @Sendable static func confirmFactor(_ call: Call) async throws -> Reply {
    try await answer(call) { form, session in
      let step = SecondFactorStep(code: SecondFactorCode(form["code"] ?? ""), in: session.id)
      let answer = try await call.registry.confirmSecondFactor(call.once(step))
      let told = try Told(answer)
      return AccountPage(codes: told.recoveryCodes ?? [])
    }
  }

  /// `POST /account/second-factor/removal`: every session ends, this one too.
  @Sendable static func removeFactor(_ call: Call) async throws -> Reply {
    try await answer(call) { form, session in
      let step = SecondFactorStep(
        current: Password(form["current_password"] ?? ""),
        code: SecondFactorCode(form["code"] ?? ""), in: session.id)
      _ = try await call.registry.removeSecondFactor(call.once(step))
      return nil
    }
  }

  /// What an answer of the store tells once.
  private struct Told: Decodable {
    let secret: String?
    let uri: String?
    let recoveryCodes: [String]?

    init(_ answer: Answer) throws {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      self = try decoder.decode(Told.self, from: Data(answer.body.utf8))
    }
  }

  /// Does what a form of this session asks; without a page to show the session has ended.
  private static func answer(
    _ call: Call, _ work: (FormBody, SessionRecord) async throws -> AccountPage?
  ) async throws -> Reply {
    guard let session = call.sender?.session else { throw NotFound("session") }
    let form = FormBody(call.body)
    try SignIn.requireProof(call, form)
    defer { call.service.sessions.forgetAll() }
    do {
      guard let content = try await work(form, session) else {
        return SignIn.redirect(to: "/sign-in?next=/account", cookie: call.cookie.header(""))
      }
      return try await page(call, content)
    } catch let invalid as InvalidInput {
      let problem = invalid.problems.first ?? FieldProblem("", "invalid_input")
      return try await page(
        call, .mistaken(problem.code, problem.facts), status: .unprocessableContent)
    } catch let refusal as any Refusal {
      return try await page(call, .mistaken(refusal.code, refusal.facts), status: .conflict)
    } catch let throttled as Throttled {
      var reply = try await page(call, .mistaken("sign_in_throttled"), status: .tooManyRequests)
      reply.headers[.retryAfter] = String(throttled.seconds)
      return reply
    }
  }

  private static func page(
    _ call: Call, _ content: AccountPage, status: HTTPResponse.Status = .ok
  ) async throws -> Reply {
    guard let sender = call.sender, let session = sender.session else { throw NotFound("session") }
    let language = call.pageLanguage
    let book = call.service.books[language]
    var content = content
    content.login = session.login
    content.name = session.name
    content.hasFactor = try await call.registry.hasSecondFactor(sender.account)
    content.sessions = try await call.registry.sessions(
      of: sender.account, page: Page(limit: 100), for: try call.actor(), at: call.now
    ).map { AccountPage.Line($0, isCurrent: $0.id == session.id) }
    if !content.code.isEmpty { content.mistake = book("code.\(content.code)", content.facts) }
    return try call.service.pages.render(
      content, template: "account", frame: call.frame(in: language, query: []), words: book,
      status: status)
  }
}

extension Call {
  /// A command of a form, which has no key: sent again it is another one.
  fileprivate func once<Draft>(_ draft: Draft) throws -> Command<Draft> {
    Command(
      actor: try actor(), key: UUID().uuidString, fingerprint: "page", at: now, draft: draft)
  }
}
