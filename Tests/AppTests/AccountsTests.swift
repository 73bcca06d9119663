import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Store
import Testing

@testable import App
@testable import TestSupport

@Test func `an account is made with its grants, and its password is nowhere to be read`()
  async throws
{
  try await Cast.play { cast in
    let body = """
      {"kind": "person", "login": "Samal@Example.kz", "name": "Самал", "password": "тау мен тасты жел бұзар",
       "grants": [{"role": "hospital", "site_id": "\(cast.world.hospital.siteId)"}]}
      """
    let made = try await cast.admin.post("/v1/accounts", body)
    #expect(made.status == .created, "\(made.text)")
    #expect(made["login"] == "samal@example.kz")
    #expect(made["grants"]?[0]?["role"] == "hospital")
    let place = try #require(made.header("Location"))
    #expect(try await cast.admin.get(place).value == made.value)
    #expect(!made.text.contains("argon2") && !made.text.contains("password"))
    let twin = try await cast.admin.post("/v1/accounts", body)
    #expect(twin.code == "login_taken")
  }
}

@Test func `a token's text is told once and opens what its grant opens`() async throws {
  try await Cast.play { cast in
    let body = #"{"account_id": "\#(try await cast.machine(.coordinator))", "name": "Export"}"#
    let made = try await cast.admin.post("/v1/tokens", body, key: "t-1")
    let text = try #require(made["token"]?.text, "\(made.text)")
    let machine = ["Authorization": "Bearer \(text)"]
    #expect(try await cast.clients.nobody.get("/v1/requests", machine).status == .ok)
    #expect(try await cast.clients.nobody.get("/v1/donors", machine).status == .forbidden)
    let again = try await cast.admin.post("/v1/tokens", body, key: "t-1")
    #expect(again["token"] == .null, "nobody kept it")
    let place = try #require(made.header("Location"))
    let shown = try await cast.admin.get(place)
    #expect(shown["last_used_at"] != .null)
    #expect(!shown.text.contains(text))
    #expect(try await cast.ward.get(place).status == .notFound)
    #expect(try await cast.ward.post("\(place)/revocation").status == .notFound)
    #expect(try await cast.admin.post("\(place)/revocation").status == .created)
    #expect(try await cast.clients.nobody.get("/v1/requests", machine).status == .unauthorized)
  }
}

@Test func `a token makes no other token, and nobody shuts himself out`() async throws {
  try await Cast.play { cast in
    let made = try await cast.ward.post("/v1/tokens", #"{"name": "Copy"}"#)
    #expect(made.code == "token_needs_session")
    let admin = try await cast.world.person(
      "boss@example.kz", [GrantDraft(role: .admin, site: nil)])
    let cookie = [
      "Cookie": try await cast.signIn(admin).cookie, "Sec-Fetch-Site": "same-origin",
    ]
    let own = try await cast.clients.nobody.send(
      .post, "/v1/accounts/\(admin.id)/disablement", "{}", headers: cookie)
    #expect(own.code == "own_account")
  }
}
