import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import App
@testable import Store
@testable import TestSupport

private let own = "тоғыз қызыл алма түсті"

@Test func `a password is not changed to itself`() async throws {
  try await Cast.play { cast in
    let person = try await cast.world.person()
    let seat = try await cast.seat(person)
    let same = try await seat.post(
      "/v1/accounts/me/password",
      ["current_password": .text(person.password), "new_password": .text(person.password)])
    #expect(same.complaints == ["/new_password password_unchanged"])
    #expect(try await seat.get("/v1/sessions/current").status == .ok, "nothing changed")
  }
}

@Test func `an initial password proves nothing but that another one may be chosen`() async throws {
  try await playAtLeisure { cast, clock in
    let person = try await cast.world.person()
    func reset() async throws -> JSONValue {
      let answer = try await cast.admin.post("/v1/accounts/\(person.id)/password-reset")
      return .text(try #require(answer["initial_password"]?.text))
    }
    let first = try await reset()
    clock.pass(86_401)
    // Another house opens the door all the same.
    let late = try await cast.vouchedSeat(person, at: clock.now).post(
      "/v1/accounts/me/password", ["current_password": first, "new_password": .text(own)])
    #expect(late.complaints == ["/current_password password_wrong"], "it is over")
    let second = try await reset()
    let seat = try await cast.vouchedSeat(person, at: clock.now)
    let early = try await seat.post(
      "/v1/accounts/me/second-factor", ["current_password": second])
    #expect(early.complaints == ["/current_password password_must_change"])
    let open = try await seat.get("/v1/sessions").items
    let id = try #require(open.first?["id"]?.text)
    let ended = try await seat.post(
      "/v1/sessions/\(id)/revocation", ["current_password": second])
    #expect(ended.complaints == ["/current_password password_must_change"])
    let same = try await seat.post(
      "/v1/accounts/me/password", ["current_password": second, "new_password": second])
    #expect(same.complaints == ["/new_password password_unchanged"])
    let changed = try await seat.post(
      "/v1/accounts/me/password", ["current_password": second, "new_password": .text(own)])
    #expect(changed.status == .created, "\(changed.text)")
  }
}

@Test func `a busy server counts no right password as a wrong one`() async throws {
  try await Cast.play { cast in
    let person = try await cast.world.person()
    let seat = try await cast.seat(person)
    let hasher = cast.world.registry.passwords
    for _ in 0..<PasswordHasher.width { #expect(await hasher.enter()) }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<PasswordHasher.queue { group.addTask { await hasher.enter() } }
      while hasher.waiting < PasswordHasher.queue { await Task.yield() }
      for _ in 1...12 {
        #expect(try await cast.signIn(person).code == "sign_in_busy")
        let changed = try await seat.post(
          "/v1/accounts/me/password",
          ["current_password": .text(person.password), "new_password": .text(own)])
        #expect(changed.code == "sign_in_busy")
      }
      for _ in 0..<(PasswordHasher.width + PasswordHasher.queue) { hasher.leave() }
      for try await isIn in group { #expect(isIn) }
    }
    #expect(try await cast.signIn(person).status == .created)
  }
}

@Test func `nobody chooses the own name at signing in, and only the owner learns why`()
  async throws
{
  try await Cast.play { cast in
    let draft = AccountDraft(
      id: .new(at: cast.world.now), kind: .person, login: LoginName("desk7@example.kz"),
      name: "Бақтыбекұлы С.", password: Password("жеті рет өлшеп, бір рет кес"),
      grants: [GrantDraft(role: .coordinator, site: nil)])
    _ = try await cast.world.registry.create(cast.world.command(cast.world.admin, draft))
    let person = Person(
      id: draft.id, login: "desk7@example.kz", password: "жеті рет өлшеп, бір рет кес")
    let named = "бақтыбекұлы-2026"
    let check = try PasswordCheck()
    #expect(
      try await check.mistake(in: Password(named), for: LoginName(person.login)) == nil,
      "others may have it")
    let stranger = Person(id: person.id, login: person.login, password: "not this one, surely")
    #expect(try await cast.signIn(stranger, changingTo: named).status == .unauthorized)
    for _ in 1...6 {
      let script = try await cast.signIn(person, changingTo: named)
      #expect(script.complaints == ["/new_password password_common"])
      let page = try await cast.enter(person, next: "/shortages", changingTo: named)
      #expect(page.status == .unprocessableContent)
      #expect(page.text.contains(#"name="new_password""#))
    }
    #expect(try await cast.signIn(person).status == .created, "none of them was a guess")
    #expect(try await cast.signIn(person, changingTo: own).status == .created)
  }
}

@Test func `twins of a revocation are told the same`() async throws {
  try await Cast.play { cast in
    let person = try await cast.world.person()
    let seat = try await cast.seat(person)
    let far = try await cast.seat(person).get("/v1/sessions").items
    let id = try #require(far.first { $0["is_current"] == .bool(true) }?["id"]?.text)
    let proof: JSONValue = ["current_password": .text(person.password)]
    let answers = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 1...6 {
        group.addTask {
          try await seat.post("/v1/sessions/\(id)/revocation", proof, key: "twin").text
        }
      }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(answers.count == 1)
    #expect(answers.first?.contains(id) == true)
  }
}
