import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import App
@testable import TestSupport

@Test func `a problem has the members of RFC 9457 and a code`() async throws {
  try await Cast.play { cast in
    let answer = try await cast.staff.post("/v1/donors", #"{"sex": "other", "iin": "123"}"#)
    #expect(answer.status == .unprocessableContent)
    #expect(answer.header("Content-Type") == "application/problem+json; charset=utf-8")
    #expect(
      answer.value.members == ["type", "title", "status", "detail", "code", "errors", "trace_id"])
    #expect(answer["type"] == "urn:tamshy:problem:invalid_input")
    #expect(answer["status"] == 422)
    #expect(
      Set(answer.complaints) == [
        "/family_name required", "/birth_date required",
        "/sex not_one_of", "/iin iin_malformed",
      ])
    #expect(answer.complaints.count == 4, "each member is complained of once")
    for entry in answer["errors"]?.elements ?? [] {
      #expect(entry.members == ["pointer", "code", "detail"])
    }
  }
}

@Test func `a problem without members to name has no errors`() async throws {
  try await Cast.play { cast in
    let answer = try await cast.staff.get("/v1/donors/\(UUID())")
    #expect(answer.status == .notFound)
    #expect(answer.value.members == ["type", "title", "status", "detail", "code", "trace_id"])
    #expect(answer.code == "donor_not_found")
  }
}

@Test func `an unknown path is 404 and an unknown method 405 with what is allowed`() async throws {
  try await Cast.play { cast in
    for path in ["/v1", "/v1/nothing", "/v1/donors/a/b/c", "/v1/drives/\(UUID())/nothing"] {
      let answer = try await cast.staff.get(path)
      #expect(answer.status == .notFound, "\(path)")
      #expect(answer.code == "path_not_found", "\(path)")
    }
    for (path, endpoints) in Dictionary(grouping: Routes.all, by: \.path) {
      let methods = Set(endpoints.map(\.method))
      let target = path.replacing(/\{[^}]*\}/, with: "x")
      for method in [HTTPRequest.Method.get, .post, .put, .patch, .delete]
      where !methods.contains(method) {
        let answer = try await cast.admin.send(method, target, "{}")
        #expect(answer.status == .methodNotAllowed, "\(method) \(path)")
        #expect(answer.code == "method_not_allowed", "\(method) \(path)")
        let allowed = (answer.header("Allow") ?? "").split(separator: ", ").map(String.init)
        let expected = methods.map(\.rawValue) + (methods.contains(.get) ? ["HEAD"] : [])
        #expect(Set(allowed) == Set(expected), "\(method) \(path)")
      }
    }
  }
}

@Test func `a record known by its tag is not sent again`() async throws {
  try await Cast.play { cast in
    let path = "/v1/donors/\(try await cast.world.donor())"
    let first = try await cast.staff.get(path)
    let tag = try #require(first.header("ETag"))
    #expect(tag.first == "\"" && tag.last == "\"")
    for known in [tag, "\"other\", \(tag)", "*", "W/\(tag)"] {
      let again = try await cast.staff.get(path, ["If-None-Match": known])
      #expect(again.status == .notModified, "\(known)")
      #expect(again.text.isEmpty, "\(known)")
      #expect(again.header("ETag") == tag, "\(known)")
    }
    let other = try await cast.staff.get(path, ["If-None-Match": "\"other\""])
    #expect(other.status == .ok)
    #expect(other.body == first.body)
  }
}

@Test func `a tag changes when its record does`() async throws {
  try await Cast.play { cast in
    let drive = try await cast.world.drive()
    let before = try await cast.staff.get("/v1/drives/\(drive)").header("ETag")
    _ = try await cast.staff.post("/v1/drives/\(drive)/closure")
    #expect(try await cast.staff.get("/v1/drives/\(drive)").header("ETag") != before)
  }
}

@Test func `HEAD answers as GET does, without the body`() async throws {
  try await Cast.play { cast in
    let donor = try await cast.world.donor()
    for path in ["/v1/donors/\(donor)", "/v1/sites", "/healthz", "/v1/donors/\(UUID())"] {
      let full = try await cast.staff.get(path)
      let head = try await cast.staff.send(.head, path)
      #expect(head.status == full.status, "\(path)")
      #expect(head.text.isEmpty, "\(path)")
      #expect(head.header("ETag") == full.header("ETag"), "\(path)")
      #expect(head.header("Content-Type") == full.header("Content-Type"), "\(path)")
      #expect(head.header("Content-Length") == String(full.text.utf8.count), "\(path)")
    }
  }
}

@Test(arguments: ["", "fields", "Limit", "limit%20"])
func `a parameter nobody asked for is refused`(name: String) async throws {
  try await Cast.play { cast in
    let donor = try await cast.world.donor()
    for path in [
      "/v1/sites", "/v1/donors", "/v1/donors/\(donor)", "/v1/stock", "/v1/policies/current",
    ] {
      let client = path == "/v1/stock" ? cast.coordinator : cast.staff
      let answer = try await client.get("\(path)?\(name)=1")
      #expect(answer.status == .badRequest, "\(path)")
      #expect(answer.code == "invalid_query", "\(path)")
      #expect(answer["errors"]?[0]?["code"] == "unknown_parameter", "\(path)")
    }
    let post = try await cast.admin.post("/v1/hosts?\(name)=1", #"{"name": "Театр"}"#)
    #expect(post.status == .badRequest)
  }
}

@Test(arguments: [
  ("/v1/units?component=blood", "not_one_of"), ("/v1/units?site=here", "not_an_id"),
  ("/v1/units?group=O", "blood_group_unreadable"), ("/v1/units?din=1", "din_malformed"),
  ("/v1/units?state=lost", "not_one_of"), ("/v1/stock?component=milk", "not_one_of"),
  ("/v1/drives?date=2026-02-30", "not_a_date"), ("/v1/requests?state=x", "not_one_of"),
  ("/v1/shortages?groups=O-,", "blood_group_unreadable"),
  ("/v1/shortages?region=KZ-00", "region_unknown"), ("/v1/sites?kind=a&kind=b", "repeated"),
  ("/v1/public/supply?region=Astana", "region_unknown"),
])
func `a parameter with a wrong value is refused by its code`(
  path: String, code: String
) async throws {
  try await Cast.play { cast in
    let answer = try await cast.coordinator.get(path)
    #expect(answer.status == .badRequest)
    #expect(answer["errors"]?.elements.compactMap { $0["code"]?.text }.contains(code) == true)
  }
}
