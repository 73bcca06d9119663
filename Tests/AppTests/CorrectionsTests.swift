import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import App
@testable import TestSupport

private let registration = """
  {"family_name": "Оспанова", "given_name": "Ая", "sex": "female", "birth_date": "1990-05-17",
   "phone": "+77011234567", "patronymic": "Маратқызы"}
  """

@Test func `a record is corrected, found by its new name and number, and no value is in the audit`()
  async throws
{
  try await Cast.play { cast in
    let donor = try await cast.staff.post("/v1/donors", registration)
    let path = try #require(donor.header("Location"))
    #expect(donor["revision"] == 0)
    let answer = try await cast.staff.post(
      "\(path)/corrections",
      """
      {"revision": 0, "family_name": "Сейітқалиева", "patronymic": null, "phone": "8 747 000 93 11",
       "latin_name": "Seitkaliyeva", "language": "ru", "region": "KZ-75",
       "birth_date": "1991-05-17", "iin": "960229600013", "iin_mismatch_reason": "planted words",
       "reason": "misread document"}
      """)
    #expect(answer.status == .created, "\(answer.text)")
    #expect(answer["revision"] == 1)
    #expect(answer["family_name"] == "Сейітқалиева" && answer["given_name"] == "Ая")
    #expect(answer["patronymic"] == .null && answer["phone"] == "+77470009311")
    #expect(try await cast.staff.get(path).value == answer.value)
    for (words, count) in [
      ("Сеитк", 1), ("Оспанова", 0), ("87470009311", 1), ("87011234567", 0), ("960229600013", 1),
    ] {
      let found = try await cast.staff.post("/v1/donor-searches", #"{"q": "\#(words)"}"#)
      #expect(found.items.count == count, "\(words)")
    }
    let audit = try await cast.auditor.get("/v1/audit?donor=\(donor["id"]?.text ?? "")")
    let event = try #require(audit.items.first { $0["kind"] == "donor.corrected" })
    #expect(
      event["detail"] == [
        "fields": .text(
          "family_name patronymic latin_name birth_date iin iin_mismatch_reason phone language "
            + "region"),
        "added": "latin_name iin iin_mismatch_reason region", "removed": "patronymic",
      ])
    for value in ["Сейітқ", "7470009311", "Seit", "1991-05-17", "planted", "misread", "KZ-75"] {
      #expect(!audit.text.contains(value), "\(value)")
    }
    let list = try await cast.recruiter.get("\(path)/corrections")
    #expect(list.items.count == 1)
    #expect(list.items[0]["reason"] == "misread document" && list.items[0]["revision"] == 1)
    #expect(!list.text.contains("7470009311"))
  }
}

@Test func `who corrects what another has changed meanwhile is told, and overwrites nothing`()
  async throws
{
  try await Cast.play { cast in
    let path = try await registered(cast)
    let answers = try await concurrently(0..<8, width: 8) { index in
      try await cast.staff.post(
        "\(path)/corrections", #"{"revision": 0, "phone": "+7701123450\#(index)"}"#)
    }
    #expect(answers.count { $0.status == .created } == 1)
    #expect(answers.filter { $0.status != .created }.allSatisfy { $0.code == "donor_changed" })
    let kept = try await cast.staff.get(path)
    #expect(kept["phone"] == answers.first { $0.status == .created }?["phone"])
    #expect(kept["revision"] == 1)
  }
}

@Test func `what changes nothing makes no revision`() async throws {
  try await Cast.play { cast in
    let path = try await registered(cast)
    let answer = try await cast.staff.post(
      "\(path)/corrections", #"{"revision": 0, "phone": "87011234567", "language": "kk"}"#)
    #expect(answer["revision"] == 0, "\(answer.text)")
    #expect(try await cast.world.count("donor_corrections") == 0)
    #expect(try await cast.world.tally("events where kind = 'donor.corrected'") == 0)
  }
}

@Test(arguments: [
  (#"{"revision": 0}"#, "/reason nothing_to_correct"),
  (#"{"revision": 0, "sex": "male"}"#, "/reason required"),
  (#"{"revision": 0, "birth_date": "1990-05-18"}"#, "/reason required"),
  (#"{"revision": 0, "iin": null}"#, "/reason required"),
  (#"{"revision": 0, "family_name": null, "phone": null}"#, "/family_name required"),
  (#"{"revision": 0, "name": "Ая", "given_name": "Ая"}"#, "/name name_beside_parts"),
  (
    #"{"revision": 0, "birth_date": "2090-01-01", "reason": "x"}"#,
    "/birth_date birth_date_impossible"
  ),
  (#"{"phone": null}"#, "/revision required"),
])
func `a correction says what it corrects, and why where it matters`(
  body: String, complaint: String
) async throws {
  try await Cast.play { cast in
    let path = try await registered(cast)
    let answer = try await cast.staff.post("\(path)/corrections", body)
    #expect(answer.complaints == [complaint], "\(answer.text)")
  }
}

@Test func `a correction that changes nothing is a look at the record all the same`() async throws {
  try await Cast.play { cast in
    let path = try await registered(cast)
    let answer = try await cast.staff.post(
      "\(path)/corrections", #"{"revision": 0, "latin_name": null}"#)
    #expect(answer.status == .created && answer["revision"] == 0, "\(answer.text)")
    #expect(try await cast.world.tally("events where kind = 'donor.viewed'") == 1)
    #expect(try await cast.world.tally("donor_corrections") == 0)
  }
}

@Test func `a number that is corrected to another donor's shows whose it is`() async throws {
  try await Cast.play { cast in
    let with = registration.replacing(
      "\"phone\"", with: "\"iin\": \"960229600013\", \"iin_mismatch_reason\": \"so\", \"phone\"")
    let owner = try await cast.staff.post("/v1/donors", with)
    let path = try await registered(cast)
    let taken = try await cast.staff.post(
      "\(path)/corrections",
      #"{"revision": 0, "iin": "960229600013", "iin_mismatch_reason": "so", "reason": "added"}"#)
    #expect(taken.code == "duplicate_iin")
    #expect(taken["donor"]?["id"] == owner["id"])
    let differs = try await cast.staff.post(
      "\(path)/corrections", #"{"revision": 0, "iin": "960229500017", "reason": "added"}"#)
    #expect(differs.code == "iin_differs")
    #expect(
      differs.complaints == ["/birth_date iin_birth_date_differs", "/sex iin_sex_differs"])
    // A reason vouches for one number, not for the next.
    let ownerPath = try #require(owner.header("Location"))
    let other = try await cast.staff.post(
      "\(ownerPath)/corrections", #"{"revision": 0, "iin": "961123600012", "reason": "misread"}"#)
    #expect(other.code == "iin_differs")
    let away = try await cast.staff.post(
      "\(ownerPath)/corrections", #"{"revision": 0, "iin": null, "reason": "of her sister"}"#)
    #expect(away["iin"] == .null && away["iin_mismatch_reason"] == .null)
    let free = try await cast.staff.post(
      "\(path)/corrections",
      #"{"revision": 0, "iin": "960229600013", "iin_mismatch_reason": "so", "reason": "hers"}"#)
    #expect(free.status == .created, "\(free.text)")
  }
}

@Test func `a corrected birth date decides eligibility anew`() async throws {
  try await Cast.play { cast in
    let path = try await registered(cast)
    #expect(try await cast.staff.get("\(path)/eligibility")["eligible"] == true)
    _ = try await cast.staff.post(
      "\(path)/corrections",
      #"{"revision": 0, "birth_date": "2015-05-17", "reason": "wrong century"}"#)
    let answer = try await cast.staff.get("\(path)/eligibility")
    #expect(answer["eligible"] == false)
    #expect(answer["first_eligible_on"] == "2033-05-17")
  }
}

@Test func `who was deferred when his identity was deleted is deferred again by his IIN`()
  async throws
{
  try await Cast.play { cast in
    let with = registration.replacing(
      "\"phone\"", with: "\"iin\": \"960229600013\", \"iin_mismatch_reason\": \"so\", \"phone\"")
    let first = try #require(try await cast.staff.post("/v1/donors", with).header("Location"))
    _ = try await cast.staff.post(
      "\(first)/deferrals", #"{"reason": "hepatitis_c", "from": "2026-01-01"}"#)
    _ = try await cast.admin.post("\(first)/anonymisation", #"{"reason": "donor_request"}"#)
    let again = try await registered(cast)
    #expect(try await cast.staff.get("\(again)/deferrals").items.isEmpty)
    let corrected = try await cast.staff.post(
      "\(again)/corrections",
      #"{"revision": 0, "iin": "960229600013", "iin_mismatch_reason": "so", "reason": "added"}"#)
    #expect(corrected.status == .created, "\(corrected.text)")
    let deferrals = try await cast.staff.get("\(again)/deferrals")
    #expect(deferrals.items.map { $0["reason"] } == ["deferred_before"])
    let gone = try await cast.staff.post(
      "\(first)/corrections", #"{"revision": 0, "phone": null}"#)
    #expect(gone.code == "donor_not_active")
  }
}

/// The place of a registered donor.
private func registered(_ cast: Cast) async throws -> String {
  try #require(try await cast.staff.post("/v1/donors", registration).header("Location"))
}

@Test func `a letter is corrected that Swift takes for its compatibility form`() async throws {
  try await Cast.play { cast in
    let donor = try await cast.staff.post(
      "/v1/donors",
      #"{"family_name": "\#u{F9E1}", "sex": "male", "birth_date": "1990-05-17"}"#)
    let path = try #require(donor.header("Location"))
    let answer = try await cast.staff.post(
      "\(path)/corrections", #"{"revision": 0, "family_name": "\#u{674E}"}"#)
    #expect(answer.status == .created && answer["revision"] == 1, "\(answer.text)")
    let kept = try await cast.world.books("select family_name from identities", as: String.self)
    #expect(kept.map { Array($0.unicodeScalars) } == [["\u{674E}"]])
  }
}
