import Domain
import Testing

@Suite struct BloodGroupNotationTests {
  static let groups: [(BloodGroup, [String])] = [
    (
      .oNegative,
      [
        "O-", "0-", "О-", "о−", "1-", "1 -", "I–", "І(-)", "O(I) Rh-", "0(I) Rh(-)", "O neg",
        "Oneg", "O-neg", "O-negative", "O RhD NEGATIVE", "O D negative", "O -ve", "1 отр",
        "1отр.", "I отр.", "первая отрицательная", "1 группа крови, резус отрицательный",
        "первая группа крови с отрицательным резус-фактором", "I гр. Rh−", "Rh- O(I)",
        "теріс резус-факторлы бірінші қан тобы", "бірінші теріс", "бiрiншi терiс",
        "O RhD NEGATIVE / O(I) Rh− отр.", "ПЕРВАЯ ОТРИЦАТЕЛЬНАЯ", "группа O, резус минус",
        "Ⅰ−", "О(I)Rh-отр", "1 топ теріс резус",
      ]
    ),
    (
      .oPositive,
      ["O+", "0(I) Rh(+)", "1+", "I+", "бірінші оң", "I топ оң резус", "O Rh +", "O pos", "O+ve"]
    ),
    (
      .aNegative,
      ["A-", "А(II) Rh−", "A₂ neg", "A1 Rh-", "II отриц.", "екінші теріс", "вторая минус", "AII-"]
    ),
    (
      .aPositive,
      ["A+", "а+", "2 пол.", "вторая положительная", "екінші оң", "A resus positive", "A2+"]
    ),
    (
      .bNegative,
      ["B-", "В-", "3(-)", "III Rh–", "В(III) Rh–", "третья отрицательная", "үшінші теріс"]
    ),
    (.bPositive, ["B+", "в+", "3 гр. пол", "B(III) Rh+", "үшінші оң", "третьей положительной"]),
    (
      .abNegative,
      ["AB-", "АВ-", "аb−", "IV-", "4-", "четвертая отрицательная", "төртінші теріс", "A2B neg"]
    ),
    (
      .abPositive,
      [
        "AB+", "AB(IV) Rh+", "IV+", "4+", "четвёртая положительная", "төртінші оң", "ABRh+",
        "A₁B Rh(+)", "AB (IV), резус-фактор: +", "4 группа плюс",
      ]
    ),
  ]

  @Test(arguments: groups)
  func `a group is understood however people write it`(group: BloodGroup, texts: [String]) {
    for text in texts { #expect(BloodGroup.read(text) == .group(group), "\(text)") }
  }

  @Test(arguments: [
    ("1", BloodGroupReading.incomplete(abo: .o, rhd: nil)),
    ("4", .incomplete(abo: .ab, rhd: nil)), ("O", .incomplete(abo: .o, rhd: nil)),
    ("0", .incomplete(abo: .o, rhd: nil)), ("AB(IV)", .incomplete(abo: .ab, rhd: nil)),
    ("третья", .incomplete(abo: .b, rhd: nil)), ("екінші", .incomplete(abo: .a, rhd: nil)),
    ("Rh+", .incomplete(abo: nil, rhd: .positive)),
    ("резус отрицательный", .incomplete(abo: nil, rhd: .negative)),
    ("O-Rh", .incomplete(abo: .o, rhd: nil)),
  ])
  func `half an answer stays half an answer`(text: String, reading: BloodGroupReading) {
    #expect(BloodGroup.read(text) == reading)
  }

  @Test(arguments: [
    ("Du+", BloodGroupReading.weakD(abo: nil)), ("weak D", .weakD(abo: nil)),
    ("слабый D", .weakD(abo: nil)), ("A(II) Du+", .weakD(abo: .a)),
    ("O weak D positive", .weakD(abo: .o)), ("B partial D", .weakD(abo: .b)),
  ])
  func `a weak D is neither plainly positive nor negative`(
    text: String, reading: BloodGroupReading
  ) {
    #expect(BloodGroup.read(text) == reading)
  }

  @Test(arguments: [
    "Oh", "OH", "0h", "Оh", "Bombay", "bombay phenotype", "Бомбей", "фенотип Бомбей", "O Bombay",
    "Oh+", "Oₕ", "Bombay Rh-",
  ])
  func `Bombay is never read as O`(text: String) {
    #expect(BloodGroup.read(text) == .bombay)
  }

  @Test(arguments: [
    "", " ", "-", "+", "−", "O+-", "O±", "O--", "O++", "O + -", "A/B", "A B", "AB O+", "O+/O-",
    "C+", "5+", "10-", "O?", "unknown", "не определена", "не отрицательная", "-1", "-O",
    "+7 701 123 45 67", "1-2", "A+2", "O-1", "0-0", "A(III)+", "Bombay A+", "Du-", "Он",
    "бірінші он", "группа: -",
    "A positive attitude", "первичный донор", "٤+", "½-", "O😀-", "вторая или третья",
    "первая отрицательная положительная", String(repeating: "O", count: 200),
  ])
  func `what is unclear is not guessed`(text: String) {
    #expect(BloodGroup.read(text) == nil)
  }

  // Skipped where the tables of test data are not beside the package.
  @Test(.enabled(if: SharedData.isPresent), arguments: SharedData.rows("blood_group_notation.csv"))
  func `every notation of the shared table is read`(row: [String: String]) throws {
    let reading = BloodGroup.read(try #require(row["input"]))
    guard let abo = ABO(rawValue: row["canonical_abo"] ?? "") else {
      #expect(reading == .weakD(abo: nil))
      return
    }
    let rhd: RhD = row["canonical_rhd"] == "neg" ? .negative : .positive
    #expect(reading == .group(BloodGroup(abo, rhd)))
  }
}
