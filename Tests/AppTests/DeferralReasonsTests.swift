import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Store
import TestSupport
import Testing

@testable import App

@Test(arguments: PolicyFilesTests.shipped)
func `each reason of a policy is in the list`(name: String) throws {
  let policy = try PolicyDocument(named: name).policy
  for rule in policy.deferrals {
    #expect(DeferralReasons.reason(rule.reason) != nil, "\(name): \(rule.reason)")
  }
}

@Test func `what the service and the demonstration write down is in the list`() {
  let written =
    VitalSign.reasons
    .union([
      "test_reactive", "deferred_before", "low_haemoglobin", "blood_pressure", "recent_illness",
      "other",
    ])
  for code in written { #expect(DeferralReasons.reason(code) != nil, "\(code)") }
}

@Test func `each reason has its words in all three languages, and no two the same`() throws {
  let reasons = try DeferralReasons.read()
  #expect(reasons.count > 100)
  #expect(Set(reasons.map(\.code)).count == reasons.count)
  for language in Language.allCases {
    for reason in reasons {
      for words in [reason.text[language], reason.forDonor[language]] {
        #expect(!words.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty, "\(reason.code)")
      }
    }
    #expect(Set(reasons.map { $0.text[language] }).count == reasons.count, "\(language)")
  }
}

@Test func `what a donor may read is said of so many reasons that it names none`() throws {
  let reasons = try DeferralReasons.read()
  for language in Language.allCases {
    let shared = Dictionary(grouping: reasons) { $0.forDonor[language] }
    #expect(shared.values.allSatisfy { $0.count >= 4 }, "\(language)")
    for (words, told) in shared {
      for reason in told {
        #expect(!words.lowercased().contains(reason.text[language].lowercased()), "\(words)")
      }
    }
  }
  let ofTest = DeferralReasons.reason("test_reactive")?.forDonor
  #expect(ofTest == DeferralReasons.reason("vaccines_by_type")?.forDonor)
}

@Test(arguments: Language.allCases)
func `the reasons are told in the language of whoever asks`(language: Language) async throws {
  try await Cast.play { cast in
    for client in [cast.staff, cast.laboratory, cast.coordinator, cast.recruiter] {
      let answer = try await client.get(
        "/v1/deferral-reasons", ["Accept-Language": language.rawValue])
      let tattoo = answer.items.first { $0["code"] == "tattoo_or_piercing" }
      let expected = DeferralReasons.reason("tattoo_or_piercing")
      #expect(tattoo?["text"]?.text == expected?.text[language])
      #expect(tattoo?["for_donor"]?.text == expected?.forDonor[language])
      #expect(tattoo?["kind"] == "temporary")
    }
  }
}

@Test func `a reason that nobody knows is refused at its place, and says where to look`()
  async throws
{
  try await Cast.play { cast in
    let path = "/v1/donors/\(try await cast.world.donor())/deferrals"
    for reason in ["tatoo", "Tattoo", "left arm"] {
      let answer = try await cast.staff.post(
        path, #"{"reason": "\#(reason)", "from": "2026-11-01"}"#)
      #expect(answer.status == .unprocessableContent)
      #expect(answer.complaints == ["/reason reason_unknown"], "\(answer.text)")
      let detail = answer["errors"]?[0]?["detail"]?.text
      #expect(detail?.contains("/v1/deferral-reasons") == true)
    }
    let other = try await cast.staff.post(path, #"{"reason": "other", "from": "2026-11-01"}"#)
    #expect(other.complaints == ["/note required"])
    let noted = try await cast.staff.post(
      path, #"{"reason": "other", "from": "2026-11-01", "note": "asked not to give today"}"#)
    #expect(noted.status == .created)
    #expect(noted["kind"] == "until_lifted" && noted["note"] == "asked not to give today")
  }
}

@Test(
  arguments: [
    ("acute_infection_arvi", "2026-10-31", "2026-11-30", "temporary"),
    ("tattoo_piercing_acupuncture", "2026-02-28", "2027-02-28", "temporary"),
    ("alcohol", "2026-11-17", "2026-11-19", "temporary"),
    ("smoking", "2026-11-18", nil, "until_lifted"),
    ("tuberculosis", "2026-11-01", nil, "permanent"),
  ] as [(String, String, String?, String)])
func `the service knows until when a reason defers`(
  reason: String, event: String, until: String?, kind: String
) async throws {
  try await Cast.play { cast in
    let answer = try await cast.staff.post(
      "/v1/donors/\(try await cast.world.donor())/deferrals",
      #"{"reason": "\#(reason)", "from": "2026-11-18", "event_on": "\#(event)"}"#)
    #expect(answer.status == .created, "\(answer.text)")
    #expect(answer["until"] == (until.map { .text($0) } ?? .null))
    #expect(answer["kind"]?.text == kind)
  }
}

@Test(arguments: [
  (#""reason": "alcohol", "event_on": "2026-11-01""#, "/event_on deferral_term_over"),
  (#""reason": "tattoo", "event_on": "2026-11-01""#, "/event_on deferral_term_unknown"),
  (#""reason": "tattoo", "kind": "temporary""#, "/kind deferral_kind_contradicted"),
  (
    #""reason": "tattoo", "kind": "permanent", "until": "2027-01-01""#,
    "/kind deferral_kind_contradicted"
  ),
])
func `a deferral whose days contradict each other is refused`(
  members: String, complaint: String
) async throws {
  try await Cast.play { cast in
    let answer = try await cast.staff.post(
      "/v1/donors/\(try await cast.world.donor())/deferrals",
      #"{"from": "2026-11-18", \#(members)}"#)
    #expect(answer.complaints == [complaint], "\(answer.text)")
  }
}

@Test func `a permanent deferral is not ended, and voided it never counted`() async throws {
  try await Cast.play { cast in
    let donor = try await cast.world.donor()
    let deferral = try await cast.staff.post(
      "/v1/donors/\(donor)/deferrals", #"{"reason": "malignancy", "from": "2026-11-01"}"#)
    #expect(deferral["kind"] == "permanent")
    let id = try #require(deferral["id"]?.text)
    let eligibility = "/v1/donors/\(donor)/eligibility"
    let told = try await cast.staff.get(eligibility)["rules"]?.elements
      .first { $0["code"] == "donor_deferred" }
    #expect(told?["facts"]?["term"] == "permanent")
    let ended = try await cast.staff.post("/v1/deferrals/\(id)/ending", #"{"reason": "recovered"}"#)
    #expect(ended.status == .conflict && ended.code == "deferral_is_permanent")
    let voided = try await cast.staff.post(
      "/v1/deferrals/\(id)/voiding", #"{"reason": "other donor"}"#)
    #expect(voided.status == .created)
    #expect(try await cast.staff.get(eligibility)["eligible"] == true)
  }
}

@Test func `a deferral of another centre names it`() async throws {
  try await Cast.play { cast in
    let answer = try await cast.staff.post(
      "/v1/donors/\(try await cast.world.donor())/deferrals",
      #"{"reason": "test_reactive", "from": "2026-11-01", "centre": "Ақтөбе қан орталығы"}"#)
    #expect(answer["source"] == "other_centre")
    #expect(answer["centre"] == "Ақтөбе қан орталығы")
  }
}
