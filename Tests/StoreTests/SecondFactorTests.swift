import Domain
import Foundation
import Testing

@testable import Store
@testable import TestSupport

@Test(arguments: [
  (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"),
  (2_000_000_000, "279037"), (20_000_000_000, "353130"),
])
func `a one-time code is that of RFC 6238`(second: Int, code: String) {
  let secret = OneTimeSecret(bytes: Data("12345678901234567890".utf8))
  #expect(secret.code(in: second / 30) == code)
}

@Test func `the secret of a second factor is sealed for one account, and its codes are hashed`()
  async throws
{
  try await World.lend { world in
    let person = try await world.person()
    let other = try await world.person("other@example.kz")
    let actor = Actor(account: person.id, authority: Authority(role: .coordinator))
    let session = try await world.session(of: person)
    let made = try await world.registry.makeSecondFactor(
      world.command(actor, SecondFactorStep(current: Password(person.password), in: session)))
    let kept = try await world.books(
      "select secret, last_period, made_at, confirmed_at from second_factors", as: SecondFactor.self
    )
    let factor = try #require(kept.first)
    let keys = Keychain(try World.keys)
    let secret = try factor.opened(of: person.id, with: keys)
    #expect(made.body.contains(secret.text))
    #expect(secret.bytes.count == 20)
    #expect(throws: SealFailure.self) { try factor.opened(of: other.id, with: keys) }
    let code = secret.code(in: Int(world.now.timeIntervalSince1970) / 30)
    let confirmed = try await world.registry.confirmSecondFactor(
      world.command(actor, SecondFactorStep(code: SecondFactorCode(code), in: session)))
    for table in ["answers", "events", "recovery_codes", "second_factors"] {
      let rows = try await world.books("select t::text from \(table) t", as: String.self)
      #expect(!rows.isEmpty, "\(table)")
      #expect(!rows.joined().contains(secret.text), "\(table)")
      let sheet = confirmed.body.matches(of: /([0-9a-z]{5}-){4}[0-9a-z]{5}/).map(\.output.0)
      #expect(sheet.count == 8)
      #expect(!sheet.contains { rows.joined().contains($0) }, "\(table)")
    }
  }
}

@Test func `keys change under a second factor, and the old ones can go`() async throws {
  try await World.lend { world in
    let person = try await world.person()
    let actor = Actor(account: person.id, authority: Authority(role: .coordinator))
    let session = try await world.session(of: person)
    _ = try await world.registry.makeSecondFactor(
      world.command(actor, SecondFactorStep(current: Password(person.password), in: session)))
    let ring = try World.keys
    let newer = try KeyRing(
      text: """
        seal 2 YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=
        seal 1 MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=
        lookup 1 ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=
        """)
    let kept = { () async throws -> SecondFactor in
      let rows = try await world.books(
        "select secret, last_period, made_at, confirmed_at from second_factors",
        as: SecondFactor.self)
      return try #require(rows.first)
    }
    let before = try await kept().opened(of: person.id, with: Keychain(ring))
    #expect(
      try await world.registry.keyUses().contains {
        $0.kind == "second_factors" && $0.number == 1 && $0.values == 1
      })
    var cursor = RotationCursor()
    while !cursor.isDone { cursor = try await world.registry.rotate(from: cursor, with: newer) }
    #expect(try await kept().opened(of: person.id, with: Keychain(newer)).bytes == before.bytes)
    #expect(
      try await !world.registry.keyUses().contains {
        $0.kind == "second_factors" && $0.number == 1
      })
  }
}

@Test func `every sign-in is in the audit with its proofs`() async throws {
  try await World.lend { world in
    let person = try await world.person()
    let actor = Actor(account: person.id, authority: Authority(role: .coordinator))
    let session = try await world.session(of: person)
    let made = try await world.registry.makeSecondFactor(
      world.command(actor, SecondFactorStep(current: Password(person.password), in: session)))
    #expect(!made.replayed)
    let kept = try await world.books(
      "select secret, last_period, made_at, confirmed_at from second_factors", as: SecondFactor.self
    )
    let secret = try #require(kept.first).opened(of: person.id, with: Keychain(try World.keys))
    let period = Int(world.now.timeIntervalSince1970) / 30
    let confirmed = try await world.registry.confirmSecondFactor(
      world.command(
        actor, SecondFactorStep(code: SecondFactorCode(secret.code(in: period)), in: session)))
    let sheet = confirmed.body.matches(of: /([0-9a-z]{5}-){4}[0-9a-z]{5}/).map(\.output.0)
    for code in [secret.code(in: period + 1), String(sheet[0])] {
      _ = try await world.registry.signIn(
        SignInAttempt(
          login: LoginName(person.login), password: Password(person.password),
          code: SecondFactorCode(code)), at: world.now + 30)
    }
    _ = await #expect(throws: SignInRefused.self) {
      try await world.registry.signIn(
        SignInAttempt(
          login: LoginName(person.login), password: Password(person.password),
          code: SecondFactorCode(String(sheet[0]))), at: world.now + 30)
    }
    _ = try await world.registry.start(person.id, by: .oidc, instead: nil, at: world.now) {
      _ in
    }
    let told = try await world.books(
      """
      select kind || ' ' || coalesce(detail->>'method', '') || ' ' || coalesce(detail->>'factor', '')
      from events where kind like 'session.%' order by id
      """, as: String.self)
    #expect(
      told == [
        "session.started password none", "session.started password one_time_code",
        "session.started password recovery_code", "session.refused  ", "session.started oidc ",
      ])
  }
}
