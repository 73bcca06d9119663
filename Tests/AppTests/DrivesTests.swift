import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import TestSupport
import Testing

@testable import App

@Test func `the sums of a drive's report agree`() async throws {
  try await Cast.play { cast in
    let drive = try await cast.world.drive()
    try await comeAndGo(cast, drive)
    let report = try await cast.staff.get("/v1/drives/\(drive)/report")
    #expect(report["registered"] == 5)
    #expect(report["deferred"] == 2)
    #expect(report["deferred_by_reason"] == ["low_haemoglobin": 1, "Low weight": 1])
    #expect(report["walked_out"] == 1)
    #expect(report["undecided"] == 0)
    #expect(report["donated"] == 2)
    #expect(report["donated_by_outcome"] == ["completed": 1, "failed_vein": 1])
    #expect(report["donated_by_blood_group"] == ["O-": 1, "unknown": 1])
  }
}

@Test func `a drive's report as CSV has a column for every number`() async throws {
  try await Cast.play { cast in
    let drive = try await cast.world.drive()
    try await comeAndGo(cast, drive)
    let answer = try await cast.staff.get(
      "/v1/drives/\(drive)/report", ["Accept": "text/csv"])
    let table = try #require(Table(answer.text))
    let row = try #require(table.rows.first)
    #expect(row["registered"] == "5")
    #expect(row["donated_by_blood_group.O-"] == "1")
    #expect(row["donated_by_outcome.failed_vein"] == "1")
    #expect(row["deferred_by_reason.Low weight"] == "1")
  }
}

@Test func `a drive with somebody waiting does not close`() async throws {
  try await Cast.play { cast in
    let drive = try await cast.world.drive()
    let donor = try await cast.world.donor()
    let visit = try await cast.staff.post(
      "/v1/drives/\(drive)/visits", #"{"donor_id": "\#(donor)"}"#)
    let refusal = try await cast.staff.post("/v1/drives/\(drive)/closure")
    #expect(refusal.status == .conflict)
    #expect(refusal.code == "visits_undecided")
    let id = try #require(visit["id"]?.text)
    let decision = try await cast.staff.post(
      "/v1/visits/\(id)/decision", #"{"outcome": "walked_out"}"#)
    #expect(decision["outcome"] == "walked_out")
    #expect(try await cast.staff.post("/v1/drives/\(drive)/closure")["state"] == "closed")
  }
}

@Test(arguments: [
  ("planned", "donations", "drive_not_open"), ("planned", "closure", "drive_not_open"),
  ("open", "opening", "drive_not_planned"), ("closed", "opening", "drive_not_planned"),
  ("closed", "donations", "drive_not_open"), ("closed", "visits", "drive_not_open"),
  ("closed", "closure", "drive_not_open"),
])
func `a drive admits only what its state allows`(
  state: String, step: String, code: String
) async throws {
  try await Cast.play { cast in
    let drive = try await cast.world.drive(open: state != "planned")
    if state == "closed" { _ = try await cast.staff.post("/v1/drives/\(drive)/closure") }
    let donor = try await cast.world.donor()
    let body =
      switch step {
      case "donations": try cast.bag(of: donor)
      case "visits": #"{"donor_id": "\#(donor)"}"#
      default: "{}"
      }
    let answer = try await cast.staff.post("/v1/drives/\(drive)/\(step)", body)
    #expect(answer.status == .conflict)
    #expect(answer.code == code)
  }
}

@Test func `a donation under the id of somebody's visit does not end that visit`() async throws {
  try await Cast.play { cast in
    let drive = try await cast.world.drive()
    let (waiting, giving) = (try await cast.world.donor(), try await cast.world.donor("Ли"))
    let visit = try await cast.staff.post(
      "/v1/drives/\(drive)/visits", #"{"donor_id": "\#(waiting)"}"#)
    let id = try #require(visit["id"])
    let answer = try await cast.staff.post(
      "/v1/drives/\(drive)/donations", cast.bag(of: giving, changing: ["id": id]))
    #expect(answer.status == .conflict, "\(answer.text)")
    let visits = try await cast.staff.get("/v1/drives/\(drive)/visits")
    #expect(visits.items.map { $0["outcome"] } == [.null], "somebody still waits")
  }
}

@Test func `a donation ends the visit for which its donor was checked in`() async throws {
  try await Cast.play { cast in
    let drive = try await cast.world.drive()
    let donor = try await cast.world.donor()
    let visit = try await cast.staff.post(
      "/v1/drives/\(drive)/visits", #"{"donor_id": "\#(donor)"}"#)
    let again = try await cast.staff.post(
      "/v1/drives/\(drive)/visits", #"{"donor_id": "\#(donor)"}"#)
    #expect(again.code == "visit_already_open")
    let donation = try await cast.staff.post(
      "/v1/drives/\(drive)/donations", cast.bag(of: donor))
    #expect(donation["visit_id"] == visit["id"])
    let visits = try await cast.staff.get("/v1/drives/\(drive)/visits")
    #expect(visits.items.map { $0["outcome"] } == ["donated"])
  }
}

/// Five people come: two give, two are deferred, one leaves.
private func comeAndGo(_ cast: Cast, _ drive: ID<Drive>) async throws {
  let decisions = [
    #"{"outcome": "deferred", "deferral_reason": "low_haemoglobin"}"#,
    #"{"outcome": "deferred", "deferral_reason": "Low weight"}"#,
    #"{"outcome": "walked_out"}"#,
  ]
  for (index, decision) in decisions.enumerated() {
    let donor = try await cast.world.donor("Касымов\(index)")
    let visit = try await cast.staff.post(
      "/v1/drives/\(drive)/visits", #"{"donor_id": "\#(donor)"}"#)
    let id = try #require(visit["id"]?.text)
    let decided = try await cast.staff.post("/v1/visits/\(id)/decision", decision)
    #expect(decided.status == .created)
  }
  let din = try World.freshDIN()
  _ = try await cast.staff.post(
    "/v1/drives/\(drive)/donations", cast.bag(of: cast.world.donor("Ким"), din: din))
  try await cast.world.determine(din, .oNegative)
  _ = try await cast.staff.post(
    "/v1/drives/\(drive)/donations",
    cast.bag(of: cast.world.donor("Абай"), changing: ["outcome": "failed_vein"]))
}
