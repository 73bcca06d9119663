import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import App
@testable import TestSupport

@Test func `the public hears one of five words per group, and no figure`() async throws {
  try await Cast.play { cast in
    for _ in 1...4 { _ = try await cast.world.unit(.oNegative) }
    _ = try await cast.world.request(.oNegative, 28)
    _ = try await cast.world.request(.abNegative, 28)
    for path in ["/v1/public/supply", "/v1/public/supply?region=KZ-71"] {
      let answer = try await cast.clients.nobody.get(path)
      #expect(answer.status == .ok)
      #expect(answer.value.members == ["place", "as_of", "groups"])
      let groups = answer["groups"]?.elements ?? []
      #expect(Set(groups.compactMap { $0["group"]?.text }).count == 8)
      let words = Dictionary(
        groups.map { ($0["group"]?.text ?? "", $0["supply"]?.text ?? "") },
        uniquingKeysWith: { $1 })
      let known: Set = ["very_low", "low", "need_more", "ok", "good"]
      #expect(Set(words.values).isSubset(of: known))
      #expect(words["O-"] == "ok", "four units at one a day")
      #expect(words["AB-"] == "very_low")
      #expect(groups.allSatisfy { $0.members == ["group", "supply"] })
      #expect(answer.header("Cache-Control")?.contains("public") == true)
      #expect(answer.header("Cache-Control")?.contains("max-age=") == true)
    }
    let elsewhere = try await cast.clients.nobody.get("/v1/public/supply?region=KZ-75")
    #expect(elsewhere["place"] == "KZ-75")
    #expect(elsewhere["groups"]?.elements.allSatisfy { $0["supply"] == "ok" } == true)
  }
}

@Test func `a shortage report follows a unit from the shelf to the ward`() async throws {
  try await Cast.play { cast in
    let before = try await line(cast)
    #expect(before["phase"] == "no_demand")
    #expect(before["days_of_supply"] == .null)
    _ = try await cast.world.unit(.oNegative)
    let request = "/v1/requests/\(try await cast.world.request(.oNegative, 14))"
    let asked = try await line(cast)
    #expect(asked["issuable"] == 1)
    #expect(asked["demand"] == ["d7": 14, "d28": 14, "d90": 14])
    #expect(asked["days_of_supply"] == 2)
    #expect(asked["phase"] == "pre-amber")
    #expect(asked["open_requests"]?["unmet_units"] == 14)
    #expect(asked["open_requests"]?["by_urgency"] == ["urgent": 1])
    _ = try await cast.coordinator.post("\(request)/allocations")
    let promised = try await line(cast)
    #expect(promised["issuable"] == 0)
    #expect(promised["reserved"] == 1)
    #expect(promised["open_requests"]?["unmet_units"] == 13)
    #expect(promised["phase"] == "red")
    _ = try await cast.coordinator.post("\(request)/issues")
    #expect(try await line(cast)["in_transit"] == 1)
    _ = try await cast.ward.post("\(request)/receipts")
    #expect(try await line(cast)["in_transit"] == 0)
    _ = try await cast.ward.post("\(request)/returns")
    let returned = try await line(cast)
    #expect(returned["issuable"] == 0)
    #expect(returned["quarantined"] == 1, "what came back is not offered again")
  }
}

@Test func `a shortage report has the members of the contract`() async throws {
  try await Cast.play { cast in
    _ = try await cast.world.unit(.oNegative)
    let answer = try await cast.coordinator.get(
      "/v1/shortages?component=red_cells&groups=O-,B-,AB-&region=KZ-71")
    #expect(
      answer.value.members == [
        "generated_at", "as_of", "place", "component", "profile", "profile_legal_status", "rows",
      ])
    #expect(answer["place"] == "KZ-71")
    #expect(answer["profile"] == "3-2-1")
    #expect(answer["rows"]?.elements.map { $0["group"] } == ["O-", "B-", "AB-"])
    for row in answer["rows"]?.elements ?? [] {
      #expect(
        row.members == [
          "group", "issuable", "reserved", "quarantined", "quarantine", "in_transit",
          "expiring", "demand", "days_of_supply", "phase", "phase_since", "open_requests",
        ])
      #expect(row["expiring"]?.members == ["le3", "le7", "le14", "le28", "more"])
      #expect(
        row["open_requests"]?.members == ["count", "unmet_units", "by_urgency", "oldest_since"])
    }
  }
}

@Test(arguments: [Role.laboratory, .driveStaff, .recruiter])
func `the figures of a shortage are the same for all who may read them`(
  role: Role
) async throws {
  try await Cast.play { cast in
    _ = try await cast.world.unit(.oNegative)
    _ = try await cast.world.request(.oNegative, 2)
    let known = try await cast.coordinator.get("/v1/shortages?region=KZ-71")
    let shown = try await cast.client(role).get("/v1/shortages?region=KZ-71")
    #expect(shown["rows"] == known["rows"])
  }
}

/// The line of O− red cells.
private func line(_ cast: Cast) async throws -> JSONValue {
  let report = try await cast.coordinator.get("/v1/shortages?component=red_cells&groups=O-")
  return try #require(report["rows"]?[0])
}
