import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import App
@testable import TestSupport

private func form(_ changes: [String: JSONValue]) -> String {
  let form: [String: JSONValue] = [
    "family_name": "Оспанова", "sex": "female", "birth_date": "1990-05-17",
  ]
  return JSONValue.object(form.merging(changes) { $1 }.filter { $0.value != .null }).sent
}

@Test func `a person with one name is registered by it, under either member`() async throws {
  try await Cast.play { cast in
    for changes: [String: JSONValue] in [
      ["family_name": "Сухарто"], ["family_name": .null, "name": "Сухарто"],
      ["family_name": "Сухарто", "given_name": .null],
    ] {
      let answer = try await cast.staff.post("/v1/donors", form(changes))
      #expect(answer.status == .created, "\(answer.text)")
      #expect(answer["family_name"] == "Сухарто")
      #expect(answer["given_name"] == .null && answer["patronymic"] == .null)
    }
    let both = try await cast.staff.post("/v1/donors", form(["name": "Сухарто"]))
    #expect(both.complaints == ["/name name_beside_parts"])
    let none = try await cast.staff.post("/v1/donors", form(["family_name": .null]))
    #expect(none.complaints == ["/family_name required"])
  }
}

@Test(arguments: [
  "Khill", "O'Brien-Smith", "José Nuñez", "Þórður Łukasz", "Đặng", "Õ’Sullivan, Jr. 3",
])
func `the spelling of a passport stands beside the name`(latin: String) async throws {
  try await Cast.play { cast in
    let answer = try await cast.staff.post(
      "/v1/donors", form(["family_name": "Һәлиев", "latin_name": .text(latin)]))
    #expect(answer["family_name"] == "Һәлиев")
    #expect(answer["latin_name"] == .text(latin), "\(answer.text)")
  }
}

@Test(arguments: ["Хилл", "Hilл", "山", "123", "-"])
func `a Latin spelling is in Latin letters`(latin: String) async throws {
  try await Cast.play { cast in
    let answer = try await cast.staff.post("/v1/donors", form(["latin_name": .text(latin)]))
    #expect(answer.complaints == ["/latin_name latin_name_not_latin"])
  }
}

@Test(arguments: [
  ("1990-05-17", "female", ["/birth_date iin_birth_date_differs"]),
  ("2096-02-29", "male", ["/sex iin_sex_differs"]),
  ("1990-05-17", "male", ["/birth_date iin_birth_date_differs", "/sex iin_sex_differs"]),
])
func `a number that differs is taken with its reason, and is never lost`(
  born: String, sex: String, differences: [String]
) async throws {
  // A world in which a date of the next century has come.
  try await World.lend(at: Date(timeIntervalSince1970: 4_000_000_000)) { world in
    try await Client.lend(world) { clients in
      let cast = try await Cast(world, clients)
      var changes: [String: JSONValue] = [
        "sex": .text(sex), "birth_date": .text(born), "iin": "960229600013",
      ]
      let asked = try await cast.staff.post("/v1/donors", form(changes), key: "once")
      #expect(asked.status == .conflict, "\(asked.text)")
      #expect(asked.code == "iin_differs")
      #expect(asked.complaints == differences)
      #expect(try await world.count("donors") == 0)
      changes["iin_mismatch_reason"] = "the document says so"
      let taken = try await cast.staff.post("/v1/donors", form(changes), key: "once")
      #expect(taken.status == .created, "\(taken.text)")
      let donor = try await cast.staff.get(taken.header("Location") ?? "")
      let codes = differences.map { JSONValue.text(String($0.split(separator: " ")[1])) }
      #expect(donor["iin_differs"] == .array(codes))
      #expect(donor["iin_mismatch_reason"] == "the document says so")
      let laboratory = try await cast.laboratory.get(taken.header("Location") ?? "")
      #expect(laboratory["iin_differs"] == .null && laboratory["iin_mismatch_reason"] == .null)
      let audit = try await cast.auditor.get("/v1/audit?donor=\(donor["id"]?.text ?? "")")
      #expect(audit.text.contains("iin_mismatch_reason"))
      #expect(!audit.text.contains("the document says so"))
    }
  }
}

@Test func `a number that agrees needs no reason, and keeps none`() async throws {
  try await World.lend(at: Date(timeIntervalSince1970: 4_000_000_000)) { world in
    try await Client.lend(world) { clients in
      let cast = try await Cast(world, clients)
      let answer = try await cast.staff.post(
        "/v1/donors",
        form([
          "birth_date": "2096-02-29", "iin": "960229600013", "iin_mismatch_reason": "to be sure",
        ]))
      #expect(answer["iin_differs"] == [], "\(answer.text)")
      #expect(answer["iin_mismatch_reason"] == .null)
    }
  }
}

@Test func `a wrong check digit is refused, whatever the reason`() async throws {
  try await Cast.play { cast in
    let answer = try await cast.staff.post(
      "/v1/donors", form(["iin": "960229600014", "iin_mismatch_reason": "I am sure"]))
    #expect(answer.complaints == ["/iin iin_check_digit_wrong"])
  }
}

@Test func `the same document finds the same donor, and is shown to nobody whole`() async throws {
  try await Cast.play { cast in
    let passport: JSONValue = ["kind": "passport", "country": "DE", "number": "C01X 00T-47"]
    let first = try await cast.staff.post("/v1/donors", form(["document": passport]))
    #expect(first.status == .created, "\(first.text)")
    #expect(first["document"] == ["kind": "passport", "country": "DE", "number": "•••••••47"])
    let twin = try await cast.recruiter.post(
      "/v1/donors",
      form([
        "family_name": "Ким",
        "document": ["kind": "passport", "country": "DE", "number": "c01x00t47"],
      ]))
    #expect(twin.code == "duplicate_document")
    #expect(twin["donor"]?["id"] == first["id"])
    #expect(!twin.text.contains("C01X"))
    let other = try await cast.staff.post(
      "/v1/donors",
      form(["document": ["kind": "passport", "country": "FR", "number": "C01X00T47"]]))
    #expect(other.status == .created, "another country's document is another one")
    for (document, complaint) in [
      (["kind": "visa", "country": "DE", "number": "A1"], "/document/kind not_one_of"),
      (
        ["kind": "other", "country": "Германия", "number": "A1"],
        "/document/country country_unknown"
      ),
      (
        ["kind": "other", "country": "DE", "number": "none"],
        "/document/number document_number_unreadable"
      ),
      (
        ["kind": "other", "country": "DE", "number": "A1", "scan": "aGVsbG8="],
        "/document/scan unknown_member"
      ),
    ] as [(JSONValue, String)] {
      let answer = try await cast.staff.post("/v1/donors", form(["document": document]))
      #expect(answer.complaints == [complaint])
    }
  }
}

@Test func `of many who register one person at once one does, and the others are shown whom`()
  async throws
{
  try await Cast.play { cast in
    let same: [String: JSONValue] = [
      "iin": "960229600013", "iin_mismatch_reason": "the document says so",
    ]
    let answers = try await concurrently(0..<12, width: 12) { index in
      try await (index.isMultiple(of: 2) ? cast.staff : cast.recruiter).post(
        "/v1/donors", form(same.merging(["given_name": .text("Ая \(index)")]) { $1 }))
    }
    let made = answers.filter { $0.status == .created }
    #expect(made.count == 1)
    for answer in answers where answer.status != .created {
      #expect(answer.code == "duplicate_iin", "\(answer.text)")
      #expect(answer["donor"]?["id"] == made.first?["id"])
    }
    #expect(try await cast.world.count("donors") == 1)
    #expect(try await cast.world.count("identities") == 1)
  }
}
