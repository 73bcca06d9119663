import Domain
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Store
import Testing

@testable import App
@testable import TestSupport

@Test func `where second factors are demanded, a password alone shows and ends no other's session`()
  async throws
{
  try await World.lend { world in
    var options = ServiceOptions()
    options.demandsSecondFactor = true
    try await Client.lend(world, clock: { world.now }, options: options) { clients in
      let cast = try await Cast(world, clients)
      let person = try await world.person()
      _ = try await cast.signIn(person)
      let boss = try await world.person(
        "boss@example.kz", [GrantDraft(role: .admin, site: nil)])
      var half = clients.nobody
      half.cookie = try await cast.signIn(boss).cookie
      let own = try await half.get("/v1/sessions")
      #expect(own.items.map { $0["account_id"]?.text } == [boss.id.description])
      #expect(try await half.get("/v1/sessions?account=\(person.id)").items.isEmpty)
      let hers = try await cast.admin.get("/v1/sessions?account=\(person.id)").items
      let id = try #require(hers.first?["id"]?.text)
      let ended = try await half.post("/v1/sessions/\(id)/revocation")
      #expect(ended.code == "session_not_found")
      #expect(try await cast.admin.get("/v1/sessions?account=\(person.id)").items == hers)
    }
  }
}

@Test func `the operations that a password alone opens are named one by one`() {
  let open = Routes.all.filter { $0.isOpenToOneFactor && $0.access != .anyone }
  #expect(
    Set(open.map { "\($0.method) \($0.path)" }) == [
      "POST /account/password", "POST /account/session-revocation", "POST /account/second-factor",
      "POST /account/second-factor/confirmation", "POST /account/second-factor/removal",
      "POST /v1/accounts/me/password", "POST /v1/accounts/me/second-factor",
      "POST /v1/accounts/me/second-factor/confirmation",
      "POST /v1/accounts/me/second-factor/removal", "GET /v1/sessions", "GET /v1/sessions/current",
      "DELETE /v1/sessions/current", "POST /v1/sessions/{session}/revocation",
    ])
}

@Test func `who signs in on the page leaves no session of before open`() async throws {
  try await Cast.play { cast in
    let person = try await cast.world.person()
    let before = try await cast.signIn(person).cookie
    #expect(try await cast.current(before).status == .ok)
    let form =
      "login=aigul%40example.kz&password="
      + (person.password.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")
    let entered = try await cast.clients.nobody.send(
      .post, "/sign-in", form,
      headers: [
        "Content-Type": Cast.form, "Cookie": before, "Sec-Fetch-Site": "same-origin",
      ])
    #expect(entered.status == .seeOther, "\(entered.text)")
    #expect(try await cast.current(before).status == .unauthorized)
    #expect(try await cast.current(entered.cookie).status == .ok)
  }
}
