import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import App
@testable import TestSupport

@Test func `what was seen of a D antigen is kept beside what follows from it`() async throws {
  try await Cast.play { cast in
    let din = try await cast.world.donation()
    let path = "/v1/donations/\(din)/determinations"
    let weak = try await cast.laboratory.post(
      path,
      """
      {"abo": "A", "sample": "T1", "method": "PCR", "laboratory": "Reference",
       "rhd": {"observed": "weak_d", "type": "type 4", "method": "genotype", "strength": "1+"}}
      """)
    #expect(weak.status == .created, "\(weak.text)")
    #expect(weak["blood_group"] == "A+", "as a donor")
    #expect(weak["rhd"]?["as_donor"] == "positive")
    #expect(weak["rhd"]?["as_patient"] == "negative")
    _ = try await cast.laboratory.post(
      path, #"{"blood_group": "A+", "sample": "T2", "method": "gel"}"#)
    let donor = try await cast.staff.get("/v1/donations/\(din)")["donor_id"]?.text ?? ""
    let kept = try await cast.laboratory.get("/v1/donors/\(donor)/determinations").items
    #expect(kept.count == 2 && kept.contains(weak.value), "what is listed is what was answered")
    #expect(kept.contains { $0["rhd"] == .null && $0["laboratory"] == .null })
    #expect(try await cast.staff.get("/v1/donors/\(donor)")["blood_group"] == "A+")
  }
}

@Test func `a group and its parts in one form must agree`() async throws {
  try await Cast.play { cast in
    let din = try await cast.world.donation()
    for (members, complaints) in [
      (#""abo": "A""#, ["/rhd required"]),
      (#""rhd": {"observed": "negative", "method": "serology"}"#, ["/abo required"]),
      (#""abo": null"#, ["/blood_group required"]),
      (#""blood_group": "A+", "abo": "O""#, ["/abo group_contradicted"]),
      (
        #""blood_group": "A-", "rhd": {"observed": "weak_d", "method": "serology"}"#,
        ["/rhd group_contradicted"]
      ),
      (
        #""blood_group": "A+", "abo": "AB", "rhd": {"observed": "negative", "method": "serology"}"#,
        ["/abo group_contradicted", "/rhd group_contradicted"]
      ),
      (
        #""blood_group": "A+", "rhd": {"observed": "positive", "type": "1", "method": "genotype"}"#,
        ["/rhd/type not_of_this_observation"]
      ),
      (#""blood_group": "weak D""#, ["/blood_group blood_group_weak_d"]),
      (
        #""blood_group": "A+", "rhd": {"method": "gel"}"#,
        ["/rhd/observed required", "/rhd/method not_one_of"]
      ),
    ] as [(String, [String])] {
      let answer = try await cast.laboratory.post(
        "/v1/donations/\(din)/determinations", #"{"sample": "T1", "method": "gel", \#(members)}"#)
      #expect(answer.complaints.sorted() == complaints.sorted(), "\(members): \(answer.text)")
    }
  }
}
