import Domain
import Foundation
import Store
import TestSupport
import Testing

@Test func `a password is kept only as argon2id, and a forgotten try leaves no name`() async throws
{
  try await World.lend { world in
    let person = try await world.person()
    let kept = try await world.books(
      "select password from accounts where login is not null", as: String.self)
    #expect(kept.allSatisfy { $0.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$") })
    _ = await #expect(throws: SignInRefused.self) {
      try await world.signIn(Person(id: person.id, login: "my secret word", password: "x"))
    }
    #expect(try await world.tally("events where kind = 'session.refused'") == 1)
    #expect(try await world.tally("events where detail::text like '%secret%'") == 0)
    #expect(try await world.tally("throttles where subject like '%secret%'") == 0)
  }
}

@Test func `who has no account is told so no sooner than who has one`() async throws {
  try await World.lend { world in
    let person = try await world.person()
    let disabled = try await world.person("gone@example.kz")
    _ = try await world.registry.disable(world.command(world.admin, disabled.id))
    for login in [person.login, "nobody@example.kz", disabled.login] {
      let before = world.registry.passwords.computed
      _ = await #expect(throws: SignInRefused.self, "\(login)") {
        try await world.signIn(Person(id: person.id, login: login, password: "a wrong password"))
      }
      #expect(world.registry.passwords.computed == before + 1, "\(login)")
    }
  }
}

@Test func `a password that an operator sets as initial only lets another one be chosen`()
  async throws
{
  try await World.lend { world in
    let person = try await world.person()
    let change = AccountChange(person.id, Password("a word for the first day"))
    _ = try await world.registry.setPassword(world.command(world.admin, change), isInitial: true)
    let known = Person(id: person.id, login: person.login, password: "a word for the first day")
    _ = await #expect(throws: PasswordMustChange.self) { try await world.signIn(known) }
    let late = world.later(days: 1.01)
    _ = await #expect(throws: SignInRefused.self) { try await late.signIn(known) }
    _ = try await world.registry.setPassword(world.command(world.admin, change))
    _ = try await world.signIn(known)
  }
}

@Test func `two servers count wrong tries together, by name and by address`() async throws {
  try await World.lend { world in
    let person = try await world.person()
    try await world.lendServer { other in
      for index in 0..<10 {
        let registry = index % 2 == 0 ? world.registry : other
        _ = await #expect(throws: SignInRefused.self) {
          try await registry.signIn(
            SignInAttempt(
              login: LoginName("guess\(index)@example.kz"), password: Password("wrong password"),
              address: "192.0.2.7"), at: world.now)
        }
      }
      for registry in [world.registry, other] {
        _ = await #expect(throws: Throttled(seconds: 30)) {
          try await registry.signIn(
            SignInAttempt(
              login: LoginName(person.login), password: Password(person.password),
              address: "192.0.2.7"), at: world.now)
        }
      }
      let elsewhere = try await other.signIn(
        SignInAttempt(
          login: LoginName(person.login), password: Password(person.password),
          address: "192.0.2.8"), at: world.now)
      #expect(try await world.registry.caller(ofSession: elsewhere, at: world.now) != nil)
    }
  }
}

@Test func `guesses that come at once are counted as well`() async throws {
  try await World.lend { world in
    let person = try await world.person()
    let outcomes = try await concurrently(0..<30) { _ in
      do {
        _ = try await world.signIn(person, password: "a wrong password")
        return "in"
      } catch is SignInRefused {
        return "refused"
      } catch is Throttled {
        return "throttled"
      }
    }
    #expect(outcomes.filter { $0 == "refused" }.count == 10)
    #expect(outcomes.filter { $0 == "throttled" }.count == 20)
  }
}

@Test func `a right password forgets the wrong ones before it`() async throws {
  try await World.lend { world in
    let person = try await world.person()
    for _ in 1...2 {
      for _ in 1...9 {
        _ = await #expect(throws: SignInRefused.self) {
          try await world.signIn(person, password: "a wrong password")
        }
      }
      _ = try await world.signIn(person)
    }
  }
}

@Test func `a name is free again once its account is disabled`() async throws {
  try await World.lend { world in
    let first = try await world.person()
    await #expect(throws: AccountRefusal.loginTaken) { try await world.person() }
    let session = try await world.signIn(first)
    _ = try await world.registry.disable(world.command(world.admin, first.id))
    #expect(try await world.registry.caller(ofSession: session, at: world.now) == nil)
    let second = try await world.person()
    #expect(second.id != first.id)
    _ = try await world.signIn(second)
  }
}

@Test func `a token ends with its hour, its grant and its account`() async throws {
  try await World.lend { world in
    let registry = world.registry
    func token(_ role: Role, lifetime: TimeInterval = 3600) async throws -> (Token, ID<Account>) {
      let draft = TokenDraft(
        role: role, site: nil, name: "machine", account: .new(at: world.now), lifetime: lifetime)
      return (try await registry.createToken(draft, at: world.now), draft.account)
    }
    let (brief, _) = try await token(.auditor, lifetime: 60)
    #expect(try await registry.caller(of: brief, at: world.now + 59) != nil)
    #expect(try await registry.caller(of: brief, at: world.now + 61) == nil)
    let (revoked, holder) = try await token(.auditor)
    let grant = try await registry.account(holder).grants[0].id
    _ = try await registry.revokeGrant(world.command(world.admin, grant))
    #expect(try await registry.caller(of: revoked, at: world.now) == nil)
    let (orphan, owner) = try await token(.auditor)
    _ = try await registry.disable(world.command(world.admin, owner))
    #expect(try await registry.caller(of: orphan, at: world.now) == nil)
  }
}

@Test func `a hash of older parameters is made anew when its owner signs in, and only then`()
  async throws
{
  try await World.lend { world in
    let person = try await world.person()
    // The same password under the cost of yesterday: 8 KiB, one pass.
    let old =
      "$argon2id$v=19$m=8,t=1,p=1"
      + "$MDEyMzQ1Njc4OWFiY2RlZg$DqLwPKVD+b0JCDDdRosjtG9FKdiKMi/cXB1gIuKhJds"
    try await world.rewrite("update accounts set password = '\(old)' where id = '\(person.id)'")
    func kept() async throws -> String {
      try await world.books(
        "select password from accounts where id = '\(person.id)'", as: String.self)[0]
    }
    _ = await #expect(throws: SignInRefused.self) {
      try await world.signIn(person, password: "a wrong password")
    }
    #expect(try await kept() == old)
    _ = try await world.signIn(person)
    let renewed = try await kept()
    #expect(renewed.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
    _ = try await world.signIn(person)
    #expect(try await kept() == renewed, "what is of today stays")
  }
}

@Test func `a session that begins while the link goes away does not begin`() async throws {
  try await World.lend { world in
    let person = try await world.person()
    let link = OpenIDSubject(issuer: "https://login.example.kz", subject: "8f7d3c52")
    _ = try await world.registry.link(
      world.command(world.admin, AccountChange(person.id, link)))
    await #expect(throws: SubjectUnknown.self) {
      try await world.whileOwner(
        "update accounts set issuer = null, subject = null where id = '\(person.id)'"
      ) { try await world.registry.signIn(as: link, instead: nil, at: world.now) }
    }
    #expect(try await world.tally("sessions") == 0)
  }
}
