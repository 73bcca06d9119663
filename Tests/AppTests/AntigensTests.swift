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
