import Domain
import Foundation
import Testing

private func person(_ names: String?..., born: String = "1990-05-17") -> DonorCandidate {
  DonorCandidate(id: .new(at: Date()), birthDate: Day(born), names: names)
}

@Test(arguments: [
  ("ахметова айгуль", NameMatch.spelling), ("Айгуль Ахметова", .spelling),
  ("Ахметова", .spelling), ("Нурлановна", .spelling), ("Akhmetova", .strict),
  ("Айгүл Ахметова", .strict), ("Ахметова Айг", .start), ("айг ахм", .start), ("А", .start),
  ("Ахметова Айгуль Нурл", .start), ("Ахметов Айгуль", .start), ("Айгуль Бахметова", .typo),
  ("Ахмитова", .typo), ("Ахмтеова Айгуль", .typo), ("Айгуль Нұрланқызы", .sounds),
  ("Ахметова 17.05.1990", .spelling), ("Ахметова+Айгуль", .spelling),
  ("Ахметова,Айгуль", .spelling), ("1990-05-17 ахм", .start), ("17.05.1990", .strict),
])
func `a donor answers to the words that were typed`(words: String, match: NameMatch) throws {
  let wanted = try #require(NameWords(words))
  #expect(person("Ахметова", "Айгуль", "Нурлановна").match(wanted) == match)
}

@Test(arguments: [
  "Ким", "Ахметова Ахметова", "Ахметова Жанна", "Ахметова 18.05.1990", "Айгуль Ким Нурлановна",
  "Ахк", "Омаровна",
])
func `a donor does not answer to other words`(words: String) throws {
  let wanted = try #require(NameWords(words))
  #expect(person("Ахметова", "Айгуль", "Нурлановна").match(wanted) == nil)
}

@Test(arguments: [
  "Алисултан", "Әлі-Сұлтан", "Әлі Сұлтан", "сұлтан", "Сұлтан Ким", "Ким Әлі Сұлтан",
])
func `a compound name is found solid, with its hyphen, and by its parts`(words: String) throws {
  let wanted = try #require(NameWords(words))
  #expect(person("Ким", "Әлі-Сұлтан").match(wanted) ?? .typo <= .strict)
}

@Test func `the best come first, and each donor once`() throws {
  let exact = person("Омаров"), other = person("Omarov"), start = person("Омарова")
  let alike = person("Умаров"), slip = person("Омазов"), nobody = person("Ким")
  let typed = try #require(NameWords("омаров"))
  let people = [nobody, slip, alike, start, other, exact, alike]
  func ranked(_ people: [DonorCandidate], by words: NameWords?) -> [ID<Donor>] {
    var ranking = DonorRanking(by: words)
    for person in people { ranking.add([person]) }
    #expect(ranking.count == ranking.donors.count)
    return ranking.donors
  }
  #expect(ranked(people, by: typed) == [exact, other, start, alike, slip].map(\.id))
  let certain = DonorCandidate(id: nobody.id, isCertain: true, birthDate: nil, names: [])
  #expect(ranked(people + [certain], by: typed).first == nobody.id)
  #expect(ranked(people, by: nil).isEmpty)
}

@Test func `signs alone name nobody`() {
  #expect(NameWords("") == nil)
  #expect(NameWords(" \n") == nil)
  #expect(NameWords("31.02.1990")?.birthDate == nil)
  #expect(NameWords("a b c d e f g")?.words.count == 4)
}

@Test(arguments: [
  ("Ахметов", "Ахмтов", true), ("Ахметов", "Ахметтов", true), ("Ахметов", "Ахмеотв", true),
  ("Ахметов", "Ехметов", true), ("Ахметов", "Ехмитов", false), ("Ким", "Кям", false),
  ("Сулейменов", "Силиминов", false), ("Сулейменов", "Сулеминов", true),
  ("Жумабаева", "Жамабева", true), ("Нур", "Нурлан", false), ("", "", false),
])
func `a slip of the keyboard is forgiven in words that are long enough`(
  name: String, typed: String, isTypo: Bool
) {
  let key = { (text: String) in NameKey(text)?.strict ?? "" }
  #expect(SpellingDistance.isTypo(key(typed), of: key(name)) == isTypo)
}

@Test func `the names near to a mistyped word are looked for where an index has them`() throws {
  let typed = try #require(NameWords("Сулеминов Ерлан"))
  #expect(typed.words(withSlips: 1).map(\.key) == ["СУЛЕМИНОВ", "ЕРЛАН"])
  #expect(typed.words(withSlips: 2).map(\.key) == ["СУЛЕМИНОВ"], "long words alone")
  let far = typed.neighbourhoods
  #expect(far.map(\.beginning) == ["СУЛ"] && far.map(\.ending) == ["ВОН"])
  let found = typed.beginnings(among: [0: ["СУЛЕИМЕНОВ", "СУЛТАНОВ"], 1: ["ЕРЛАН", "ЕРЖАН"]])
  #expect(found.contains("СУЛЕИМЕНОВ ЕРЛАН"))
  #expect(found.contains("ЕРЛАН СУЛЕИМЕНОВ"))
  #expect(!found.contains { $0.contains("СУЛТАНОВ") })
}
