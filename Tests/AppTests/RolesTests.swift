import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import App
@testable import TestSupport

@Test func `every role may do what its operations say, and nothing else`() async throws {
  try await Cast.play { cast in
    // Pages have manners of their own, and the stream of events has no end.
    for endpoint in Routes.all
    where endpoint.path.hasPrefix("/v1/") && endpoint.path != "/v1/events" {
      let path = endpoint.anyTarget
      for role in Cast.roles {
        let answer = try await cast.client(role).send(
          endpoint.method, path, endpoint.method == .post ? "{}" : nil)
        let what = "\(role) \(endpoint.method) \(path)"
        if endpoint.access.admits(role) {
          #expect(![401, 403, 405].contains(answer.status.code), "\(what): \(answer.text)")
        } else {
          #expect(answer.status == .forbidden, "\(what): \(answer.text)")
          #expect(answer.code == "role_not_allowed", "\(what)")
        }
        #expect(answer.status.code < 500, "\(what): \(answer.text)")
      }
    }
  }
}

@Test func `without a token only what is for everybody answers`() async throws {
  try await Cast.play { cast in
    for endpoint in Routes.all where endpoint.path.hasPrefix("/v1/") {
      let path = endpoint.anyTarget
      for client in [cast.clients.nobody, cast.clients.stranger] {
        let answer = try await client.send(
          endpoint.method, path, endpoint.method == .post ? "{}" : nil)
        let what = "\(endpoint.method) \(path)"
        if endpoint.access == .anyone && endpoint.method == .post {
          #expect(answer.status == .unprocessableContent, "\(what): \(answer.text)")
        } else if endpoint.access == .anyone {
          #expect(answer.status == .ok, "\(what): \(answer.text)")
        } else {
          #expect(answer.status == .unauthorized, "\(what): \(answer.text)")
        }
      }
    }
  }
}

@Test(arguments: [
  (Role.driveStaff, "POST /v1/drives/{drive}/donations"),
  (.laboratory, "POST /v1/donations/{din}/release"), (.hospital, "POST /v1/requests"),
  (.coordinator, "POST /v1/requests/{request}/allocations"), (.admin, "POST /v1/sites"),
  (.coordinator, "GET /v1/shortages"), (.recruiter, "GET /v1/donors"),
  (.auditor, "GET /v1/audit"),
])
func `a role has the operations that are its work`(role: Role, operation: String) {
  #expect(Routes.all.first { "\($0.method) \($0.path)" == operation }?.access.admits(role) == true)
}

@Test(arguments: [Role.admin, .auditor, .hospital])
func `no medical record is shown to the role`(role: Role) {
  let medical = ["/v1/donors", "/v1/donations", "/v1/drives/{drive}/donations", "/v1/visits"]
  for endpoint in Routes.all where medical.contains(where: endpoint.path.hasPrefix) {
    // Forgetting a donor shows nothing of the donor.
    if endpoint.path.hasSuffix("/anonymisation") && role == .admin { continue }
    #expect(!endpoint.access.admits(role), "\(endpoint.method) \(endpoint.path)")
  }
}

extension Endpoint {
  /// The path to a record that does not exist.
  fileprivate var anyTarget: String {
    path.replacing("{din}", with: "A999926999999")
      .replacing(/\{[^}]*\}/, with: UUID().uuidString.lowercased())
  }
}
