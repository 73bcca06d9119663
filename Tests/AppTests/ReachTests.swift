import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import App
@testable import TestSupport

@Test func `contacts are tried in the donor's order, by the ways the donor prefers`() async throws {
  try await Cast.play { cast in
    let path = "/v1/donors/\(try await cast.world.donor())"
    let mobile = try await cast.staff.post(
      "\(path)/contacts",
      #"{"kind": "mobile", "value": "8 747 000 93 11", "channels": ["whatsapp", "call"]}"#)
    #expect(mobile.status == .created, "\(mobile.text)")
    #expect(mobile["value"] == "+77470009311" && mobile["position"] == 1)
    #expect(mobile["channels"] == ["whatsapp", "call"])
    let mail = try await cast.recruiter.post(
      "\(path)/contacts", #"{"kind": "email", "value": "Aya@Example.KZ", "position": 1}"#)
    #expect(mail["value"] == "Aya@example.kz" && mail["channels"] == ["email"])
    let work = try await cast.staff.post(
      "\(path)/contacts", #"{"kind": "work", "value": "8 727 250 12 34"}"#)
    #expect(work["position"] == 3 && work["channels"] == ["call"])
    let twin = try await cast.staff.post(
      "\(path)/contacts", #"{"kind": "home", "value": "+77470009311"}"#)
    #expect(twin.code == "contact_already_there")
    let listed = try await cast.staff.get("\(path)/contacts")
    #expect(listed.items.map { $0["id"] } == [mobile["id"], mail["id"], work["id"]])
    let found = try await cast.staff.post("/v1/donor-searches", #"{"q": "87470009311"}"#)
    #expect(found.items.count == 1, "found by any of the telephones")
    let ended = try await cast.staff.post("/v1/contacts/\(mobile["id"]?.text ?? "")/ending")
    #expect(ended["ended_at"]?.text != nil, "\(ended.text)")
    let twice = try await cast.staff.post("/v1/contacts/\(mobile["id"]?.text ?? "")/ending")
    #expect(twice.code == "contact_already_ended")
    let none = try await cast.staff.post("/v1/donor-searches", #"{"q": "87470009311"}"#)
    #expect(none.items.isEmpty)
    let again = try await cast.staff.post(
      "\(path)/contacts", #"{"kind": "home", "value": "+77470009311"}"#)
    #expect(again.status == .created, "what went out of use can come back")
  }
}

@Test(arguments: [
  (#"{"kind": "mobile"}"#, "/value required"),
  (#"{"kind": "mobile", "value": "aya@example.kz"}"#, "/value phone_unreadable"),
  (#"{"kind": "email", "value": "87470009311"}"#, "/value email_unreadable"),
  (#"{"kind": "fax", "value": "87470009311"}"#, "/kind not_one_of"),
  (
    #"{"kind": "home", "value": "87272501234", "channels": ["sms"]}"#,
    "/channels/0 channel_not_of_kind"
  ),
  (#"{"kind": "home", "value": "87272501234", "channels": []}"#, "/channels wrong_count"),
])
func `a contact is of its kind`(body: String, complaint: String) async throws {
  try await Cast.play { cast in
    let path = "/v1/donors/\(try await cast.world.donor())/contacts"
    #expect(try await cast.staff.post(path, body).complaints == [complaint])
  }
}

@Test(arguments: ["en", "ru", "kk"])
func `whether a donor may be called is said with every rule's word`(language: String) async throws {
  try await Cast.play { cast in
    let path = "/v1/donors/\(try await cast.world.donor())"
    let asked = { try await cast.recruiter.get("\(path)/reach", ["Accept-Language": language]) }
    let strange = try await asked()
    #expect(strange["reachable"] == false && strange["first_reachable_on"] == .null)
    #expect(refusals(strange) == ["contact_known", "consent_given"])
    _ = try await cast.staff.post(
      "\(path)/contacts", #"{"kind": "mobile", "value": "87470009311"}"#)
    let consent = try await cast.staff.post(
      "\(path)/consents",
      """
      {"purpose": "recruitment", "channel": "call", "text_version": "2026-01", "manner": "paper",
       "given_at": "2026-11-01T09:00:00Z"}
      """)
    #expect(consent.status == .created, "\(consent.text)")
    let free = try await asked()
    #expect(free["reachable"] == true && free["first_reachable_on"] == "2026-11-18")
    #expect(free["purpose"] == "recruitment" && free["channel"] == "call")
    for rule in (free["rules"]?.elements ?? []) + (strange["rules"]?.elements ?? []) {
      let sentence = rule["explanation"]?.text ?? ""
      #expect(!sentence.isEmpty && !sentence.contains("{"), "\(rule)")
      #expect(rule["source"]?.text?.isEmpty == false && rule["legal_note"]?.text != nil)
    }
    _ = try await cast.staff.post("\(path)/unavailability", #"{"until": "2027-03-01"}"#)
    #expect(try await asked()["first_reachable_on"] == "2027-03-01")
    let then = try await cast.recruiter.get("\(path)/reach?on=2027-03-01&purpose=recruitment")
    #expect(then["reachable"] == true)
    // The last word counts.
    _ = try await cast.staff.post("\(path)/unavailability", #"{"until": "2026-11-18"}"#)
    #expect(try await asked()["reachable"] == true)
    #expect(try await cast.staff.get("\(path)/unavailability").items.count == 2)
    let withdrawn = try await cast.recruiter.post(
      "/v1/consents/\(consent["id"]?.text ?? "")/withdrawal")
    #expect(withdrawn["withdrawn_at"]?.text != nil, "\(withdrawn.text)")
    #expect(try await refusals(asked()) == ["consent_given"])
    let kept = try await cast.staff.get("\(path)/consents")
    #expect(kept.items.count == 1 && kept.items[0]["text_version"] == "2026-01")
    let twice = try await cast.staff.post(
      "/v1/consents/\(consent["id"]?.text ?? "")/withdrawal")
    #expect(twice.code == "consent_already_withdrawn")
  }
}

@Test func `a consent is not given or withdrawn tomorrow, nor withdrawn before it was given`()
  async throws
{
  try await Cast.play { cast in
    let path = "/v1/donors/\(try await cast.world.donor())/consents"
    let form = { (given: String) in
      """
      {"purpose": "research", "channel": "email", "text_version": "1", "manner": "online",
       "given_at": "\(given)"}
      """
    }
    #expect(
      try await cast.staff.post(path, form(cast.instant(1))).complaints
        == ["/given_at in_the_future"])
    let consent = try await cast.staff.post(path, form(cast.instant(-60)))
    let withdrawal = "/v1/consents/\(consent["id"]?.text ?? "")/withdrawal"
    let early = try await cast.staff.post(
      withdrawal, #"{"withdrawn_at": "\#(cast.instant(-61))"}"#)
    #expect(early.code == "consent_not_given_yet")
    let late = try await cast.staff.post(withdrawal, #"{"withdrawn_at": "\#(cast.instant(1))"}"#)
    #expect(late.complaints == ["/withdrawn_at in_the_future"])
    let right = try await cast.staff.post(
      withdrawal, #"{"withdrawn_at": "\#(cast.instant(-30))"}"#)
    #expect(right["withdrawn_at"]?.text == cast.instant(-30))
  }
}

@Test func `calls that were made bring a donor to his limit, wrong numbers end their contact`()
  async throws
{
  try await Cast.play { cast in
    let path = "/v1/donors/\(try await cast.world.donor())"
    let contact = try await cast.staff.post(
      "\(path)/contacts", #"{"kind": "mobile", "value": "87470009311"}"#)
    _ = try await cast.staff.post(
      "\(path)/contacts", #"{"kind": "home", "value": "87272501234"}"#)
    _ = try await cast.staff.post(
      "\(path)/consents",
      #"{"purpose": "recruitment", "channel": "call", "text_version": "1", "manner": "in_person"}"#)
    let attempt = { (outcome: String, at: String, contact: String) in
      try await cast.recruiter.post(
        "\(path)/contact-attempts",
        """
        {"purpose": "recruitment", "channel": "call", "outcome": "\(outcome)",
         "attempted_at": "\(at)"\(contact)}
        """)
    }
    let wrong = try await attempt(
      "wrong_number", "2026-11-10T08:00:00Z", #", "contact_id": "\#(contact["id"]?.text ?? "")""#)
    #expect(wrong.status == .created, "\(wrong.text)")
    let ended = try await cast.staff.get("\(path)/contacts").items.last
    #expect(ended?["id"] == contact["id"] && ended?["ended_at"]?.text != nil)
    _ = try await attempt("no_answer", "2026-11-11T08:00:00Z", "")
    #expect(try await cast.recruiter.get("\(path)/reach")["reachable"] == true)
    _ = try await attempt("will_come", "2026-11-12T08:00:00Z", "")
    let full = try await cast.recruiter.get("\(path)/reach")
    #expect(refusals(full) == ["contact_limit_reached"])
    #expect(full["first_reachable_on"] == "2026-12-11")
    #expect(try await cast.staff.get("\(path)/contact-attempts").items.count == 3)
    let strange = try await attempt(
      "reached", "2026-11-12T08:00:00Z",
      #", "contact_id": "\#(UUID().uuidString.lowercased())""#)
    #expect(strange.complaints == ["/contact_id contact_unknown"])
    let future = try await attempt("reached", "2026-11-19T08:00:00Z", "")
    #expect(future.complaints == ["/attempted_at in_the_future"])
  }
}

@Test func `how to reach a donor ends with the identity, what was agreed to stays as proof`()
  async throws
{
  try await Cast.play { cast in
    let planted = try await Planted(cast)
    let donor = try await cast.world.donor("Ұмытылған")
    let path = "/v1/donors/\(donor)"
    for (place, body) in [
      ("corrections", #"{"revision": 0, "region": "KZ-75", "reason": "\#(Planted.correction)"}"#),
      ("contacts", #"{"kind": "email", "value": "gone@example.kz"}"#),
      ("unavailability", #"{"until": "2027-03-01"}"#),
      (
        "consents",
        #"{"purpose": "research", "channel": "email", "text_version": "1", "manner": "paper"}"#
      ),
    ] {
      let answer = try await cast.staff.post("\(path)/\(place)", body)
      #expect(answer.status == .created, "\(answer.text)")
    }
    _ = try await cast.recruiter.post(
      "\(path)/contact-attempts",
      #"{"purpose": "research", "channel": "email", "outcome": "reached"}"#)
    let forgotten = try await cast.admin.post(
      "\(path)/anonymisation", #"{"reason": "donor_request"}"#)
    #expect(forgotten.status == .created, "\(forgotten.text)")
    for table in ["contacts", "unavailabilities", "contact_attempts", "donor_corrections"] {
      #expect(try await cast.world.tally("\(table) where donor_id = '\(donor)'") == 0, "\(table)")
    }
    let kept = try await cast.staff.get("\(path)/consents")
    #expect(kept.items.count == 1 && kept.items[0]["withdrawn_at"]?.text != nil)
    #expect(refusals(try await cast.staff.get("\(path)/reach")).contains("donor_active"))
    let late = try await cast.staff.post(
      "\(path)/contacts", #"{"kind": "email", "value": "late@example.kz"}"#)
    #expect(late.code == "donor_not_active")
    let other = try await cast.staff.get("/v1/donors/\(planted.donor)/contacts")
    #expect(other.items.count == 1, "another donor's stay")
  }
}

private func refusals(_ answer: TestResponse) -> [String] {
  (answer["rules"]?.elements ?? []).filter { $0["outcome"] != "pass" }
    .compactMap { $0["code"]?.text }
}
