import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import App
@testable import TestSupport

@Test(arguments: [
  "Һ", "Ұлжан Әділқызы", "O’Brien-Мәжит", "d'Artagnan", "王小明", "محمد علي", "דוד", "Νίκος",
  "José María", "Nguyễn Thị Ánh", "Þórður", "Ọláwálé", "राम कुमार", "ขนิษฐา", "გიორგი",
  "Z̷̢͎͓a̵l̸g̶o̷", "👩🏽‍⚕️ Ая", "İpek", "ß", "ﬁ", "\u{202B}Ая\u{202C}", "null", "<b>Ая</b>",
  "Ая; drop table donors", "100%", "{reason}",
])
func `a name of any script comes back as it was given`(name: String) async throws {
  try await Cast.play { cast in
    let answer = try await register(cast, name)
    #expect(answer.status == .created, "\(answer.text)")
    #expect(answer["family_name"]?.text == name.precomposedStringWithCanonicalMapping)
    let path = try #require(answer.header("Location"))
    #expect(try await cast.staff.get(path)["family_name"] == answer["family_name"])
    let escaped = name.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    let found = try await cast.staff.get("/v1/donors?q=\(escaped)")
    #expect(found.items.map { $0["id"] } == [answer["id"]], "found by its own name")
  }
}

@Test func `two spellings of one name in Unicode are one name`() async throws {
  try await Cast.play { cast in
    let first = try await register(cast, "Cafe\u{301}")
    let second = try await register(cast, "Café")
    #expect(first["family_name"] == second["family_name"])
    #expect(
      second["possible_duplicates"]?.elements.map { $0["id"] } == [first["id"]])
    #expect(second["possible_duplicates"]?[0]?["evidence"] == ["birth_date", "name"])
  }
}

@Test(arguments: ["а", "é", "e\u{301}", "😀", "Һ"])
func `a name has up to two hundred characters`(letter: String) async throws {
  try await Cast.play { cast in
    let longest = try await register(cast, String(repeating: letter, count: 200))
    #expect(longest.status == .created, "\(longest.text)")
    let longer = try await register(cast, String(repeating: letter, count: 201))
    #expect(longer.complaints == ["/family_name too_long"])
  }
}

@Test func `one letter under a mountain of accents is too long`() async throws {
  try await Cast.play { cast in
    let answer = try await register(cast, "e" + String(repeating: "\u{301}", count: 5000))
    #expect(answer.complaints == ["/family_name too_long"])
  }
}

@Test(arguments: [
  ("", "empty"), (" ", "empty"), ("\t\n", "empty"), ("\u{A0}", "empty"), ("\u{3000}", "empty"),
  ("\u{200B}", "empty"), ("А\u{0}", "control_character"), ("А\u{7}й", "control_character"),
  ("А\nй", "control_character"), ("А\u{9F}", "control_character"),
  ("А\u{2028}й", "control_character"), ("А\u{2029}й", "control_character"),
])
func `a name that shows nothing, or that steers a screen, is refused`(
  name: String, code: String
) async throws {
  try await Cast.play { cast in
    let answer = try await register(cast, name)
    #expect(answer.complaints == ["/family_name \(code)"])
  }
}

@Test func `blanks around a name are not part of it`() async throws {
  try await Cast.play { cast in
    let answer = try await register(cast, "  Әлия \t")
    #expect(answer["family_name"] == "Әлия")
  }
}

private func register(_ cast: Cast, _ family: String) async throws -> TestResponse {
  try await cast.staff.post(
    "/v1/donors",
    JSONValue.object([
      "family_name": .text(family), "given_name": "Ая", "sex": "female",
      "birth_date": "1990-05-17",
    ]).sent)
}

@Test(arguments: [
  "می\u{200C}خواهم", "क\u{94D}\u{200D}ष", "\u{2067}דוד\u{2069} Smith", "Аа\u{200E}-Ая", "神\u{FA19}",
  "Ұлы 3-ші", "ʻOkina", "I\u{307}", "한글", "Ая\u{200B}Мая",
])
func `what joins, parts or turns letters stays in a name`(name: String) async throws {
  try await Cast.play { cast in
    let answer = try await register(cast, name)
    let kept = Array((answer["family_name"]?.text ?? answer.text).unicodeScalars)
    // NFC would make another character of a compatibility ideograph.
    let whole = Array(name.precomposedStringWithCanonicalMapping.unicodeScalars)
    #expect(kept == (name.contains("\u{FA19}") ? Array(name.unicodeScalars) : whole))
  }
}

@Test(arguments: [
  ("\u{200D}", "empty"), ("\u{2060}\u{AD}", "empty"), ("\u{3164}", "empty"), ("\u{2800}", "empty"),
  ("\u{202E}яА", "control_character"), ("Ая\u{202D}", "control_character"),
  ("\u{202B}Ая", "control_character"), ("Ая\u{202C}", "control_character"),
  ("\u{2066}Ая\u{202C}", "control_character"), ("Ая\u{2069}\u{2066}", "control_character"),
])
func `a name that shows nothing, or that turns what stands behind it, is refused`(
  name: String, code: String
) async throws {
  try await Cast.play { cast in
    let answer = try await register(cast, name)
    #expect(answer.complaints == ["/family_name \(code)"])
  }
}
