import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import App
@testable import Store
@testable import TestSupport

@Test func `a reader of pages chooses the grant that they use first, and nobody does it for him`()
  async throws
{
  try await Cast.play { cast in
    let centre = cast.world.centre.id
    let person = try await cast.world.person(
      "two@example.kz",
      [GrantDraft(role: .coordinator, site: nil), GrantDraft(role: .coordinator, site: centre)])
    let stranger = try await cast.world.person("other@example.kz")
    let signed = try await cast.signIn(person)
    let ids = signed["grants"]?.elements.compactMap { $0["id"]?.text } ?? []
    let nobody = cast.clients.nobody
    let headers = [
      "Cookie": signed.cookie, "Sec-Fetch-Site": "same-origin", "Content-Type": Cast.form,
      "Accept": "text/html",
    ]
    func chosen() async throws -> String? {
      let page = try await nobody.get("/shortages", headers).text
      return page.firstMatch(of: /<option value="([^"]+)" selected>/).map { String($0.1) }
    }
    #expect(try await chosen() == ids[0])
    let page = try await nobody.get("/shortages", headers).text
    let proof = try #require(page.firstMatch(of: /name="proof" value="([^"]+)"/)).1
    func choose(_ grant: String, _ proof: some StringProtocol) async throws -> TestResponse {
      try await nobody.send(
        .post, "/acting-grant", "grant=\(grant)&proof=\(proof)", headers: headers)
    }
    #expect(try await choose(ids[1], "guessed").status == .forbidden)
    #expect(try await chosen() == ids[0])
    let other = try await cast.world.registry.account(stranger.id).grants[0].id
    #expect(try await choose(other.description, proof).status == .notFound)
    #expect(try await choose(ids[1], proof).status == .seeOther)
    #expect(try await chosen() == ids[1])
    // Bound to the centre he sees its region alone.
    let far = try await nobody.get("/v1/shortages?region=KZ-75", ["Cookie": signed.cookie])
    #expect(far.status == .notFound)
    let token = try await cast.coordinator.send(
      .post, "/acting-grant", "grant=\(ids[0])&proof=", headers: ["Content-Type": Cast.form])
    #expect(token.status == .notFound, "a token has no session")
  }
}

@Test func `when passwords cannot be compared any more, who signs in is asked to come back`()
  async throws
{
  try await Cast.play { cast in
    let person = try await cast.world.person()
    let hasher = cast.world.registry.passwords
    for _ in 0..<PasswordHasher.width { #expect(await hasher.enter()) }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<PasswordHasher.queue { group.addTask { await hasher.enter() } }
      while hasher.waiting < PasswordHasher.queue { await Task.yield() }
      let busy = try await cast.signIn(person)
      #expect(busy.status == .serviceUnavailable)
      #expect(busy.code == "sign_in_busy")
      #expect(busy.header("Retry-After") == "2")
      #expect(try await cast.admin.get("/v1/sites").status == .ok, "others work on")
      for _ in 0..<(PasswordHasher.width + PasswordHasher.queue) { hasher.leave() }
      for try await isIn in group { #expect(isIn) }
    }
    #expect(try await cast.signIn(person).status == .created)
  }
}

@Test(arguments: ["ЖЕТІ РЕТ ӨЛШЕП, БІР РЕТ КЕС", "жеті рет өлшеп, бір рет кес ", "жеті рет өлшеп"])
func `a password counts to its last letter, in its case`(almost: String) async throws {
  try await Cast.play { cast in
    let person = try await cast.world.person()
    let wrong = Person(id: person.id, login: person.login, password: almost)
    #expect(try await cast.signIn(wrong).status == .unauthorized)
    #expect(try await cast.signIn(person).status == .created)
  }
}
