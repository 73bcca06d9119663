import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Store
import Synchronization
import Testing

@testable import App
@testable import TestSupport

@Test func `who makes a token proves again who asks`() async throws {
  try await Cast.play { cast in
    let person = try await cast.world.person()
    var desk = cast.clients.nobody
    desk.cookie = try await cast.signIn(person).cookie
    func make(_ password: String?) async throws -> TestResponse {
      let proof = password.map { #", "current_password": "\#($0)""# } ?? ""
      return try await desk.post("/v1/tokens", #"{"name": "Script"\#(proof)}"#)
    }
    #expect(try await make(nil).complaints == ["/current_password required"])
    #expect(try await make("not this one").complaints == ["/current_password password_wrong"])
    #expect(try await cast.world.registry.tokens(of: person.id).isEmpty)
    let made = try await make(person.password)
    #expect(made.status == .created && made["token"]?.text != nil, "\(made.text)")
    #expect(!made.text.contains(person.password))
  }
}

@Test func `guessing the password at a new token is throttled as at signing in`() async throws {
  try await Cast.play { cast in
    var desk = cast.clients.nobody
    desk.cookie = try await cast.signIn(try await cast.world.person()).cookie
    let body = #"{"name": "Script", "current_password": "not this one"}"#
    for _ in 1...10 {
      #expect(try await desk.post("/v1/tokens", body).status == .unprocessableContent)
    }
    let throttled = try await desk.post("/v1/tokens", body)
    #expect(throttled.status == .tooManyRequests && throttled.header("Retry-After") == "30")
  }
}

@Test func `who has no password here makes a token soon after signing in`() async throws {
  try await World.lend { world in
    let clock = Mutex(world.now)
    try await Client.lend(world, clock: { clock.withLock { $0 } }) { clients in
      let desk = try await clients.signedIn(.coordinator)
      let body = #"{"name": "Script"}"#
      let made = try await desk.post("/v1/tokens", body)
      #expect(made.status == .created, "\(made.text)")
      for _ in 1...2 {
        clock.withLock { $0 += 8 * 60 }
        #expect(try await desk.get("/v1/sessions/current").status == .ok)
      }
      #expect(try await desk.post("/v1/tokens", body).code == "sign_in_again")
      let text = try #require(made["token"]?.text)
      let copy = try await Client(client: desk.client, token: text).post("/v1/tokens", body)
      #expect(copy.code == "token_needs_session")
    }
  }
}

@Test func `a person's administrator token makes no other token`() async throws {
  try await Cast.play { cast in
    let machine = try await cast.machine()
    let draft = TokenDraft(
      role: .admin, site: nil, name: "Boss", account: .new(at: cast.world.now), kind: .person)
    let token = try await cast.world.registry.createToken(draft, at: cast.world.now)
    let answer = try await Client(client: cast.admin.client, token: token.text).post(
      "/v1/tokens", #"{"account_id": "\#(machine)", "name": "Export"}"#)
    #expect(answer.code == "token_needs_session")
  }
}

@Test(arguments: ["password-reset", "second-factor-removal", "session-revocation"])
func `what an administrator ends for a person ends the person's tokens`(step: String) async throws {
  try await Cast.play { cast in
    let person = try await cast.world.person()
    let other = try await cast.world.person("other@example.kz")
    var texts: [String] = []
    for owner in [person, other] {
      var desk = cast.clients.nobody
      desk.cookie = try await cast.signIn(owner).cookie
      let made = try await desk.post(
        "/v1/tokens", #"{"name": "Script", "current_password": "\#(owner.password)"}"#)
      texts.append(try #require(made["token"]?.text))
    }
    func call(_ text: String) async throws -> HTTPResponse.Status {
      try await Client(client: cast.admin.client, token: text).get("/v1/requests").status
    }
    #expect(try await call(texts[0]) == .ok)
    if step == "second-factor-removal" { _ = try await cast.world.secondFactor(of: person) }
    let done = try await cast.admin.post("/v1/accounts/\(person.id)/\(step)")
    #expect(done.status == .created, "\(done.text)")
    #expect(try await call(texts[0]) == .unauthorized)
    #expect(try await call(texts[1]) == .ok, "another's stays")
    let tokens = try await cast.world.registry.tokens(of: person.id)
    #expect(tokens.allSatisfy { $0.revokedAt != nil } && tokens.count == 1)
  }
}

@Test func `the tokens of a machine outlive its administrator's calls`() async throws {
  try await Cast.play { cast in
    let machine = try await cast.machine()
    _ = try await cast.admin.post(
      "/v1/tokens", #"{"account_id": "\#(machine)", "name": "Export"}"#)
    let ended = try await cast.admin.post("/v1/accounts/\(machine)/session-revocation")
    #expect(ended.status == .created)
    #expect(try await cast.world.registry.tokens(of: machine).map(\.revokedAt) == [nil])
  }
}

@Test func `no token lives longer than a year with a person, or five with a machine`()
  async throws
{
  try await Cast.play { cast in
    let machine = try await cast.machine()
    let desk = try await cast.clients.signedIn(.coordinator)
    for (client, owner, days) in [(desk, nil, 365), (cast.admin, machine, 5 * 365)]
      as [(Client, ID<Account>?, Double)]
    {
      func make(_ end: Date) async throws -> TestResponse {
        var body: [String: JSONValue] = [
          "name": "Export", "expires_at": .text(Instant.format(end)),
        ]
        if let owner { body["account_id"] = .text(owner.description) }
        return try await client.post("/v1/tokens", JSONValue.object(body).sent)
      }
      let last = cast.world.now + days * 86_400
      #expect(try await make(last).status == .created)
      #expect(try await make(last + 1).complaints == ["/expires_at expiry_too_far"])
    }
  }
}

extension Registry {
  /// Every token of an account.
  fileprivate func tokens(of account: ID<Account>) async throws -> [AccessToken] {
    try await tokens(of: account, page: Page(limit: 100), for: .commandLine)
  }
}
