import Domain
import Foundation
import Store
import TestSupport
import Testing

@testable import App

@Test func `a name of any script, length and composition comes in and goes out as it is`()
  async throws
{
  let names = [
    "Һ", "Ұлжан Әділқызы", "O’Brien-Мәжит", "d'Artagnan", "''", "'-", "王小明", "محمد علي", "דוד",
    "Νίκος",
    "Nguyễn Thị Ánh", "Þórður", "Ọláwálé", "राम कुमार", "ขนิษฐา", "გიორგი", "Z̷̢͎͓a̵l̸g̶o̷", "👩🏽‍⚕️ Ая",
    "İpek", "ß", "ﬁ", "\u{202B}Ая\u{202C}", "null", "\\N", "\\.", "{a,b}", "a\\tb",
    "Ая; drop table",
    // To Swift a sign with an accent on it is another sign, to every reader of a file it is not.
    "А,\u{301}Б", "А\"\u{301}Б", "\u{600}\"", "\u{600},А",
    "=1+1", "-", "100%", "{reason}", "NULL", "\"Ая\"", "«Ая», внук", "е\u{301}", "می‌خواهم",
    String(repeating: "Ә", count: 200), String(repeating: "e\u{301}\u{323}", count: 200),
    String(repeating: "😀", count: 200),
  ]
  let first = try await World.lend { world in
    let rows = names.enumerated().map { index, name in
      "\(index),\(CSVText.quoted(name, ",")),f,\(1930 + index)-05-17\r\n"
    }
    let outcome = try await world.reading(
      .donors, "external_id,family_name,sex,birth_date\r\n" + rows.joined())
    #expect(outcome.words == [])
    let kept = try await world.books(
      "select family_name from identities order by external_id::integer", as: String.self)
    for (name, kept) in zip(names, kept) {
      #expect(Array(kept.utf8) == Array(name.precomposedStringWithCanonicalMapping.utf8))
    }
    #expect(kept.count == names.count)
    return try await world.exporting(.donors)
  }
  let second = try await World.lend { world in
    _ = try await world.reading(.donors, first)
    return try await world.exporting(.donors)
  }
  #expect(Array(second.utf8) == Array(first.utf8))
}

@Test(arguments: [
  "", " ", "\u{A0}", "\u{200B}", "А\u{7}й", "А\u{0}й", "А\u{9F}", "А\u{2028}й", "А\nй", "А\tй",
])
func `a name that shows nothing or steers a screen is refused`(name: String) async throws {
  try await World.lend { world in
    let outcome = try await world.reading(
      .donors, "family_name,sex,birth_date\n\(CSVText.quoted(name, ",")),f,1990-05-17\n")
    #expect(outcome.counts == [0, 0, 1, 0])
    #expect(["empty", "control_character"].contains(outcome.findings.first?.code ?? ""))
    #expect(try await world.tally("donors") == 0)
  }
}

@Test func `somebody with one name is a donor like any other`() async throws {
  try await World.lend { world in
    let text = "family_name,given_name,sex,birth_date\nСухарто,,m,1981-06-08\n"
    #expect(try await world.reading(.donors, text).counts == [1, 0, 0, 0])
    let donor = try await world.books("select id from donors", as: ID<Donor>.self)[0]
    let seen = try await world.donor(donor)
    #expect(seen.familyName == "Сухарто" && seen.givenName == nil)
  }
}

@Test(.timeLimit(.minutes(30)))
func `ten thousand random rows are taken, known or refused, and come out as they went in`()
  async throws
{
  var lot = Lot(UInt64.random(in: 0...(.max)))
  let seed = lot.seed
  print("seed \(seed)")
  let rows = (0..<10_000).map { lot.donorRow($0) }
  let text = RandomRow.header + rows.map(\.line).joined()
  let accepted = rows.filter(\.isSound)
  let size = lot.number(300...4_000)
  let first = try await World.lend { world in
    let outcome = try await world.reading(.donors, text, chunkRows: size)
    let result = outcome.result
    #expect(result.taken + result.known + result.refused == rows.count, "seed \(seed)")
    #expect(result.taken == accepted.count, "seed \(seed)")
    let refused = Set(outcome.findings.filter { !$0.isWarning }.map(\.rowNumber))
    #expect(
      refused == Set(rows.indices.filter { !rows[$0].isSound }.map { $0 + 2 }), "seed \(seed)")
    let names = try await world.books(
      "select external_id || ' ' || family_name from identities order by import_row",
      as: String.self)
    #expect(names == accepted.map { "\($0.id) \($0.kept)" }, "seed \(seed)")
    #expect(try await world.registry.verifyAudit().findings == [])
    let first = try await world.exporting(.donors, separator: ";", pageRows: 2_500)
    let known = try await world.reading(.donors, first)
    #expect(known.result.known == accepted.count && known.result.refused == 0, "seed \(seed)")
    return first
  }
  let second = try await World.lend { world in
    let again = try await world.reading(.donors, first, chunkRows: 3_000)
    #expect(again.result.taken == accepted.count && again.result.refused == 0, "seed \(seed)")
    return try await world.exporting(.donors, separator: ";", pageRows: 1_700)
  }
  #expect(Array(second.utf8) == Array(first.utf8), "seed \(seed)")
}

/// A row of a file, drawn by chance.
private struct RandomRow {
  static let header = "external_id,family_name,sex,birth_date,iin,phone\r\n"
  let id: Int
  let name: String
  let date: String
  let iin: String
  let phone: String
  let isSound: Bool

  var line: String {
    "\(id),\(CSVText.quoted(name, ",")),f,\(date),\(iin),\(phone)\r\n"
  }

  /// The name as the registry keeps it.
  var kept: String {
    name.precomposedStringWithCanonicalMapping.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

extension Lot {
  /// A row, sound or with one mistake.
  ///
  /// Names end in the number: nobody is a duplicate.
  fileprivate mutating func donorRow(_ id: Int) -> RandomRow {
    let mistake = number(0...9)
    let letters = ["Һ", "ә", "е\u{301}", "'", "\"", ",", ";", "😀", "م", "字", "-", " ", "\\", "a"]
    let stem = (0..<number(1...30)).map { _ in one(of: letters) }.joined()
    let day = Day(number: number(-10_000...12_000)) ?? .first
    let written =
      number(0...1) == 0
      ? "\(day)" : String(format: "%02d.%02d.%04d", day.day, day.month, day.year)
    return RandomRow(
      id: id, name: mistake == 0 ? one(of: ["", " ", "a\u{1}"]) : "\(stem)x\(id)",
      date: mistake == 1 ? "30.02.1990" : written, iin: mistake == 2 ? "123456789012" : "",
      phone: number(0...3) == 0 ? "+7701\(String(format: "%07d", id))" : "",
      isSound: mistake > 2)
  }
}
