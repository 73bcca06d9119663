import Domain
import Foundation
import Testing

@testable import Store
@testable import TestSupport

@Test(arguments: ["confirmation", "removal"])
func `whoever changes a second factor takes the account first, as a sign-in does`(
  step: String
)
  async throws
{
  try await World.lend { world in
    let person = try await world.person()
    let actor = Actor(account: person.id, authority: Authority(role: .coordinator))
    let session = try await world.session(of: person)
    let secret = try await world.secret(of: person, in: session)
    func code(_ ahead: Int) -> SecondFactorCode? {
      SecondFactorCode(secret.code(in: Int(world.now.timeIntervalSince1970) / 30 + ahead))
    }
    let confirmation = world.command(actor, SecondFactorStep(code: code(0), in: session))
    let removal = world.command(
      actor, at: world.now + 30,
      SecondFactorStep(current: Password(person.password), code: code(1), in: session))
    if step == "removal" { _ = try await world.registry.confirmSecondFactor(confirmation) }
    // Who held the factor while he waits for the account would be in the way of `then`.
    _ = try await world.whileOwner(
      "select from accounts where id = '\(person.id)' for update",
      then: "select from second_factors where account_id = '\(person.id)' for update nowait"
    ) {
      try await step == "removal"
        ? world.registry.removeSecondFactor(removal)
        : world.registry.confirmSecondFactor(confirmation)
    }
    let left = try await world.tally("second_factors where confirmed_at is not null")
    #expect(left == (step == "removal" ? 0 : 1))
  }
}

@Test func `a sign-in of the moment in which a second factor is confirmed does not outlast it`()
  async throws
{
  try await World.lend { world in
    let person = try await world.person()
    let actor = Actor(account: person.id, authority: Authority(role: .coordinator))
    let session = try await world.session(of: person)
    let secret = try await world.secret(of: person, in: session)
    let code = SecondFactorCode(secret.code(in: Int(world.now.timeIntervalSince1970) / 30))
    let token = Token.random()
    let digest = token.digest.map { String(format: "%02x", $0) }.joined()
    // What a sign-in does that asked for no code, and has not committed.
    _ = try await world.whileOwner(
      """
      select from accounts where id = '\(person.id)' for update;
      insert into sessions (id, account_id, digest, method, factor, started_at, seen_at, expires_at)
      values (gen_random_uuid(), '\(person.id)', '\\x\(digest)', 'password',
        'none', now(), now(), 'infinity')
      """
    ) {
      try await world.registry.confirmSecondFactor(
        world.command(actor, SecondFactorStep(code: code, in: session)))
    }
    #expect(try await world.registry.caller(ofSession: token, at: world.now) == nil)
    #expect(
      try await world.tally("sessions where ended_at is null and factor = 'one_time_code'") == 1)
  }
}

extension World {
  /// What somebody's telephone was told; no code of it was confirmed.
  fileprivate func secret(
    of person: Person, in session: ID<SessionRecord>?
  ) async throws -> OneTimeSecret {
    let actor = Actor(account: person.id, authority: Authority(role: .coordinator))
    _ = try await registry.makeSecondFactor(
      command(actor, SecondFactorStep(current: Password(person.password), in: session)))
    let kept = try await books(
      "select secret, last_period, made_at, confirmed_at from second_factors", as: SecondFactor.self
    )
    guard let factor = kept.first else { throw NotFound("second_factor") }
    return try factor.opened(of: person.id, with: Keychain(try World.keys))
  }
}
