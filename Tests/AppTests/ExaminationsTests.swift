import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Store
import TestSupport
import Testing

@testable import App

private let sound = """
  {"weight_kg": 64, "haemoglobin_g_per_l": 135, "systolic_mmhg": 120, "diastolic_mmhg": 75,
   "pulse_per_min": 70, "temperature_c": 36.6}
  """

@Test(arguments: ["kk", "ru", "en"])
func `a failed examination is kept, explained, and suggests what follows`(
  language: String
) async throws {
  try await Cast.play { cast in
    let path = "/v1/visits/\(try await cast.world.visit())/examination"
    let examined = try await cast.staff.send(
      .post, path,
      #"{"kind": "whole_blood", "measured": {"haemoglobin_g_per_l": 98.5}, "answers": []}"#,
      headers: ["Accept-Language": language])
    #expect(examined.status == .created, "\(examined.text)")
    #expect(examined["measured"] == ["haemoglobin_g_per_l": 98.5])
    #expect(examined["on"] == "2026-11-18")
    let decision = try #require(examined["decision"])
    #expect(decision["eligible"] == false)
    #expect(decision["policy"] == ["code": "KZ", "version": 1])
    #expect(
      examined["suggested_deferral"] == [
        "reason": "low_haemoglobin", "kind": "temporary", "from": "2026-11-18",
        "until": "2026-11-19",
      ])
    let rules = decision["rules"]?.elements ?? []
    let outcomes = rules.map { "\($0["code"]?.text ?? "") \($0["outcome"]?.text ?? "")" }
    #expect(outcomes.contains("haemoglobin_minimum refuse"))
    #expect(outcomes.contains("weight_minimum unknown"), "silence is no consent")
    #expect(outcomes.contains("questionnaire pass"))
    let draft = try Phrasebook(#require(Language(rawValue: language)))("legal.draft")
    for rule in rules {
      #expect(rule["explanation"]?.text?.contains("{") == false, "\(rule)")
      #expect(rule["legal_note"]?.text == (rule["legal_status"] == "draft" ? draft : nil))
    }
    let list = try await cast.laboratory.get(
      path + "s", ["Accept-Language": language])
    #expect(list.items == [examined.value])
  }
}

@Test func `whoever failed gives nothing until an examination is passed`() async throws {
  try await Cast.play { cast in
    let (donor, drive) = (try await cast.world.donor(), try await cast.world.drive())
    let visit = try await cast.world.visit(of: donor, at: drive)
    let path = "/v1/visits/\(visit)/examination"
    let failed = sound.replacing("135", with: "119")
    _ = try await cast.staff.post(path, #"{"kind": "whole_blood", "measured": \#(failed)}"#)
    let refused = try await cast.staff.post("/v1/drives/\(drive)/donations", cast.bag(of: donor))
    #expect(refused.status == .conflict && refused.code == "examination_refused")
    let passed = try await cast.staff.post(
      path, #"{"kind": "whole_blood", "measured": \#(sound), "answers": []}"#)
    #expect(passed["decision"]?["eligible"] == true, "\(passed.text)")
    #expect(passed["suggested_deferral"] == .null)
    let given = try await cast.staff.post("/v1/drives/\(drive)/donations", cast.bag(of: donor))
    #expect(given.status == .created, "\(given.text)")
    #expect(given["visit_id"]?.text == visit.description)
  }
}

@Test func `a replayed examination is the same one`() async throws {
  try await Cast.play { cast in
    let path = "/v1/visits/\(try await cast.world.visit())/examination"
    let body = #"{"kind": "whole_blood", "measured": \#(sound)}"#
    let first = try await cast.staff.post(path, body, key: "k-1")
    let again = try await cast.staff.post(path, body, key: "k-1")
    #expect(again.status == .created && again.body == first.body)
    #expect(try await cast.world.count("examinations") == 1)
  }
}

@Test(arguments: [
  (#"{"haemoglobin_g_per_l": -1}"#, "/measured/haemoglobin_g_per_l out_of_range"),
  (#"{"haemoglobin_g_per_l": "118"}"#, "/measured/haemoglobin_g_per_l wrong_type"),
  (#"{"temperature_c": 366}"#, "/measured/temperature_c out_of_range"),
  (#"{"haemoglobin": 118}"#, "/measured/haemoglobin unknown_member"),
  ("{}", "/measured empty"),
])
func `what cannot be measured is a mistake, with its place`(
  measured: String, complaint: String
) async throws {
  try await Cast.play { cast in
    let path = "/v1/visits/\(try await cast.world.visit())/examination"
    let answer = try await cast.staff.post(
      path, #"{"kind": "whole_blood", "measured": \#(measured)}"#)
    #expect(answer.status == .unprocessableContent)
    #expect(answer.complaints == [complaint])
    #expect(try await cast.world.count("examinations") == 0)
  }
}

@Test(arguments: [Role.recruiter, .coordinator, .hospital, .auditor, .admin])
func `who does not examine donors reads of no examination`(role: Role) async throws {
  try await Cast.play { cast in
    let visit = try await cast.world.visit()
    try await cast.world.examine(visit)
    let answer = try await cast.client(role).get("/v1/visits/\(visit)/examinations")
    #expect(answer.status == .forbidden)
    #expect(!answer.text.contains("36.6"))
  }
}

@Test func `a table of examinations has a column for each sign`() async throws {
  try await Cast.play { cast in
    let visit = try await cast.world.visit()
    try await cast.world.examine(visit, changing: [.weight: 63.5])
    let answer = try await cast.staff.get(
      "/v1/visits/\(visit)/examinations", ["Accept": "text/csv"])
    let row = try #require(Table(answer.text)?.rows.first)
    #expect(row["measured.weight_kg"] == "63.5")
    #expect(row["decision.eligible"] == "true")
  }
}
