import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Store
import Testing

@testable import App
@testable import TestSupport

/// Somebody at an issuer whom an administrator may be himself.
private let stranger: JSONValue = ["issuer": "https://login.example.kz", "subject": "8f7d3c52"]

@Test func `a new link ends the sessions of the account, also the first one`() async throws {
  try await Cast.play { cast in
    let person = try await cast.world.person()
    let cookie = try await cast.signIn(person).cookie
    let path = "/v1/accounts/\(person.id)/link"
    #expect(try await cast.admin.post(path, stranger.sent).status == .created)
    #expect(try await cast.current(cookie).status == .unauthorized)
    let again = try await cast.signIn(person).cookie
    #expect(try await cast.admin.post(path, stranger.sent).status == .created)
    #expect(try await cast.current(again).status == .ok, "nothing new")
  }
}

@Test func `no administrator links or widens the own account`() async throws {
  try await Cast.play { cast in
    let boss = try await cast.clients.signedIn(.admin)
    let own = try #require(try await boss.get("/v1/sessions/current")["account_id"]?.text)
    for (step, body) in [
      ("link", stranger), ("grants", ["role": "laboratory"]), ("grants", ["role": "admin"]),
    ] as [(String, JSONValue)] {
      let answer = try await boss.post("/v1/accounts/\(own)/\(step)", body.sent)
      #expect(answer.status == .conflict && answer.code == "own_account", "\(step)")
    }
    #expect(try await cast.world.registry.account(try #require(ID(own))).grants.count == 1)
  }
}

@Test func `who has a second factor is not linked before it was removed`() async throws {
  try await Cast.play { cast in
    let person = try await cast.world.person()
    _ = try await cast.world.secondFactor(of: person)
    let account = "/v1/accounts/\(person.id)"
    let refused = try await cast.admin.post("\(account)/link", stranger.sent)
    #expect(refused.status == .conflict && refused.code == "second_factor_in_force")
    let removed = try await cast.admin.post("\(account)/second-factor-removal")
    #expect(removed.status == .created)
    #expect(try await cast.admin.post("\(account)/link", stranger.sent).status == .created)
  }
}

@Test func `nobody makes a token with which another person would speak`() async throws {
  try await Cast.play { cast in
    let person = try await cast.world.person()
    let body = #"{"account_id": "\#(person.id)", "name": "Export"}"#
    let boss = try await cast.clients.signedIn(.admin)
    for client in [cast.admin, boss] {
      let answer = try await client.post("/v1/tokens", body)
      #expect(answer.status == .conflict && answer.code == "token_of_another_person")
      let machine = try await cast.machine()
      let made = try await client.post(
        "/v1/tokens", #"{"account_id": "\#(machine)", "name": "Export"}"#)
      #expect(made.status == .created, "\(made.text)")
    }
  }
}

@Test func `who decides has signed in, and no token decides for him`() async throws {
  try await Cast.play { cast in
    let subjects = try await FateSubjects(cast.world)
    let colleague = try await cast.clients.role(.laboratory, at: cast.world.centre.id)
    let sign = #"{"meaning": "I agree", "reason": "the papers say so"}"#
    let census = try await cast.world.census()
    for step in ["confirmation", "rejection"] {
      let answer = try await colleague.post("/v1/resolutions/\(subjects.right)/\(step)", sign)
      #expect(answer.status == .conflict && answer.code == "decision_needs_session", "\(step)")
    }
    #expect(try await cast.world.census() == census)
    let present = try await cast.clients.signedIn(.laboratory, at: cast.world.centre.id)
    let decided = try await present.post("/v1/resolutions/\(subjects.right)/confirmation", sign)
    #expect(decided.status == .created, "\(decided.text)")
  }
}

extension Cast {
  /// The account of a program, with a grant.
  func machine(_ role: Role = .auditor) async throws -> ID<Account> {
    let draft = AccountDraft(
      id: .new(at: Date()), kind: .machine, login: nil, name: "Export", password: nil,
      grants: [GrantDraft(role: role, site: nil)])
    _ = try await world.registry.create(world.command(world.admin, draft))
    return draft.id
  }
}
