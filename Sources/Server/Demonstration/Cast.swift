import Domain
import Foundation

/// The named people and numbers of the demonstration.
///
/// Names are plausible, and every identity number is built on a birth date that
/// no living person has.
struct Cast {
  private var random = Lot(seed: 2024)

  /// A donor of the demonstration.
  mutating func donor(number: Int, bornBefore today: Day) -> DonorDraft {
    let isWoman = random.below(2) == 0
    let name = isWoman ? pick(Self.women) : pick(Self.men)
    let family = pick(Self.families)
    var draft = DonorDraft(
      id: Lot.id("donor", number), familyName: isWoman ? family.woman : family.man,
      givenName: name, patronymic: patronymic(isWoman: isWoman, number: number),
      sex: isWoman ? .female : .male,
      birthDate: today.adding(days: -(19 * 366 + random.below(40 * 365))),
      iin: iin(number: number, isWoman: isWoman),
      phone: PhoneNumber("+7701" + String(7_000_000 + number * 37)),
      language: pick(["kk", "kk", "ru"]),
      region: "KZ-39")
    if !draft.iinWarnings.isEmpty {
      draft.iinMismatchReason = "A number of the demonstration, which nobody living can have"
    }
    return draft
  }

  private mutating func pick<T>(_ values: [T]) -> T { values[random.below(values.count)] }

  private mutating func patronymic(isWoman: Bool, number: Int) -> String? {
    let father = pick(Self.fathers)
    switch number % 4 {
    case 0: return nil
    case 1: return father + (isWoman ? "қызы" : "ұлы")
    default: return father + (isWoman ? "овна" : "ович")
    }
  }

  /// A valid number on a day of 1901 or 1902; about one body in a hundred has no
  /// check digit, then the next serial is taken.
  private func iin(number: Int, isWoman: Bool) -> IIN? {
    let year = number % 2 + 1
    let day = String(format: "0%d%02d%02d", year, number % 12 + 1, number % 28 + 1)
    for serial in (1000 + number * 3)..<(1000 + number * 3 + 3) {
      for digit in 0...9 {
        let text = day + (isWoman ? "4" : "3") + String(serial) + String(digit)
        if let iin = try? IIN(text) { return iin }  // The wrong check digit: try the next.
      }
    }
    return nil
  }

  private static let families: [(man: String, woman: String)] = [
    ("Ахметов", "Ахметова"), ("Сейітқали", "Сейітқали"), ("Ким", "Ким"),
    ("Қасымов", "Қасымова"), ("Иванов", "Иванова"), ("Жүнісов", "Жүнісова"),
    ("Шмидт", "Шмидт"), ("Бекмұханбет", "Бекмұханбет"), ("Нұрланов", "Нұрланова"),
    ("Петренко", "Петренко"), ("Оспанов", "Оспанова"), ("Тілеуберді", "Тілеуберді"),
    ("Соколов", "Соколова"), ("Есенғали", "Есенғали"), ("Мұқанов", "Мұқанова"),
  ]
  private static let men = [
    "Нұрлан", "Айдос", "Сергей", "Ерлан", "Қайрат", "Виктор", "Данияр", "Бауыржан", "Алексей",
    "Тимур", "Жанболат", "Марат",
  ]
  private static let women = [
    "Әлия", "Айгүл", "Ольга", "Сәуле", "Гүлнар", "Марина", "Динара", "Ақмарал", "Екатерина",
    "Жанар", "Мөлдір", "Ирина",
  ]
  private static let fathers = ["Серік", "Марат", "Болат", "Асқар", "Ғалым", "Талғат", "Ербол"]
}

/// Numbers that look drawn by lot and are the same in every demonstration.
struct Lot {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func below(_ limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(limit))
  }

  /// The id of a record of the demonstration: the same at every load, so that
  /// loading twice changes nothing.
  static func id<Entity>(_ kind: String, _ number: Int) -> ID<Entity> {
    var hash: UInt64 = 14_695_981_039_346_656_037
    for byte in kind.utf8 { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
    let text = String(
      format: "018c0000-%04x-7000-8000-%012x", Int(hash & 0xFFFF), number)
    return ID(text) ?? .new(at: Date(timeIntervalSince1970: 0))
  }
}
