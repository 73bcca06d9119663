import Domain
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Synchronization
import Testing

@testable import App
@testable import Store
@testable import TestSupport

@Test func `a second factor counts once confirmed, and then no password opens without its code`()
  async throws
{
  try await playAtLeisure { cast, clock in
    let person = try await cast.world.person()
    let cookie = try await cast.signIn(person).cookie
    func send(
      _ step: String, _ body: JSONValue, key: String = UUID().uuidString
    ) async throws
      -> TestResponse
    {
      try await cast.clients.nobody.send(
        .post, "/v1/accounts/me/second-factor\(step)", body.sent, key: key,
        headers: ["Cookie": cookie, "Sec-Fetch-Site": "same-origin"])
    }
    let proof: JSONValue = ["current_password": .text(person.password)]
    let guess = try await send("", ["current_password": "not this one"])
    #expect(guess.complaints == ["/current_password password_wrong"])
    #expect(try await send("/confirmation", ["code": "123456"]).code == "second_factor_not_made")
    let made = try await send("", proof, key: "made")
    #expect(made.status == .created, "\(made.text)")
    let text = try #require(made["secret"]?.text)
    #expect(made["uri"]?.text?.hasPrefix("otpauth://totp/Tamshy:aigul%40example%2Ekz?") == true)
    #expect(try await send("", proof, key: "made")["secret"] == .null, "nobody kept it")
    #expect(try await cast.signIn(person).status == .created, "it does not count yet")
    let secret = OneTimeSecret(base32: text)
    let wrong = try await send("/confirmation", ["code": .text(secret.another(at: clock.now))])
    #expect(wrong.complaints == ["/code second_factor_code_wrong"])
    let confirmed = try await send("/confirmation", ["code": .text(secret.code(at: clock.now))])
    #expect(confirmed.status == .created, "\(confirmed.text)")
    #expect(confirmed["recovery_codes"]?.elements.count == 8)
    let bare = try await cast.signIn(person)
    #expect(bare.status == .forbidden)
    #expect(bare.code == "second_factor_required")
    #expect(bare.header("Set-Cookie") == nil)
    #expect(
      try await cast.signIn(person, code: secret.another(at: clock.now)).status == .unauthorized)
    clock.pass(30)
    #expect(try await cast.signIn(person, code: secret.code(at: clock.now)).status == .created)
  }
}

@Test func `a one-time code is good once, and no longer than it takes to type it`() async throws {
  try await playAtLeisure { cast, clock in
    let person = try await cast.world.person()
    let (secret, _) = try await cast.world.secondFactor(of: person, at: clock.now)
    clock.pass(60)
    let code = secret.code(at: clock.now)
    #expect(try await cast.signIn(person, code: code).status == .created)
    #expect(try await cast.signIn(person, code: code).status == .unauthorized, "it was used")
    clock.pass(30)
    let shown = secret.code(at: clock.now)
    clock.pass(39)
    #expect(try await cast.signIn(person, code: shown).status == .created)
    let next = secret.code(at: clock.now)
    clock.pass(31)
    #expect(try await cast.signIn(person, code: next).status == .unauthorized, "it is over")
    let early = secret.code(at: clock.now + 30)
    #expect(try await cast.signIn(person, code: early).status == .unauthorized, "it is to come")
  }
}

@Test func `a recovery code opens once, for the day without the telephone`() async throws {
  try await playAtLeisure { cast, clock in
    let person = try await cast.world.person()
    let (_, codes) = try await cast.world.secondFactor(of: person, at: clock.now)
    let typed = codes[0].uppercased().replacing("-", with: " ")
    #expect(try await cast.signIn(person, code: typed).status == .created)
    #expect(try await cast.signIn(person, code: codes[0]).status == .unauthorized)
    #expect(try await cast.signIn(person, code: codes[1]).status == .created)
    let other = try await cast.world.person("other@example.kz")
    _ = try await cast.world.secondFactor(of: other, at: clock.now)
    #expect(try await cast.signIn(other, code: codes[2]).status == .unauthorized, "another's")
  }
}

@Test func `guessing one-time codes is throttled, whatever right passwords come between`()
  async throws
{
  try await playAtLeisure { cast, clock in
    let person = try await cast.world.person()
    let (secret, _) = try await cast.world.secondFactor(of: person, at: clock.now)
    clock.pass(60)
    var refused = 0
    for _ in 1...40 {
      let guess = try await cast.signIn(person, code: secret.another(at: clock.now))
      if guess.status == .unauthorized { refused += 1 }
      #expect(try await [.forbidden, .tooManyRequests].contains(cast.signIn(person).status))
    }
    #expect(refused <= 10)
    let right = try await cast.signIn(person, code: secret.code(at: clock.now))
    #expect(right.status == .tooManyRequests)
  }
}

@Test func `a forgotten password is no way around the second factor`() async throws {
  try await playAtLeisure { cast, clock in
    let person = try await cast.world.person()
    let (secret, _) = try await cast.world.secondFactor(of: person, at: clock.now)
    let reset = try await cast.admin.post("/v1/accounts/\(person.id)/password-reset")
    let text = try #require(reset["initial_password"]?.text)
    let initial = Person(id: person.id, login: person.login, password: text)
    let own = "тоғыз қызыл алма түсті"
    #expect(try await cast.signIn(initial, changingTo: own).code == "second_factor_required")
    clock.pass(30)
    let entered = try await cast.signIn(
      initial, changingTo: own, code: secret.code(at: clock.now))
    #expect(entered.status == .created, "\(entered.text)")
  }
}

@Test
func `a second factor is removed with both factors, or by an administrator who sees the person`()
  async throws
{
  try await playAtLeisure { cast, clock in
    let person = try await cast.world.person()
    let (secret, codes) = try await cast.world.secondFactor(of: person, at: clock.now)
    clock.pass(30)
    let cookie = try await cast.signIn(person, code: secret.code(at: clock.now)).cookie
    func remove(_ code: String) async throws -> TestResponse {
      let proof: JSONValue = ["current_password": .text(person.password), "code": .text(code)]
      return try await cast.clients.nobody.send(
        .post, "/v1/accounts/me/second-factor/removal", proof.sent,
        headers: ["Cookie": cookie, "Sec-Fetch-Site": "same-origin"])
    }
    #expect(
      try await remove(secret.another(at: clock.now)).complaints
        == ["/code second_factor_code_wrong"])
    #expect(try await remove(codes[0]).status == .created)
    #expect(try await cast.current(cookie).status == .unauthorized, "its sessions end")
    #expect(try await cast.signIn(person).status == .created)
    let path = "/v1/accounts/\(person.id)/second-factor-removal"
    _ = try await cast.world.secondFactor(of: person, at: clock.now)
    #expect(try await cast.signIn(person).code == "second_factor_required")
    #expect(try await cast.signIn(person, code: codes[1]).status == .unauthorized, "of before")
    #expect(try await cast.admin.post(path).status == .created)
    #expect(try await cast.signIn(person).status == .created)
  }
}

@Test func `the sign-in page asks for the code of a second factor`() async throws {
  try await playAtLeisure { cast, clock in
    let person = try await cast.world.person()
    let (secret, _) = try await cast.world.secondFactor(of: person, at: clock.now)
    clock.pass(30)
    let plain = try await cast.clients.nobody.get("/sign-in")
    #expect(!plain.text.contains(#"name="code""#))
    let asked = try await cast.enter(person, next: "/shortages")
    #expect(asked.status == .forbidden)
    #expect(asked.text.contains(#"name="code" type="text" autocomplete="one-time-code""#))
    let wrong = try await cast.enter(
      person, next: "/shortages", code: secret.another(at: clock.now))
    #expect(wrong.status == .unauthorized)
    #expect(wrong.text.contains(#"name="code""#))
    let entered = try await cast.enter(person, next: "/shortages", code: secret.code(at: clock.now))
    #expect(entered.status == .seeOther)
  }
}

@Test func `where second factors are demanded, a password alone opens nothing but the way to one`()
  async throws
{
  try await World.lend { world in
    var options = ServiceOptions()
    options.demandsSecondFactor = true
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let service = try Service(
      registry: world.registry, logger: logger, version: "test", options: options,
      clock: { world.now })
    try await Application(router: service.router(), logger: logger).test(.router) { client in
      let cast = try await Cast(world, Clients(client: client, world: world))
      let person = try await world.person()
      let bare = ["Cookie": try await cast.signIn(person).cookie, "Sec-Fetch-Site": "same-origin"]
      let nobody = cast.clients.nobody
      for path in ["/v1/requests", "/v1/tokens", "/v1/events"] {
        let shut = try await nobody.get(path, bare)
        #expect(shut.code == "second_factor_missing", "\(path)")
      }
      let page = try await nobody.get("/shortages", bare)
      #expect(page.header("Location") == "/account")
      for path in ["/account", "/v1/sessions", "/v1/sessions/current", "/reference"] {
        #expect(try await nobody.get(path, bare).status == .ok, "\(path)")
      }
      #expect(try await cast.coordinator.get("/v1/requests").status == .ok, "a machine's token")
      let (_, codes) = try await world.secondFactor(of: person)
      let full = ["Cookie": try await cast.signIn(person, code: codes[0]).cookie]
      #expect(try await nobody.get("/v1/requests", full).status == .ok)
      let elsewhere = try await world.registry.start(
        person.id, by: .oidc, instead: nil, at: world.now
      ) { _ in }
      let vouched = ["Cookie": "tamshy_session=\(elsewhere.text)"]
      #expect(try await nobody.get("/v1/requests", vouched).status == .ok)
    }
  }
}

extension Cast {
  /// Signs somebody in as a script would, with a code.
  func signIn(
    _ person: Person, changingTo new: String? = nil, code: String
  ) async throws -> TestResponse {
    var form: [String: JSONValue] = [
      "login": .text(person.login), "password": .text(person.password), "code": .text(code),
    ]
    if let new { form["new_password"] = .text(new) }
    return try await clients.nobody.send(.post, "/v1/sessions", JSONValue.object(form).sent)
  }
}
