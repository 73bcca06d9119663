import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import App
@testable import Store
@testable import TestSupport

@Test func `a second factor raises the session that confirmed it, and ends every other`()
  async throws
{
  var options = ServiceOptions()
  options.demandsSecondFactor = true
  try await playAtLeisure(options: options) { cast, clock in
    let person = try await cast.world.person()
    let (here, there) = (try await cast.seat(person), try await cast.seat(person))
    #expect(try await there.get("/v1/requests").code == "second_factor_missing")
    let (_, confirmed) = try await here.enrol(person, at: clock.now)
    #expect(confirmed.status == .created, "\(confirmed.text)")
    #expect(try await here.get("/v1/requests").status == .ok)
    #expect(try await there.get("/v1/requests").code == "unauthenticated")
  }
}

@Test func `a session of a password alone stays one, whatever its owner has since`() async throws {
  var options = ServiceOptions()
  options.demandsSecondFactor = true
  try await playAtLeisure(options: options) { cast, clock in
    let person = try await cast.world.person()
    let seat = try await cast.seat(person)
    // As if it had begun in the moment of the confirmation.
    try await cast.world.asOwner(
      """
      insert into second_factors (account_id, secret, made_at, confirmed_at)
      values ('\(person.id)', '', now(), now())
      """)
    #expect(try await seat.get("/v1/requests").code == "second_factor_missing")
  }
}

@Test func `a token changes nothing of how its owner signs in`() async throws {
  try await playAtLeisure { cast, clock in
    let person = try await cast.world.person()
    let token = try await cast.world.registry.createToken(
      TokenDraft(
        role: .coordinator, site: nil, name: "Script", account: person.id, kind: .person),
      at: clock.now)
    let script = Client(client: cast.admin.client, token: token.text)
    let (proof, own) = (JSONValue.text(person.password), JSONValue.text("тоғыз қызыл алма түсті"))
    for (step, body) in [
      ("second-factor", ["current_password": proof]),
      ("second-factor/confirmation", ["code": "123456"]),
      ("second-factor/removal", ["current_password": proof, "code": "123456"]),
      ("password", ["current_password": proof, "new_password": own]),
    ] as [(String, JSONValue)] {
      let refused = try await script.post("/v1/accounts/me/\(step)", body.sent)
      #expect(refused.status == .conflict, "\(step)")
      #expect(refused.code == "session_required", "\(step)")
    }
  }
}

@Test func `right passwords between guesses of a code do not make them uncounted`() async throws {
  try await playAtLeisure { cast, clock in
    let person = try await cast.world.person()
    let (secret, _) = try await cast.world.secondFactor(of: person, at: clock.now)
    clock.pass(60)
    let seat = Seat(
      cast: cast, cookie: try await cast.signIn(person, code: secret.code(at: clock.now)).cookie)
    let proof = JSONValue.text(person.password)
    var wrong = 0
    for _ in 1...40 {
      let guess = try await seat.post(
        "/v1/accounts/me/second-factor/removal",
        ["current_password": proof, "code": .text(secret.another(at: clock.now))])
      if guess.status == .unprocessableContent { wrong += 1 }
      _ = try await cast.vouchedSeat(person, at: clock.now)
      let open = try await seat.get("/v1/sessions").items
      let other = open.first { $0["is_current"] == .bool(false) }?["id"]?.text ?? ""
      _ = try await seat.post("/v1/sessions/\(other)/revocation", ["current_password": proof])
    }
    #expect(wrong <= 10)
  }
}

@Test func `a factor that was removed does not come back without the password`() async throws {
  try await playAtLeisure { cast, clock in
    let person = try await cast.world.person()
    let (secret, confirmed) = try await cast.seat(person).enrol(person, at: clock.now)
    clock.pass(30)
    let seat = Seat(
      cast: cast, cookie: try await cast.signIn(person, code: secret.code(at: clock.now)).cookie)
    let code = try #require(confirmed["recovery_codes"]?[0]?.text)
    let removed = try await seat.post(
      "/v1/accounts/me/second-factor/removal",
      ["current_password": .text(person.password), "code": .text(code)])
    #expect(removed.status == .created, "\(removed.text)")
    #expect(try await cast.world.count("second_factors") == 0)
    clock.pass(30)
    let again = try await cast.seat(person).post(
      "/v1/accounts/me/second-factor/confirmation", ["code": .text(secret.code(at: clock.now))])
    #expect(again.code == "second_factor_not_made")
    #expect(try await cast.signIn(person).status == .created)
  }
}

@Test(arguments: [(14.0, true), (16, false)])
func `a secret is confirmed within a quarter of an hour`(
  minutes: Double, isTaken: Bool
)
  async throws
{
  try await playAtLeisure { cast, clock in
    let person = try await cast.world.person()
    let seat = try await cast.seat(person)
    let made = try await seat.post(
      "/v1/accounts/me/second-factor", ["current_password": .text(person.password)])
    let secret = OneTimeSecret(base32: try #require(made["secret"]?.text))
    clock.pass(600)
    #expect(try await seat.get("/v1/sessions/current").status == .ok)
    clock.pass((minutes - 10) * 60)
    let late = try await seat.post(
      "/v1/accounts/me/second-factor/confirmation", ["code": .text(secret.code(at: clock.now))])
    #expect(late.status == (isTaken ? .created : .conflict), "\(late.text)")
    if !isTaken { #expect(late.code == "second_factor_not_made") }
  }
}

@Test func `a secret is told once, and its replay needs no password`() async throws {
  try await playAtLeisure { cast, clock in
    let person = try await cast.world.person()
    let seat = try await cast.seat(person)
    func make(_ password: String, _ key: String) async throws -> TestResponse {
      try await seat.post(
        "/v1/accounts/me/second-factor", ["current_password": .text(password)], key: key)
    }
    let made = try await make(person.password, "made")
    let again = try await make("of another day", "made")
    #expect(again.status == .created, "\(again.text)")
    #expect(again["secret"] == .null)
    let secret = OneTimeSecret(base32: try #require(made["secret"]?.text))
    _ = try await seat.post(
      "/v1/accounts/me/second-factor/confirmation", ["code": .text(secret.code(at: clock.now))])
    for step in 1...12 {
      let refused = try await make(person.password, "key \(step)")
      #expect(refused.code == "second_factor_already_confirmed", "the password is right")
    }
    let guess = try await make("not this one", "wrong")
    #expect(guess.complaints == ["/current_password password_wrong"])
  }
}

@Test func `removing what is not there counts no right password as a guess`() async throws {
  try await playAtLeisure { cast, clock in
    let person = try await cast.world.person()
    let seat = try await cast.seat(person)
    for _ in 1...12 {
      let nothing = try await seat.post(
        "/v1/accounts/me/second-factor/removal",
        ["current_password": .text(person.password), "code": "123456"])
      #expect(nothing.code == "second_factor_not_made")
      let nobody = try await seat.post(
        "/v1/accounts/me/second-factor/confirmation", ["code": "123456"])
      #expect(nobody.code == "second_factor_not_made")
    }
    #expect(try await cast.signIn(person).status == .created)
  }
}
