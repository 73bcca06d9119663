import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import App
@testable import TestSupport

@Test func `an identity number is registered once`() async throws {
  try await Cast.play { cast in
    let form = { (family: String) in
      """
      {"family_name": "\(family)", "given_name": "Ая", "sex": "female",
       "birth_date": "1990-05-17", "iin": "960229600013",
       "iin_mismatch_reason": "the document says so"}
      """
    }
    let first = try await cast.staff.post("/v1/donors", form("Ахметова"))
    let second = try await cast.staff.post("/v1/donors", form("Ким"))
    #expect(second.status == .conflict)
    #expect(second.code == "duplicate_iin")
    let number = try #require(first["donor_number"]?.integer)
    #expect(second["donor"]?["id"] == first["id"])
    #expect(second["donor"]?["donor_number"] == first["donor_number"])
    #expect(second["detail"]?.text?.contains(String(number)) == true)
    #expect(second.text.contains("960229600013") == false)
  }
}

@Test(arguments: ["en", "ru", "kk"])
func `eligibility names every rule with its sentence, source and standing`(
  language: String
) async throws {
  try await Cast.play { cast in
    let world = cast.world
    let donor = try await world.donor()
    _ = try await cast.staff.post(
      "/v1/drives/\(world.drive())/donations", cast.bag(of: donor))
    _ = try await cast.staff.post(
      "/v1/donors/\(donor)/deferrals",
      #"{"reason": "tattoo", "from": "2026-11-01", "until": "2027-03-01"}"#)
    let answer = try await cast.staff.get(
      "/v1/donors/\(donor)/eligibility?kind=whole_blood&on=2026-11-19",
      ["Accept-Language": language])
    #expect(answer.value.members == ["eligible", "first_eligible_on", "policy", "rules"])
    #expect(answer["eligible"] == false)
    #expect(answer["first_eligible_on"] == "2027-03-01")
    #expect(answer["policy"] == ["code": "KZ", "version": 1])
    let rules = answer["rules"]?.elements ?? []
    let outcomes = rules.map { "\($0["code"]?.text ?? "") \($0["outcome"]?.text ?? "")" }
    #expect(
      outcomes == [
        "age_minimum pass", "donor_deferred refuse", "reactive_result pass",
        "interval_not_elapsed refuse", "yearly_cap_reached pass",
      ])
    for rule in rules {
      let needed: Set = [
        "code", "outcome", "clears_on", "explanation", "source", "legal_status", "legal_note",
      ]
      #expect(needed.isSubset(of: rule.members), "\(rule)")
      #expect(rule["explanation"]?.text?.contains("{") == false, "\(rule)")
      #expect(rule["explanation"]?.text?.contains("rule.") == false, "\(rule)")
    }
    #expect(rules.map { $0["clears_on"] } == [.null, "2027-03-01", .null, "2027-01-17", .null])
    let draft = try Phrasebook(#require(Language(rawValue: language)))("legal.draft")
    for rule in rules {
      let isDraft = rule["legal_status"] == "draft"
      #expect(rule["legal_note"]?.text == (isDraft ? draft : nil), "\(rule)")
    }
    #expect(rules.contains { $0["legal_status"] == "draft" })
  }
}

@Test(arguments: [
  "kind=milk", "on=2026-02-30", "on=tomorrow", "on=", "kind=", "day=2026-01-01", "on=a&on=b",
])
func `a question about eligibility is asked rightly or refused`(query: String) async throws {
  try await Cast.play { cast in
    let donor = try await cast.world.donor()
    let answer = try await cast.staff.get("/v1/donors/\(donor)/eligibility?\(query)")
    #expect(answer.status == .badRequest)
  }
}

@Test func `eligibility has an answer at both ends of the calendar`() async throws {
  try await Cast.play { cast in
    let donor = try await cast.world.donor()
    _ = try await cast.staff.post(
      "/v1/drives/\(cast.world.drive())/donations", cast.bag(of: donor))
    for day in ["0001-01-01", "9999-12-31"] {
      let answer = try await cast.staff.get("/v1/donors/\(donor)/eligibility?on=\(day)")
      #expect(answer.status == .ok, "\(answer.text)")
    }
  }
}

@Test func `a deferred donor gives nothing, nor a donor who gave yesterday`() async throws {
  try await Cast.play { cast in
    let drive = try await cast.world.drive()
    let (deferred, tired) = (try await cast.world.donor(), try await cast.world.donor("Ким"))
    _ = try await cast.staff.post(
      "/v1/donors/\(deferred)/deferrals", #"{"reason": "tattoo", "from": "2026-11-01"}"#)
    let refused = try await cast.staff.post(
      "/v1/drives/\(drive)/donations", cast.bag(of: deferred))
    #expect(refused.status == .conflict)
    #expect(refused.code == "donor_deferred")
    #expect(!refused.text.contains("tattoo"), "the reason is the donor's secret")
    _ = try await cast.staff.post("/v1/drives/\(drive)/donations", cast.bag(of: tired))
    let again = try await cast.staff.post("/v1/drives/\(drive)/donations", cast.bag(of: tired))
    #expect(again.code == "interval_not_elapsed")
    #expect(again["detail"]?.text?.contains("{") == false)
  }
}

@Test func `a donation number stands on one donation`() async throws {
  try await Cast.play { cast in
    let din = try await cast.world.donation()
    let answer = try await cast.staff.post(
      "/v1/drives/\(cast.world.drive())/donations",
      cast.bag(of: cast.world.donor("Ким"), din: din))
    #expect(answer.status == .conflict)
    #expect(answer.code == "duplicate_din")
  }
}
