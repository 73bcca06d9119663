import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import App
@testable import TestSupport

@Test func `a release that is refused says everything that stands against it`() async throws {
  try await Cast.play { cast in
    let din = try await cast.world.donation()
    let answer = try await cast.laboratory.post("/v1/donations/\(din)/release")
    #expect(answer.status == .conflict)
    #expect(answer.code == "release_blocked")
    let errors = answer["errors"]?.elements ?? []
    #expect(errors.filter { $0["code"] == "test_missing" }.count == 4)
    #expect(errors.filter { $0["code"] == "group_unconfirmed" }.count == 1)
    #expect(errors.allSatisfy { $0["detail"]?.text?.contains("{") == false })
  }
}

@Test func `two determinations of one tube are one`() async throws {
  try await Cast.play { cast in
    let din = try await cast.world.donation()
    try await cast.world.determine(din, .aPositive, samples: ["A", "A"])
    try await cast.world.test(din)
    let refused = try await cast.laboratory.post("/v1/donations/\(din)/release")
    #expect(refused.code == "group_unconfirmed")
    try await cast.world.determine(din, .aPositive, samples: ["B"])
    let released = try await cast.laboratory.post("/v1/donations/\(din)/release")
    #expect(released["blood_group"] == "A+")
    let donor = try await cast.staff.get(
      "/v1/donors/\(cast.staff.get("/v1/donations/\(din)")["donor_id"]?.text ?? "")")
    #expect(donor["blood_group"] == "A+", "confirmed, and so shown")
  }
}

@Test func `a reactive test takes a unit off the shelf and bars its donor`() async throws {
  try await Cast.play { cast in
    let unit = try await cast.world.unit()
    let request = "/v1/requests/\(try await cast.world.request())"
    #expect(try await cast.coordinator.post("\(request)/allocations")["units"]?[0] != nil)
    let test = try await cast.laboratory.post(
      "/v1/donations/\(unit.din)/tests", #"{"marker": "hiv", "result": "reactive"}"#)
    #expect(test.status == .created)
    #expect(try await cast.coordinator.get("/v1/units/\(unit.id)")["state"] == "discarded")
    try await expectWaiting(cast, request)
    let issue = try await cast.coordinator.post("\(request)/issues")
    #expect(issue.code == "nothing_to_issue")
    let donation = try await cast.staff.get("/v1/donations/\(unit.din)")
    #expect(donation["state"] == "rejected")
    let donor = donation["donor_id"]?.text ?? ""
    let answer = try await cast.staff.get("/v1/donors/\(donor)/eligibility?kind=whole_blood")
    #expect(answer["eligible"] == false)
    #expect(answer["first_eligible_on"] == .null)
  }
}

@Test func `a deferral at the desk takes back what was promised of the donor`() async throws {
  try await Cast.play { cast in
    let unit = try await cast.world.unit()
    let request = "/v1/requests/\(try await cast.world.request())"
    _ = try await cast.coordinator.post("\(request)/allocations")
    let donor = try await cast.staff.get("/v1/donations/\(unit.din)")["donor_id"]?.text ?? ""
    let deferral = try await cast.staff.post(
      "/v1/donors/\(donor)/deferrals", #"{"reason": "illness", "from": "2026-11-18"}"#)
    #expect(deferral.status == .created)
    #expect(try await cast.coordinator.get("/v1/units/\(unit.id)")["state"] == "quarantined")
    try await expectWaiting(cast, request)
  }
}

@Test func `a determination that disagrees takes back what was promised`() async throws {
  try await Cast.play { cast in
    let unit = try await cast.world.unit()
    let request = "/v1/requests/\(try await cast.world.request())"
    _ = try await cast.coordinator.post("\(request)/allocations")
    try await cast.world.determine(unit.din, .aPositive, samples: ["C"])
    #expect(try await cast.coordinator.get("/v1/units/\(unit.id)")["state"] == "quarantined")
    try await expectWaiting(cast, request)
  }
}

/// The request's one unit is waited for again, so that somebody looks for another.
private func expectWaiting(_ cast: Cast, _ request: String) async throws {
  let line = try await cast.coordinator.get(request)["lines"]?[0]
  #expect(line?["allocated"] == 0)
  #expect(line?["outstanding"] == 1)
}

@Test func `an allocation that finds nothing is an answer too`() async throws {
  try await Cast.play { cast in
    let request = "/v1/requests/\(try await cast.world.request(.oNegative, 3))"
    let nothing = try await cast.coordinator.post("\(request)/allocations")
    #expect(nothing.status == .created)
    #expect(nothing["units"] == [])
    _ = try await cast.world.unit()
    let partly = try await cast.coordinator.post("\(request)/allocations")
    #expect(partly["units"]?.elements.count == 1)
    #expect(partly["request"]?["lines"]?[0]?["outstanding"] == 2)
    let issue = try await cast.coordinator.post(
      "\(request)/issues", #"{"unit_ids": ["\#(UUID())"]}"#)
    #expect(issue.code == "units_not_ready")
    let cancelled = try await cast.ward.post("\(request)/cancellation")
    #expect(cancelled["request"]?["state"] == "cancelled")
    #expect(cancelled["request"]?["lines"]?[0]?["cancelled"] == 3)
    let late = try await cast.coordinator.post("\(request)/allocations")
    #expect(late.status == .conflict)
    #expect(late.code == "request_not_open")
  }
}

@Test func `what would harm the patient is not asked for`() async throws {
  try await Cast.play { cast in
    let answer = try await cast.ward.post(
      "/v1/requests",
      cast.wish("A+", changing: ["patient": ["reference": "17-03", "blood_group": "O-"]]))
    #expect(answer.complaints == ["/lines/0/blood_group incompatible_with_patient"])
  }
}
