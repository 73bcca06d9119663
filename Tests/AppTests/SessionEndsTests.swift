import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import App
@testable import Store
@testable import TestSupport

@Test func `a person sees the open sessions and ends one, proving again who asks`() async throws {
  try await Cast.play { cast in
    let person = try await cast.world.person()
    let other = try await cast.world.person("other@example.kz")
    let here = try await cast.signIn(person).cookie
    let there = try await cast.signIn(person).cookie
    let strange = try await cast.signIn(other).cookie
    let nobody = cast.clients.nobody
    let headers = ["Cookie": here, "Sec-Fetch-Site": "same-origin"]
    let list = try await nobody.get("/v1/sessions", headers)
    #expect(list.items.count == 2)
    #expect(list.items.filter { $0["is_current"] == .bool(true) }.count == 1)
    #expect(list.items.allSatisfy { $0["method"] == "password" })
    #expect(!list.text.contains("tamshy_"), "their secrets are nowhere to be read")
    let far = try #require(list.items.first { $0["is_current"] == .bool(false) }?["id"]?.text)
    let path = "/v1/sessions/\(far)/revocation"
    func end(_ path: String, _ body: JSONValue) async throws -> TestResponse {
      try await nobody.send(.post, path, body.sent, headers: headers)
    }
    #expect(try await end(path, [:]).complaints == ["/current_password required"])
    #expect(
      try await end(path, ["current_password": "not this one"]).complaints
        == ["/current_password password_wrong"])
    #expect(try await cast.current(there).status == .ok)
    let proof: JSONValue = ["current_password": .text(person.password)]
    #expect(try await end(path, proof).status == .created)
    #expect(try await cast.current(there).status == .unauthorized)
    #expect(try await cast.current(here).status == .ok)
    #expect(try await end(path, proof).status == .notFound, "it is over")
    let others = try await nobody.get("/v1/sessions?account=\(other.id)", headers)
    #expect(others.items.isEmpty)
    let foreign = try await nobody.get("/v1/sessions", ["Cookie": strange]).items
    let id = try #require(foreign.first?["id"]?.text)
    #expect(try await end("/v1/sessions/\(id)/revocation", proof).status == .notFound)
    #expect(try await cast.current(strange).status == .ok)
  }
}

@Test func `guessing the password at the end of a session is throttled as at signing in`()
  async throws
{
  try await Cast.play { cast in
    let person = try await cast.world.person()
    let headers = [
      "Cookie": try await cast.signIn(person).cookie, "Sec-Fetch-Site": "same-origin",
    ]
    let list = try await cast.clients.nobody.get("/v1/sessions", headers)
    let id = try #require(list.items.first?["id"]?.text)
    func guess() async throws -> TestResponse {
      try await cast.clients.nobody.send(
        .post, "/v1/sessions/\(id)/revocation", #"{"current_password": "not this one"}"#,
        headers: headers)
    }
    for _ in 1...10 { #expect(try await guess().status == .unprocessableContent) }
    let throttled = try await guess()
    #expect(throttled.status == .tooManyRequests)
    #expect(throttled.header("Retry-After") == "30")
  }
}

@Test func `who has no password here ends a session soon after signing in`() async throws {
  try await World.lend { world in
    try await Client.lend(world, clock: { world.now }) { clients in
      let cast = try await Cast(world, clients)
      let draft = AccountDraft(
        id: .new(at: world.now), kind: .person, login: nil, name: "Айдос", password: nil,
        grants: [GrantDraft(role: .coordinator, site: nil)])
      _ = try await world.registry.create(world.command(world.admin, draft))
      func session(minutesAgo minutes: Double) async throws -> String {
        let token = try await world.registry.start(
          draft.id, by: .oidc, instead: nil, at: world.now - minutes * 60
        ) { _ in }
        return "tamshy_session=\(token.text)"
      }
      let (old, new) = (try await session(minutesAgo: 14.9), try await session(minutesAgo: 0))
      let list = try await clients.nobody.get("/v1/sessions", ["Cookie": new]).items
      let first = try #require(list.first { $0["is_current"] == .bool(false) }?["id"]?.text)
      let ended = try await clients.nobody.send(
        .post, "/v1/sessions/\(first)/revocation",
        headers: ["Cookie": new, "Sec-Fetch-Site": "same-origin"])
      #expect(ended.status == .created, "\(ended.text)")
      #expect(try await cast.current(old).status == .unauthorized)
      let token = try await world.registry.issueToken(
        world.command(
          Actor(account: draft.id, authority: Authority(role: .coordinator)),
          AccessTokenDraft(
            id: .new(at: world.now), account: draft.id, grant: nil, name: "Script",
            expiresAt: world.now + 60, presence: Presence(signedInAt: world.now))))
      let text = try #require(try JSONValue(json: Array(token.body.utf8))["token"]?.text)
      let own = try #require(list.first { $0["is_current"] == .bool(true) }?["id"]?.text)
      let refused = try await Client(client: cast.admin.client, token: text).post(
        "/v1/sessions/\(own)/revocation")
      #expect(refused.code == "sign_in_again", "a token proves nobody's presence")
    }
  }
}

@Test func `an administrator sees and ends the sessions of an account`() async throws {
  try await Cast.play { cast in
    let person = try await cast.world.person()
    let first = try await cast.signIn(person).cookie
    let second = try await cast.signIn(person).cookie
    let list = try await cast.admin.get("/v1/sessions?account=\(person.id)")
    #expect(list.items.count == 2)
    let id = try #require(list.items.first?["id"]?.text)
    #expect(try await cast.admin.post("/v1/sessions/\(id)/revocation").status == .created)
    let left = try await [first, second].asyncFilter { try await cast.current($0).status == .ok }
    #expect(left.count == 1)
    let all = try await cast.admin.post("/v1/accounts/\(person.id)/session-revocation")
    #expect(all.status == .created)
    for cookie in [first, second] {
      #expect(try await cast.current(cookie).status == .unauthorized)
    }
    #expect(try await cast.signIn(person).status == .created, "the account itself is well")
  }
}

extension Sequence {
  fileprivate func asyncFilter(_ holds: (Element) async throws -> Bool) async throws -> [Element] {
    var kept: [Element] = []
    for element in self where try await holds(element) { kept.append(element) }
    return kept
  }
}
