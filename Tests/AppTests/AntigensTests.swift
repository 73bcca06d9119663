import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import App
@testable import TestSupport

@Test func `a phenotype is concluded from every test and keeps them all`() async throws {
  try await Cast.play { cast in
    let din = try await cast.world.donation()
    try await cast.world.determine(din, .oNegative)
    let donor = try await cast.staff.get("/v1/donations/\(din)")["donor_id"]?.text ?? ""
    func record(_ sample: String, _ results: String) async throws {
      let answer = try await cast.laboratory.post(
        "/v1/donations/\(din)/antigens",
        #"{"sample": "\#(sample)", "method": "serology", "results": [\#(results)]}"#)
      #expect(answer.status == .created, "\(answer.text)")
    }
    func result(_ antigen: String, _ result: String) -> String {
      #"{"antigen": "\#(antigen)", "result": "\#(result)"}"#
    }
    func phenotype() async throws -> TestResponse {
      try await cast.laboratory.get("/v1/donors/\(donor)/phenotype")
    }
    func typed(_ antigen: String, _ answer: TestResponse) -> JSONValue? {
      answer["antigens"]?.elements.first { $0["antigen"]?.text == antigen }
    }
    let five = [("C", "absent"), ("c", "present"), ("E", "absent"), ("e", "present")]
    let rh = five.map(result).joined(separator: ", ")
    try await record("T1", rh + ", " + result("K", "absent") + ", " + result("k", "present"))
    try await record("t 1", result("K", "absent"))
    let once = try await phenotype()
    #expect(once["rh"]?["genotype"] == "rr" && once["rh"]?["probable"] == false, "\(once.text)")
    #expect(typed("K", once)?["concordant_tests"] == 1, "the same tube, typed another way")
    #expect(typed("k", once)?["result"] == "present")
    #expect(typed("Vel", once)?["result"] == .null)

    try await record("T2", result("K", "absent"))
    #expect(typed("K", try await phenotype())?["concordant_tests"] == 2)
    try await record("T3", result("K", "present"))
    let disputed = try await phenotype()
    #expect(typed("K", disputed)?["conflict"] == true)
    #expect(typed("K", disputed)?["result"] == .null)
    #expect(disputed["phenotypings"]?.elements.count == 4)
  }
}

@Test func `an antigen stands once in a form`() async throws {
  try await Cast.play { cast in
    let din = try await cast.world.donation()
    for (results, complaints) in [
      (
        """
        {"antigen": "K", "result": "absent"}, {"antigen": "k", "result": "present"},
        {"antigen": "K", "result": "absent"}
        """, ["/results/2/antigen antigen_repeated"]
      ),
      (#"{"antigen": "KEL1", "result": "absent"}"#, ["/results/0/antigen not_one_of"]),
      (#"{"antigen": "K", "result": "+"}"#, ["/results/0/result not_one_of"]),
      ("", ["/results wrong_count"]),
    ] {
      let answer = try await cast.laboratory.post(
        "/v1/donations/\(din)/antigens",
        #"{"sample": "T1", "method": "serology", "results": [\#(results)]}"#)
      #expect(answer.complaints == complaints, "\(answer.text)")
    }
  }
}

@Test func `no event tells which antigens a donor has`() async throws {
  try await Cast.play { cast in
    let din = try await cast.world.donation()
    try await cast.world.phenotype(din, [AntigenResult(.vel, .absent)])
    let donor = try await cast.staff.get("/v1/donations/\(din)")["donor_id"]?.text ?? ""
    let events = try await cast.auditor.get("/v1/audit?donor=\(donor)").items
    let told = events.filter { $0["kind"] == "donation.phenotyped" }
    #expect(told.count == 1)
    #expect(told.first?["detail"].map { "\($0)" }?.contains("Vel") == false)
  }
}

@Test func `a donor without a frequent antigen is shown as rare, and one flagged by hand`()
  async throws
{
  try await Cast.play { cast in
    let din = try await cast.world.donation()
    let donor = try await cast.staff.get("/v1/donations/\(din)")["donor_id"]?.text ?? ""
    func isRare() async throws -> JSONValue? {
      let found = try await cast.staff.get("/v1/donors?q=Ахметова").items
        .first { $0["id"]?.text == donor }
      let shown = try await cast.recruiter.get("/v1/donors/\(donor)")["is_rare"]
      #expect(found?["is_rare"] == shown)
      return shown
    }
    #expect(try await isRare() == false)
    try await cast.world.phenotype(din, [AntigenResult(.vel, .absent)])
    #expect(try await isRare() == true)
    let phenotype = try await cast.laboratory.get("/v1/donors/\(donor)/phenotype")
    #expect(phenotype["rare"]?.elements.map { $0["code"] } == ["vel_negative"])
    #expect(phenotype["rare"]?[0]?["legal_status"] == "draft")
    try await cast.world.phenotype(din, [AntigenResult(.vel, .present)], sample: "B")
    #expect(try await isRare() == false, "while tests disagree nothing is known")

    let flag = try await cast.laboratory.post(
      "/v1/donors/\(donor)/rare-flags", #"{"reason": "anti-Vel in the family"}"#)
    #expect(try await isRare() == true)
    _ = try await cast.laboratory.post(
      "/v1/rare-flags/\(flag["id"]?.text ?? "")/ending", #"{"reason": "typed anew"}"#)
    #expect(try await isRare() == false)
  }
}
