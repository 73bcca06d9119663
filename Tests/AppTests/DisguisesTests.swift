import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import App
@testable import TestSupport

/// The same address in other clothes; none of them opens a door.
private func disguises(_ path: String) -> [String] {
  [
    path + "/", path + "//", "/" + path, path.replacing("/v1/", with: "/v1//"),
    path.uppercased(), path.replacing("/v1/", with: "/V1/"),
    path.replacing("/v1/", with: "/v1%2F"), path.replacing("/v1/", with: "/v1/./"),
    path.replacing("/v1/", with: "/v1/public/../"), path.replacing("/v1/", with: "/%76%31/"),
    path + "%2F", path + "%00", path + ";a=b", path + ".json",
  ]
}

@Test func `no spelling of an address opens it to who may not call it`() async throws {
  try await Cast.play(rates: .none) { cast in
    let callers = try await Callers(cast)
    let census = try await cast.world.census()
    for row in try Matrix.read().rows where !row.isOpen && row.path != "/v1/events" {
      let method = HTTPRequest.Method(row.method) ?? .get
      let stranger = Matrix.columns.first { !row.roles.contains($0) }
      for address in disguises(callers.own.address(row.path)) {
        let closed = try await cast.clients.nobody.send(method, address, callers.body(row))
        #expect([400, 401, 404, 405].contains(closed.status.code), "\(method) \(address)")
        guard let stranger else { continue }
        let refused = try await cast.client(stranger).send(method, address, callers.body(row))
        #expect([400, 403, 404, 405].contains(refused.status.code), "\(method) \(address)")
      }
    }
    #expect(try await cast.world.census() == census)
  }
}

@Test func `a neighbour finds nothing under any spelling`() async throws {
  try await Cast.play(rates: .none) { cast in
    let callers = try await Callers(cast)
    for row in try Matrix.read().rows where row.isBound && row.namesRecord && row.isRead {
      for role in [Role.driveStaff, .laboratory, .hospital] where row.roles.contains(role) {
        for address in disguises(callers.own.address(row.path)) {
          let answer = try await callers.client(role, .neighbour).get(address)
          #expect([400, 404].contains(answer.status.code), "\(role) \(address): \(answer.text)")
        }
      }
    }
  }
}

@Test func `HEAD opens nothing that GET does not`() async throws {
  try await Cast.play(rates: .none) { cast in
    let callers = try await Callers(cast)
    for row in try Matrix.read().rows where row.isRead && !row.isOpen && row.path != "/v1/events" {
      let address = callers.own.address(row.path)
      for client in [cast.clients.nobody, cast.auditor, callers.client(.hospital, .neighbour)] {
        let (full, head) = (try await client.get(address), try await client.send(.head, address))
        #expect(head.status == full.status, "\(address)")
        #expect(head.text.isEmpty, "\(address)")
      }
    }
  }
}

@Test func `another method is refused with what is allowed, whoever asks`() async throws {
  try await Cast.play(rates: .none) { cast in
    let callers = try await Callers(cast)
    let census = try await cast.world.census()
    let rows = try Matrix.read().rows
    for row in rows {
      for name in ["OPTIONS", "DELETE", "PATCH", "PUT", "TRACE", "CONNECT", "PROPFIND"] {
        guard !rows.contains(where: { $0.method == name && $0.path == row.path }),
          let method = HTTPRequest.Method(name)
        else { continue }
        for client in [cast.clients.nobody, cast.admin] {
          let answer = try await client.send(method, callers.own.address(row.path))
          #expect(answer.status == .methodNotAllowed, "\(name) \(row)")
          #expect(answer.header("Allow")?.contains(row.method) == true, "\(name) \(row)")
        }
      }
    }
    #expect(try await cast.world.census() == census)
  }
}

@Test(arguments: ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
func `a header does not change the method`(header: String) async throws {
  try await Cast.play { cast in
    let donor = "/v1/donors/\(try await cast.world.donor())"
    // The first look is written down, those that follow soon are part of it.
    _ = try await cast.staff.get(donor)
    let census = try await cast.world.census()
    for method in ["DELETE", "POST", "PUT"] {
      let plain = try await cast.staff.get(donor)
      let dressed = try await cast.staff.get(donor, [header: method])
      #expect(dressed.status == .ok)
      #expect(dressed.body == plain.body)
      // What may only be read cannot be written through a read either.
      let read = try await cast.auditor.get("/v1/donors", [header: method])
      #expect(read.status == .forbidden)
    }
    let write = try await cast.admin.send(.post, "/v1/sites", "{}", headers: [header: "GET"])
    #expect(write.status == .unprocessableContent, "it is still a POST")
    #expect(try await cast.world.census() == census)
  }
}
