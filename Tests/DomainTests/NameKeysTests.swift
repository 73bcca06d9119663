import Domain
import Foundation
import Testing

/// One name in two spellings, or two names.
private struct Pair: Sendable, CustomTestStringConvertible {
  let a: String
  let b: String
  var isStrict = true
  var isCoarse = true

  var testDescription: String { "\(a) \(b)" }
}

private func same(_ a: String, _ b: String) -> Pair { Pair(a: a, b: b) }
private func alike(_ a: String, _ b: String) -> Pair { Pair(a: a, b: b, isStrict: false) }
private func other(_ a: String, _ b: String) -> Pair {
  Pair(a: a, b: b, isStrict: false, isCoarse: false)
}

@Suite struct NameKeysTests {
  @Test(
    .enabled(if: SharedData.isPresent, "needs ../shared"),
    arguments: SharedData.rows("name_match_vectors.csv"))
  func `every published spelling has its keys`(row: [String: String]) throws {
    let a = try #require(NameKey(row["a"] ?? "")), b = try #require(NameKey(row["b"] ?? ""))
    #expect(a.strict == row["strict_key_a"])
    #expect(b.strict == row["strict_key_b"])
    #expect(a.coarse == row["coarse_key_a"])
    #expect(b.coarse == row["coarse_key_b"])
    #expect((a.strict == b.strict) == (row["strict_equal"] == "1"))
    #expect((a.coarse == b.coarse) == (row["coarse_equal"] == "1"))
    #expect((a.coarse == b.coarse) == (row["expected_candidate"] == "1"))
  }

  private static let kazakh = [
    same("Қайрат", "Кайрат"), same("Гүлнәр", "Гульнар"), same("Айгүл", "Айгуль"),
    same("Ыбырай", "Ибирай"), same("Іңкәр", "Инкар"), same("Һамит", "Хамит"),
    same("Сейіт", "Сеит"), same("Нұрсұлтан", "НУРСУЛТАН"), same("Рамаззан", "Рамазан"),
    same("Жұмабек", "жумабек"), same("Әлі Сұлтан", "Әлі-Сұлтан"), same("Щерба", "Шерба"),
    same("Алёна", "Алена"), same("Эльмира", "Елмира"), same("Объедков", "Обедков"),
    alike("Асқарұлы", "Аскарович"), alike("Асқарқызы", "Аскаровна"), alike("Ахметова", "Ахметов"),
    alike("Бақыт", "Бахыт"), alike("Джамбул", "Жамбул"), alike("Омаров", "Умаров"),
    alike("Ильич", "Ильинична"), alike("Янов", "Янова"), alike("Әли", "Алиев"),
    other("Серік", "Берік"), other("Айдар", "Айдана"), other("Ким", "Ли"), other("Нина", "Дина"),
  ]

  private static let latin = [
    same("Kairat", "Қайрат"), same("Kayrat", "Кайрат"), same("Qairat", "Қайрат"),
    same("Zhanbolat", "Жанболат"), same("Janbolat", "Жанболат"), same("Jumabek", "Zhumabek"),
    same("Zhumabek", "Жұмабек"), same("Nurlan", "Нұрлан"), same("Aliya", "Әлия"),
    same("Alia", "Алия"), same("Älia", "Әлия"), same("Khill", "Хилл"), same("Hill", "Хилл"),
    same("Akhmetov", "Ахметов"), same("Ahmetov", "Ахметов"), same("Yerlan", "Ерлан"),
    same("Erlan", "Ерлан"), same("Aigul", "Айгүл"), same("Aygül", "Айгуль"),
    same("Mäjit", "Мәжіт"), same("Sergey", "Сергей"), same("Sergei", "Сергей"),
    same("Shcherbak", "Щербак"), same("Tsoy", "Цой"), same("Yuliya", "Юлия"),
    same("Iuliia", "Юлия"), same("Tat'yana", "Татьяна"), same("Soloviev", "Соловиев"),
    same("Solovyov", "Соловьёв"), same("Ğalym", "Ғалым"), same("Şyńǵys", "Шыңғыс"),
    same("Çingiz", "Чингиз"), same("Diana", "Диана"), same("Maria", "Мария"),
    same("Alexey", "Алексей"), same("Ilyas", "Ильяс"), same("Raiymbek", "Райымбек"),
    alike("Dzhumabek", "Жұмабек"), alike("Djumabek", "Жұмабек"),
    other("Nurlan", "Ерлан"), other("Kim", "Ким-Ли"),
  ]

  private static let signs = [
    same("Aхметов", "Ахметов"), same("Oспанов", "Оспанов"), same("Сepiк", "Серік"),
    same("O’Brien", "O'Brien"), same("O'Brien", "OBrien"), same("Ким-Ли", "Ким Ли"),
    same("Ким‑Ли", "КимЛи"), same("Cafe\u{301}", "Café"), same("И\u{306}ван", "Йван"),
    same("Ё", "Е\u{308}"), same("Петров.", "Петров"), same(" Петров ", "Петров"),
    same("\u{202B}Ая\u{202C}", "Ая"), same("Ї", "І\u{308}"), same("S\u{327}", "\u{15E}"),
    other("王小明", "王大明"), other("''", "-"), other("ขนิษฐา", "ขนษฐ"),
  ]

  @Test(arguments: kazakh + latin + signs)
  fileprivate func `names that are one have one key, and others have not`(pair: Pair) throws {
    let a = try #require(NameKey(pair.a)), b = try #require(NameKey(pair.b))
    #expect((a.strict == b.strict) == pair.isStrict, "\(a.strict) \(b.strict)")
    #expect((a.coarse == b.coarse) == pair.isCoarse, "\(a.coarse) \(b.coarse)")
  }

  /// Ten thousand heaps of letters; the seed is printed with what fails.
  @Test(arguments: UInt64(77)..<87)
  func `keys are the same at every time of asking, and have themselves for a key`(
    seed: UInt64
  ) throws {
    var dice = Seeded(seed)
    for round in 0..<1000 {
      let name = Self.heap(&dice)
      guard let key = NameKey(name) else {
        let isBlank = name.allSatisfy(\.isWhitespace)
        #expect(isBlank, "round \(round), seed \(seed)")
        continue
      }
      let again = NameKey(name), twice = NameKey(key.strict)
      let spelt = NameKey(name.decomposedStringWithCanonicalMapping)
      let isSound =
        again == key && twice?.strict == key.strict && twice?.coarse == key.coarse
        && spelt?.strict == key.strict && !key.coarse.isEmpty
        && !key.strict.contains(where: \.isWhitespace)
      guard isSound else {
        Issue.record("round \(round), seed \(seed): \(name.debugDescription) \(key)")
        return
      }
    }
  }

  private static let letters = Array(
    """
    аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюяАӘҒҚҢӨҰҮҺІЙЁ abcdefghijklmnopqrstuvwxyzIYAJXŞşçğñöüäıİ\
    -'’. ß王ﬁé\u{301}\u{308}ЇЎ9ệḁΰǆ한ขนิก👩🏽\u{202B}\u{300}\u{327}\u{1E9E}ŉ
    """.unicodeScalars)

  private static func heap(_ dice: inout Seeded) -> String {
    let length = Int.random(in: 0...30, using: &dice)
    var text = String.UnicodeScalarView()
    for _ in 0..<length { text.append(letters[Int.random(in: letters.indices, using: &dice)]) }
    return String(text)
  }
}

@Test func `all names of a person have their keys in order`() {
  let keys = NameKeys(["Петрова-Водкина", "Анна", nil])
  #expect(keys.strict == "ПЕТРОВАВОДКИНА АНА")
  #expect(keys.parts == "ПЕТРОВА ВОДКИНА")
  #expect(NameKeys(["Ким", nil, ""]).strict == "КИМ")
  #expect(NameKeys.pair("Я", "А") == NameKeys.pair("А", "Я"))
}

@Test func `a name in Latin letters is a key only where it is another name`() {
  func keys(_ names: [String?], _ latin: String?) -> NameKeys { NameKeys(names, latin: latin) }
  for latin in [nil, "AKHMETOVA AIGUL", "Aigul Akhmetova", "  "] {
    let same = keys(["Ахметова", "Айгүл", nil], latin)
    #expect(same.parts == nil && same.latinSound == nil, "\(latin ?? "") \(same)")
  }
  let wang = keys(["王", "伟", nil], "WANG WEI")
  #expect(wang.strict == "王 伟" && wang.parts == "ВАНГ ВЕИ" && wang.latinSound == "ВАНГ ВЕИ")
  let half = keys(["Цой", "Виктория-Анна", nil], "CHOI Victoria")
  #expect(half.parts == "ЧОИ ВИКТОРИЯ АНА")
  let long = keys(["García", nil, nil], "Maria del Carmen Garcia-Lopez")
  #expect(
    long.parts?.hasPrefix("МАРИЯ ДЕЛ КАРМЕН ") == true
      && long.parts?.contains(NameKey("Maria-del-Carmen-Garcia-Lopez")?.strict ?? "-") == true)
  let family = keys(["Ким", "Анна", nil], "Kim")
  #expect(family.parts == nil && family.latinSound == nil)
  #expect(keys(["王", "伟", nil], "Wang").latinSound == nil, "a family name alone is nobody")
  #expect(keys(["王", nil, nil], "Wang").latinSound == "ВАНГ")
  let heap = keys(["Ли", nil, nil], String(repeating: "a-b-c-d-e-f-g-h ", count: 12))
  #expect((heap.parts ?? "").split(separator: " ").count <= 10)
}

@Test func `names that come again in a file have the keys they would have alone`() throws {
  var known = KnownNames()
  for latin in ["WANG WEI", "MARIA DEL CARMEN GARCIA", nil, "WANG WEI"] {
    var draft = DonorDraft(
      id: .new(at: Date()), familyName: "王", givenName: "伟", patronymic: nil, sex: .male,
      birthDate: try #require(Day("1990-05-07")), iin: nil, phone: nil, language: "kk", region: nil)
    draft.latinName = latin
    #expect(known.keys(of: draft) == draft.nameKeys)
  }
}
