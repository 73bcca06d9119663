import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import App
@testable import TestSupport

private func register(
  _ cast: Cast, _ family: String, _ given: String, phone: String? = nil, iin: String? = nil
) async throws -> TestResponse {
  var form: [String: JSONValue] = [
    "family_name": .text(family), "given_name": .text(given), "sex": "female",
    "birth_date": "1990-05-07",
  ]
  form["phone"] = phone.map { .text($0) }
  form["iin"] = iin.map { .text($0) }
  form["iin_mismatch_reason"] = iin.map { _ in "as issued" }
  return try await cast.staff.post("/v1/donors", JSONValue.object(form).sent)
}

@Test func `a desk sees who may be the same person, and why`() async throws {
  try await Cast.play { cast in
    let first = try await register(cast, "Ахметова", "Әлия", phone: "+77011112233")
    let second = try await register(cast, "Akhmetova", "Aliya", phone: "8 701 111 22 33")
    #expect(
      second["possible_duplicates"]?[0]?["evidence"] == ["birth_date", "name", "phone"])
    let path = "/v1/donors/\(first["id"]?.text ?? "")/duplicates"
    for client in [cast.staff, cast.laboratory, cast.client(.recruiter)] {
      let list = try await client.get(path)
      #expect(list.items.map { $0["id"] } == [second["id"]])
      #expect(list.items[0]["donor_number"] == second["donor_number"])
      #expect(!list.text.contains("Akhmetova") && !list.text.contains("7701111"))
    }
    let csv = try await cast.staff.get(path, ["Accept": "text/csv"])
    #expect(csv.text.contains(second["id"]?.text ?? "-"))
    let none = try await cast.staff.get("/v1/donors/\(UUID().uuidString.lowercased())/duplicates")
    #expect(none.status == .notFound)
  }
}

@Test func `the best of those who are found come first, page by page`() async throws {
  try await Cast.play { cast in
    var ids: [JSONValue?] = []
    for family in ["Омаров", "Omarov", "Омарова", "Умаров"] {
      ids.append(try await register(cast, family, "Ая")["id"])
    }
    let first = try await cast.staff.get(
      "/v1/donors?q=%D0%9E%D0%BC%D0%B0%D1%80%D0%BE%D0%B2&limit=2")
    #expect(first.items.map { $0["id"] } == Array(ids.prefix(2)))
    let link = try #require(first.header("Link")?.firstMatch(of: /<([^>]+)>/)).1
    let second = try await cast.staff.get(String(link))
    #expect(second.items.map { $0["id"] } == Array(ids.suffix(2)))
    #expect(second["next_cursor"] == .null)
    #expect(second.header("Link") == nil)
  }
}

@Test func `a survivor's numbers stand on one record, and the other's contacts lead to him`()
  async throws
{
  try await Cast.play { cast in
    let a = try await register(cast, "Ахметова", "Әлия")
    let b = try await register(cast, "Akhmetova", "Aliya", iin: "960229600013")
    let (kept, gone) = (a["id"]?.text ?? "", b["id"]?.text ?? "")
    let contact = try await cast.staff.post(
      "/v1/donors/\(gone)/contacts", #"{"kind": "mobile", "value": "87470009311"}"#)
    let merger = try await cast.laboratory.post(
      "/v1/donors/\(kept)/mergers", #"{"merged_donor_id": "\#(gone)", "reason": "one passport"}"#)
    #expect(merger.status == .created, "\(merger.text)")
    for iin in ["960229600013", "961123600012"] {
      let correction = try await cast.staff.post(
        "/v1/donors/\(kept)/corrections",
        #"{"revision": 0, "iin": "\#(iin)", "iin_mismatch_reason": "so", "reason": "added"}"#)
      #expect(correction.code == "merger_of_two_iins", "\(correction.text)")
    }
    let listed = try await cast.recruiter.get("/v1/donors/\(kept)/contacts")
    #expect(listed.items.map { $0["value"] } == ["+77470009311"])
    let reach = try await cast.recruiter.get("/v1/donors/\(kept)/reach?channel=call")
    let known = reach["rules"]?.elements.first { $0["code"] == "contact_known" }
    #expect(known?["outcome"] == "pass", "\(reach.text)")
    let attempt = try await cast.recruiter.post(
      "/v1/donors/\(kept)/contact-attempts",
      """
      {"purpose": "recruitment", "channel": "call", "outcome": "wrong_number",
       "contact_id": "\(contact["id"]?.text ?? "")"}
      """)
    #expect(attempt.status == .created, "\(attempt.text)")
    #expect(try await cast.staff.get("/v1/donors/\(kept)/contacts").items[0]["ended_at"] != .null)
  }
}

@Test func `two records become one and two again`() async throws {
  try await Cast.play { cast in
    let a = try await register(cast, "Ахметова", "Әлия")
    let b = try await register(cast, "Akhmetova", "Aliya", iin: "960229600013")
    let (kept, gone) = (a["id"]?.text ?? "", b["id"]?.text ?? "")
    let preview = try await cast.laboratory.get("/v1/donors/\(kept)/merge-preview?with=\(gone)")
    #expect(preview.status == .ok, "\(preview.text)")
    #expect(
      preview.value.members
        == ["survivor", "merged", "moves", "deferrals", "conflicts", "refused_by"])
    #expect(preview["survivor"]?["id"]?.text == kept)
    #expect(preview["conflicts"] == [] && preview["refused_by"] == .null)
    #expect(preview["merged"]?["has_iin"] == true && !preview.text.contains("•13"))
    for query in ["", "?with=\(kept)", "?with=x"] {
      let answer = try await cast.laboratory.get("/v1/donors/\(kept)/merge-preview\(query)")
      #expect(answer.status == .badRequest, "\(query)")
    }
    let body = #"{"merged_donor_id": "\#(gone)", "reason": "one passport"}"#
    #expect(try await cast.staff.post("/v1/donors/\(kept)/mergers", body).status == .forbidden)
    let merger = try await cast.laboratory.post("/v1/donors/\(kept)/mergers", body)
    #expect(merger.status == .created, "\(merger.text)")
    #expect(merger["merged_number"] == b["donor_number"] && merger["undone_at"] == .null)
    let refused = try await cast.staff.get("/v1/donors/\(gone)")
    #expect(refused.status == .conflict && refused.code == "donor_merged")
    let number = try #require(a["donor_number"]?.integer)
    #expect(refused["detail"]?.text?.contains("\(number) (\(kept))") == true)
    for words in ["960229600013", "\(b["donor_number"]?.integer ?? 0)", "Akhmetova"] {
      let found = try await cast.staff.get("/v1/donors?q=\(words)")
      #expect(found.items.map { $0["id"] } == [a["id"]], "\(words)")
    }
    let again = try await register(cast, "Ким", "Анна", iin: "960229600013")
    #expect(again.code == "duplicate_iin")
    #expect(again["detail"]?.text?.contains(String(number)) == true)
    let list = try await cast.laboratory.get("/v1/donors/\(kept)/mergers")
    #expect(list.items == [merger.value])
    let undone = try await cast.laboratory.post(
      "/v1/mergers/\(merger["id"]?.text ?? "")/undoing", #"{"reason": "two sisters"}"#)
    #expect(undone.status == .created && undone["undo_reason"] == "two sisters")
    #expect(try await cast.staff.get("/v1/donors/\(gone)")["iin"]?.text?.hasSuffix("13") == true)
  }
}
