import Domain
import Foundation
import Testing

private func evidence(
  _ names: [String?], _ born: String, of others: [String?], _ otherBorn: String,
  latin: String? = nil, otherLatin: String? = nil, hasPhone: Bool = false
) throws -> [String]? {
  let keys = NameKeys(names)
  let search = DuplicateSearch(
    strict: keys.strict, coarse: keys.coarse, latinName: latin,
    birthDate: try #require(Day(born)))
  let other = DuplicateCandidate(
    id: .new(at: Date()), donorNumber: 100_001, birthDate: try #require(Day(otherBorn)),
    names: NameKeys(others), latinName: otherLatin, hasPhone: hasPhone)
  return search.likely(among: [other]).first?.evidence
}

@Test func `a likely duplicate is proposed with what speaks for it`() throws {
  let akhmetova = ["Ахметова", "Әлия", nil]
  let born = "1990-05-07"
  #expect(
    try evidence(akhmetova, born, of: ["Akhmetova", "Aliya", nil], born)
      == ["birth_date", "name"])
  #expect(
    try evidence(akhmetova, born, of: ["Ахметова", "Алия", "Маратовна"], born)
      == ["birth_date", "name"], "a patronymic may be missing")
  #expect(
    try evidence(akhmetova, born, of: ["Әлия", "Ахметова", nil], born)
      == ["birth_date", "name"], "the names may stand in the wrong order")
  #expect(
    try evidence(akhmetova, born, of: ["Ахмет", "Алия", nil], born)
      == ["birth_date", "name_sounds"])
  #expect(
    try evidence(akhmetova, born, of: ["Ахметова", "Алия", nil], "1990-07-05")
      == ["birth_date_typo", "name"])
  #expect(
    try evidence(akhmetova, born, of: ["Ким", "Анна", nil], "1970-01-01", hasPhone: true)
      == ["phone"])
}

@Test func `a name in Latin letters speaks for one person as the names do`() throws {
  let (wang, born) = (["王", "伟", nil], "1990-05-07")
  #expect(
    try evidence(["Wang", "Wei", nil], born, of: wang, born, otherLatin: "WANG WEI")
      == ["birth_date", "name"])
  #expect(
    try evidence(wang, born, of: ["Ванг", "Вей", nil], born, latin: "WEI WANG")
      == ["birth_date", "name"])
  #expect(
    try evidence(wang, born, of: ["왕", "웨이", nil], born, latin: "WANG WEI", otherLatin: "Wang Wei")
      == ["birth_date", "name"])
  #expect(try evidence(wang, born, of: ["Wang", "Wei", nil], born) == nil)
  #expect(
    try evidence(
      ["Ахметова", "Айгүл", "Болатовна"], born, of: ["Ахметова", "Айгүл", "Маратовна"], born,
      latin: "AKHMETOVA AIGUL") == nil, "two patronymics, whatever a passport leaves out")
  #expect(
    try evidence(
      ["Ким", "Анна", nil], born, of: ["Ким", "Пётр", nil], born, latin: "KIM", otherLatin: "KIM")
      == nil, "a family name is no name")
  let mamedov = ["Мамедов", "Эльшан", "Али оглы"]
  for others in [["Mammadov", "Elshan", nil], ["Mammadov", "Elshan Ali oglu", nil]] {
    #expect(
      try evidence(others, born, of: mamedov, born, otherLatin: "MAMMADOV ELSHAN ALI OGLU")
        == ["birth_date", "name"])
  }
  let nguyen = "NGUYEN THI THU "
  #expect(
    try evidence(
      ["阮", "秋", nil], born, of: ["阮", "莊", nil], born, latin: nguyen + "HA",
      otherLatin: nguyen + "TRANG") == nil)
  #expect(
    try evidence(
      ["Nguyen", "Thi Thu Ha", nil], born, of: ["阮", "秋", nil], born, otherLatin: nguyen + "HA")
      == ["birth_date", "name"])
  #expect(
    try evidence(wang, born, of: wang, "1971-01-01", latin: "WANG WEI", otherLatin: "WANG WEI")
      == nil, "never by the name alone")
}

@Test func `nobody is proposed by the name alone, nor by the birth date`() throws {
  let akhmetova = ["Ахметова", "Әлия", nil]
  #expect(try evidence(akhmetova, "1990-05-17", of: akhmetova, "1984-11-02") == nil)
  #expect(try evidence(akhmetova, "1990-05-17", of: ["Ким", "Анна", nil], "1990-05-17") == nil)
  #expect(
    try evidence(
      ["Ахметова", "Әлия", "Маратқызы"], "1990-05-17", of: ["Ахметова", "Әлия", "Ерланқызы"],
      "1990-05-17") == nil, "two patronymics, two people")
}

@Test func `the likeliest stands first`() throws {
  let born = try #require(Day("1990-05-07")), swapped = try #require(Day("1990-07-05"))
  let names = NameKeys(["Омаров", "Ерлан"])
  let search = DuplicateSearch(
    strict: names.strict, coarse: names.coarse, latinName: nil, birthDate: born)
  func other(
    _ number: Int, _ family: String, _ born: Day, _ hasPhone: Bool = false
  )
    -> DuplicateCandidate
  {
    DuplicateCandidate(
      id: .new(at: Date()), donorNumber: number, birthDate: born,
      names: NameKeys([family, "Ерлан"]), hasPhone: hasPhone)
  }
  let found = search.likely(among: [
    other(1, "Умаров", swapped), other(2, "Омаров", swapped), other(3, "Омаров", born),
    other(4, "Умаров", born), other(5, "Умаров", born, true),
  ])
  #expect(found.map(\.donorNumber) == [5, 3, 2, 4, 1])
}

@Test(arguments: [
  ("1990-05-07", "1990-07-05", true), ("1990-05-17", "1990-05-11", true),
  ("1990-05-17", "1980-05-17", true), ("1990-05-17", "1990-06-18", false),
  ("1990-05-17", "1990-15-17", false), ("2000-02-29", "2001-02-28", false),
  ("1990-11-12", "1990-12-11", true), ("1990-05-05", "1990-05-05", false),
])
func `one slip makes another date of a date`(date: String, other: String, isSlip: Bool) throws {
  let day = try #require(Day(date))
  #expect(day.misreadings.contains { $0.description == other } == isSlip)
  for misreading in day.misreadings { #expect(misreading.misreadings.contains(day)) }
}
