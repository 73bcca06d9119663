import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Synchronization
import Testing

@testable import App
@testable import TestSupport

private let works = #"{"name": "Кирпичный завод"}"#

@Test func `a replay answers the same bytes, status and Location, and does nothing`() async throws {
  try await Cast.play { cast in
    let first = try await cast.admin.post("/v1/hosts", works, key: "k-1")
    let census = try await cast.world.census()
    let again = try await cast.admin.post("/v1/hosts", works, key: "k-1")
    #expect(again.status == first.status)
    #expect(again.body == first.body)
    #expect(again.header("Location") == first.header("Location"))
    #expect(again.header("Content-Type") == first.header("Content-Type"))
    #expect(try await cast.world.census() == census)
  }
}

@Test func `the same JSON spelt otherwise is the same request`() async throws {
  try await Cast.play { cast in
    let first = try await cast.admin.post(
      "/v1/sites", #"{"name":"A","kind":"venue","region":"KZ-71"}"#, key: "k-1")
    let again = try await cast.admin.post(
      "/v1/sites", "{ \"region\":\"KZ-71\",\n\"kind\": \"venue\", \"name\": \"\\u0041\" }",
      key: "k-1")
    #expect(again.status == .created)
    #expect(again.body == first.body)
  }
}

@Test func `a key used for another request is refused`() async throws {
  try await Cast.play { cast in
    _ = try await cast.admin.post("/v1/hosts", works, key: "k-1")
    let otherBody = try await cast.admin.post("/v1/hosts", #"{"name": "Мұражай"}"#, key: "k-1")
    #expect(otherBody.status == .unprocessableContent)
    #expect(otherBody.code == "idempotency_key_reused")
    let otherVerb = try await cast.admin.post(
      "/v1/hospitals", #"{"name": "Аурухана", "region": "KZ-71"}"#, key: "k-1")
    #expect(otherVerb.code == "idempotency_key_reused")
    let drives = [try await cast.world.drive(open: false), try await cast.world.drive(open: false)]
    _ = try await cast.staff.post("/v1/drives/\(drives[0])/opening", key: "k-2")
    let otherPath = try await cast.staff.post("/v1/drives/\(drives[1])/opening", key: "k-2")
    #expect(otherPath.code == "idempotency_key_reused")
    #expect(try await cast.staff.get("/v1/drives/\(drives[1])")["state"] == "planned")
  }
}

@Test func `a key belongs to the account that sent it`() async throws {
  try await Cast.play { cast in
    let first = try await cast.admin.post("/v1/hosts", works, key: "k-1")
    let other = try await cast.coordinator.post("/v1/hosts", works, key: "k-1")
    #expect(other.status == .created)
    #expect(other["id"] != first["id"])
  }
}

@Test func `a refusal is not kept: the key may be used for what is right`() async throws {
  try await Cast.play { cast in
    let drive = try await cast.world.drive(open: false)
    let bag = try cast.bag(of: try await cast.world.donor())
    let refused = try await cast.staff.post("/v1/drives/\(drive)/donations", bag, key: "k-1")
    #expect(refused.code == "drive_not_open")
    _ = try await cast.staff.post("/v1/drives/\(drive)/opening")
    let mended = try await cast.staff.post("/v1/drives/\(drive)/donations", bag, key: "k-1")
    #expect(mended.status == .created)
  }
}

@Test func `every POST wants a key of printable characters`() async throws {
  try await Cast.play { cast in
    let long = String(repeating: "k", count: 300)
    for (key, code) in [
      (nil, "idempotency_key_required"), ("", "idempotency_key_required"),
      (long, "idempotency_key_malformed"), ("кілт", "idempotency_key_malformed"),
    ] {
      let answer = try await cast.admin.send(.post, "/v1/hosts", works, key: key)
      #expect(answer.status == .badRequest, "\(key ?? "no key")")
      #expect(answer.code == code, "\(key ?? "no key")")
    }
    let longest = String(repeating: "k", count: 255)
    #expect(try await cast.admin.post("/v1/hosts", works, key: longest).status == .created)
    #expect(try await cast.world.count("hosts") == 1)
  }
}

@Test func `thirty-two tablets with one key log one donation`() async throws {
  try await Cast.play { cast in
    let drive = try await cast.world.drive()
    let bag = try cast.bag(of: try await cast.world.donor())
    let answers = try await withThrowingTaskGroup(of: TestResponse.self) { group in
      for _ in 1...32 {
        group.addTask {
          try await cast.staff.post("/v1/drives/\(drive)/donations", bag, key: "k-1")
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(Set(answers.map(\.status)) == [.created])
    #expect(Set(answers.map(\.text)).count == 1)
    #expect(try await cast.world.count("donations") == 1)
  }
}

@Test func `thirty-two hosts with one key are one host`() async throws {
  try await Cast.play { cast in
    let answers = try await withThrowingTaskGroup(of: TestResponse.self) { group in
      for _ in 1...32 {
        group.addTask { try await cast.admin.post("/v1/hosts", works, key: "k-1") }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(Set(answers.map(\.status)) == [.created])
    #expect(Set(answers.map(\.text)).count == 1)
    #expect(try await cast.world.count("hosts") == 1)
  }
}

@Test func `a request is replayed also when its hour has passed`() async throws {
  try await World.lend { world in
    let clock = Mutex(world.now)
    try await Client.lend(world, clock: { clock.withLock { $0 } }) { clients in
      let cast = try await Cast(world, clients)
      let wish = cast.wish()
      let first = try await cast.ward.post("/v1/requests", wish, key: "k-1")
      clock.withLock { $0 += 48 * 3600 }
      let again = try await cast.ward.post("/v1/requests", wish, key: "k-1")
      #expect(again.status == .created, "\(again.text)")
      #expect(again.body == first.body)
      let late = try await cast.ward.post("/v1/requests", wish, key: "k-2")
      #expect(late.complaints == ["/needed_by needed_by_past"])
    }
  }
}

@Test func `an id that is taken is refused and its record stays as it was`() async throws {
  try await Cast.play { cast in
    let id = UUID().uuidString.lowercased()
    let forms: [(Client, String, (String) -> String)] = [
      (
        cast.admin, "/v1/sites",
        { #"{"id": "\#(id)", "name": "\#($0)", "kind": "venue", "region": "KZ-71"}"# }
      ),
      (cast.admin, "/v1/hosts", { #"{"id": "\#(id)", "name": "\#($0)"}"# }),
      (
        cast.staff, "/v1/donors",
        {
          #"{"id": "\#(id)", "family_name": "\#($0)", "given_name": "Ая", "sex": "female","#
            + #" "birth_date": "1990-05-17"}"#
        }
      ),
    ]
    for (client, path, form) in forms {
      let first = try await client.post(path, form("Бірінші"))
      #expect(first.status == .created, "\(path)")
      let second = try await client.post(path, form("Екінші"))
      #expect(second.status == .conflict, "\(path): \(second.text)")
      #expect(try await client.get("\(path)/\(id)").value == first.value, "\(path)")
    }
  }
}
