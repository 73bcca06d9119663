import FoundationEssentials
import Testing

@testable import Domain

@Test(arguments: [
  ("2026-11-21", "2026-11-21"), ("21.11.2026", "2026-11-21"), ("01.02.0003", "0003-02-01"),
])
func `a file may write a date in two ways`(written: String, day: String) {
  #expect(Day(written: written)?.description == day)
}

@Test(arguments: [
  "31.04.2026", "1.2.2026", "21-11-2026", "21.11.26", "2026.11.21", "21/11/2026", "", "٢١.١١.٢٠٢٦",
  "11.21.2026",
])
func `a date is not guessed`(written: String) {
  #expect(Day(written: written) == nil)
}

@Test func `sexes are read in three languages, and nothing else is`() {
  #expect(
    ["f", "Ж", "жен", "ӘЙЕЛ", "Female"].map { Sex(written: $0) } == [
      .female, .female, .female, .female, .female,
    ])
  #expect(
    ["m", "М", "муж", "ер", "MALE"].map { Sex(written: $0) } == [.male, .male, .male, .male, .male])
  #expect(["", "x", "1", "мж", "femal"].allSatisfy { Sex(written: $0) == nil })
}

@Test func `the surest evidence decides whether a row is known or a duplicate`() {
  func match(
    _ by: DonorEvidence, earlierRow: Int? = nil, same: Bool = true, row: Bool = false,
    external: Bool = false
  ) -> DonorMatch {
    DonorMatch(
      row: 5, by: by, donorNumber: 100_001, earlierRow: earlierRow, isSamePerson: same,
      isSameRow: row, hasExternalId: external)
  }
  func code(_ matches: DonorMatch...) -> String {
    switch DonorMatch.verdict(matches) {
    case .take: "take"
    case .known: "known"
    case .refuse(let finding): finding.code
    }
  }
  #expect(code() == "take")
  #expect(code(match(.externalId, external: true)) == "known")
  #expect(code(match(.externalId, same: false, external: true)) == "external_id_taken")
  #expect(code(match(.iin)) == "known" && code(match(.donorNumber)) == "known")
  #expect(code(match(.iin, external: true)) == "duplicate_iin", "its other number is not kept yet")
  #expect(code(match(.iin, same: false)) == "duplicate_iin")
  #expect(code(match(.donorNumber, same: false)) == "donor_number_taken")
  #expect(code(match(.name)) == "likely_duplicate", "a namesake at a desk may be another person")
  #expect(code(match(.name, row: true)) == "known")
  #expect(code(match(.name), match(.iin)) == "known", "the IIN is surer than the name")
  #expect(code(match(.iin, same: false), match(.externalId, external: true)) == "known")
  for by in DonorEvidence.allCases {
    #expect(code(match(by, earlierRow: 3, row: true)).hasSuffix("_in_file"))
  }
}

@Test func `of rows with one key the first has it, unless it was refused itself`() throws {
  func keys(
    _ row: Int, _ externalId: String? = nil, iin: String? = nil, name: String
  ) throws -> DonorKeys {
    let draft = DonorDraft(
      id: .new(at: .distantPast), familyName: name, givenName: nil, patronymic: nil, sex: .male,
      birthDate: .first, iin: try iin.map { try IIN($0) }, phone: nil, language: "kk", region: nil)
    return DonorKeys(
      row: row, externalId: externalId, donorNumber: nil, draft: draft, names: draft.nameKeys)
  }
  let (one, two) = ("960229600013", "000101300019")
  var claims = DonorClaims()
  var refused: [Int: String] = [:]
  for key in [
    try keys(2, "a", iin: one, name: "Ли"), try keys(3, "b", iin: one, name: "Ким"),
    // Row 3 was refused: its number is free.
    try keys(4, "b", iin: two, name: "Ли"), try keys(5, name: "Ли"), try keys(6, name: "Ким"),
    try keys(7, "b", name: "Цой"), try keys(8, name: "КИМ"),
    // Two signs of the same look are two numbers to PostgreSQL.
    try keys(9, "\u{F900}", name: "Хан"), try keys(10, "\u{8C48}", name: "Пак"),
  ] {
    if case .refuse(let finding) = claims.claim(key) {
      refused[key.row] = "\(finding.code) \(finding.facts["row"] ?? "")"
    }
  }
  #expect(
    refused == [
      3: "duplicate_iin_in_file 2", 5: "likely_duplicate_in_file 2",
      7: "external_id_taken_in_file 4", 8: "likely_duplicate_in_file 6",
    ])
}

@Test func `keys of names fit an index, and symbols alone are no namesakes`() {
  let long = String(repeating: "\u{10C80}\u{1D6D}", count: 200)
  #expect(NameKeys([long, long, long]).strict.utf8.count <= 2000)
  #expect(NameKeys([long, long]).strict.hasPrefix(NameKeys([long]).strict.prefix(100)))
  #expect(NameKeys(["''"]).strict != NameKeys(["-"]).strict)
  #expect(NameKeys(["", ""]).strict.isEmpty)
}

@Test func `rows that one of the others may be are echoes, and those that sound like them`()
  throws
{
  func keys(
    _ row: Int, _ name: String, iin: String? = nil, number: Int? = nil, born: Int = 1
  ) throws -> DonorKeys {
    let draft = DonorDraft(
      id: .new(at: .distantPast), familyName: name, givenName: "Ая", patronymic: nil, sex: .female,
      birthDate: Day.first.adding(days: born), iin: try iin.map { try IIN($0) }, phone: nil,
      language: "kk", region: nil)
    return DonorKeys(
      row: row, externalId: nil, donorNumber: number, draft: draft, names: draft.nameKeys)
  }
  let (one, two) = ("960229600013", "000101300019")
  let earlier = DonorEchoes(of: [try keys(2, "Ли", iin: one), try keys(3, "Ким", number: 7)])
  func echoes(_ rows: DonorKeys...) -> Set<Int> { earlier.rows(among: rows) }
  #expect(try echoes(keys(4, "Цой"), keys(5, "Ли", born: 2)) == [])
  #expect(try echoes(keys(4, "Цой", iin: one)) == [4], "the number is the same")
  #expect(try echoes(keys(4, "Цой", number: 7)) == [4])
  #expect(try echoes(keys(4, "Ли")) == [4], "one of the namesakes has no IIN")
  #expect(try echoes(keys(4, "Ли", iin: two)) == [], "both have one")
  #expect(try echoes(keys(4, "Ким", iin: two)) == [4])
  #expect(try echoes(keys(4, "Kim")) == [4], "it sounds alike")
  #expect(
    try echoes(keys(4, "Цой", number: 7), keys(5, "Цой"), keys(6, "Югай")) == [4, 5],
    "whether the first is refused decides what is said of the second")
  #expect(
    try echoes(keys(4, "Цой", iin: one), keys(5, "Цой"), keys(6, "Цой", iin: two)) == [4, 5, 6],
    "and the second what is said of the third, though the first and the third both have an IIN")
}
