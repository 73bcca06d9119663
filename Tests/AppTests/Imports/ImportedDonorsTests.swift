import Domain
import Foundation
import Store
import TestSupport
import Testing

@testable import App

private let header = "external_id,family_name,given_name,patronymic,sex,birth_date,iin,phone,region"

/// A file in the one form and in the other says the same.
@Test(arguments: [",", ";", "\t"], ["\n", "\r\n"])
func `a file is read with either separator, mark, line end and form of date`(
  separator: String, ending: String
) async throws {
  try await World.lend { world in
    let rows = [
      header, "A-1,Ахметова,Әлия,,female,1990-05-17,\(iin(0)),+77011234567,KZ-75",
      "A-2,Оспанов,Ерлан,Маратұлы,м,03.11.1985,,8 701 123 45 68,",
      "A-3,\"O’Brien \"\"Junior\"\"\",Ая,,ж,1971-01-31,,,",
    ]
    let text = rows.map { $0.replacing(",", with: separator) + ending }.joined()
    let bytes = (separator == ";" ? [0xEF, 0xBB, 0xBF] : []) + Array(text.utf8)
    let outcome = try await world.reading(.donors, bytes: bytes)
    #expect(outcome.words == [])
    #expect(outcome.counts == [3, 0, 0, 0])
    let kept = try await world.books(
      """
      select concat_ws('|', external_id, family_name, given_name, patronymic, sex, birth_date,
        iin is not null, phone is not null, region, language, import_row)
      from identities join donors on donors.id = donor_id order by external_id
      """, as: String.self)
    #expect(
      kept == [
        "A-1|Ахметова|Әлия|female|1990-05-17|t|t|KZ-75|kk|2",
        "A-2|Оспанов|Ерлан|Маратұлы|male|1985-11-03|f|t|kk|3",
        "A-3|O’Brien \"Junior\"|Ая|female|1971-01-31|f|f|kk|4",
      ])
    let found = try await world.registry.donors(
      DonorSearch(number: nil, phone: nil, iin: try IIN(iin(0)), name: nil), page: Page(),
      by: world.staff, at: world.now)
    #expect(found.map(\.phone?.text) == ["+77011234567"])
  }
}

@Test func `every row that cannot be read is told with its row, its column and why`() async throws {
  try await World.lend { world in
    let outcome = try await world.reading(
      .donors,
      """
      \(header)
      ,,Ая,,female,1990-05-17,,,
      ,"  ",Ая,,female,1990-05-17,,,
      ,А\u{7}й,Ая,,female,1990-05-17,,,
      ,"Ах
      метова",Ая,,female,1990-05-17,,,
      ,Ахметова,Ая,,жоқ,31.02.1990,900517400010,hello,KZ-99
      ,Ахметова,Ая,,female,2090-01-01,,,
      ,Ахметова,Ая,,female
      ,Ахметова,Ая,,female,1990-05-17,,,,,surplus

      \(iin(0)),Ахметова,Ая,,female,1990-05-17,,,
      ,Ахметова,Ая,,female,1990-05-17,,,
      """)
    #expect(
      outcome.words == [
        "2 family_name empty", "3 family_name empty", "4 family_name control_character",
        "5 family_name control_character", "6 sex sex_unreadable", "6 birth_date date_unreadable",
        "6 iin iin_check_digit_wrong", "6 phone phone_unreadable", "6 region region_unknown",
        "7 birth_date birth_date_impossible", "8 - wrong_field_count", "8 birth_date empty",
        "9 - wrong_field_count", "11 external_id external_id_is_iin",
      ])
    #expect(outcome.counts == [1, 0, 9, 0])
  }
}

@Test func `the file of rejects tells row, column and reason in the language asked`() async throws {
  try await World.lend { world in
    let outcome = try await world.reading(
      .donors, "family_name,sex,birth_date,iin\nАй,f,1990-05-18,\(iin(0))\n,m,1990-13-01,\n")
    try await Files.lend { files in
      let list = RejectsFile(path: files.path("rejects.csv"), words: try ImportWords("ru"))
      try list.add(outcome.findings)
      try list.close()
      let text = String(decoding: try Data(contentsOf: URL(filePath: list.path)), as: UTF8.self)
      #expect(
        text == "\u{FEFF}row,column,level,code,reason\r\n"
          + "2,iin,warning,iin_birth_date_differs,"
          + "Дата рождения в ИИН не совпадает с указанной. Сверьте обе с документом.\r\n"
          + "3,family_name,refused,empty,Поле пустое. Заполните его.\r\n"
          + "3,birth_date,refused,date_unreadable,"
          + "Это не дата. Пишите 2026-01-15 или 15.01.2026.\r\n")
      let mode = try FileManager.default.attributesOfItem(atPath: list.path)[.posixPermissions]
      #expect(mode as? Int == 0o600)
    }
  }
}

@Test func `an IIN that says another birth date or sex is a doubt kept with the donor`()
  async throws
{
  try await World.lend { world in
    let outcome = try await world.reading(
      .donors,
      """
      family_name,sex,birth_date,iin
      Бірінші,female,1990-05-18,\(iin(0))
      Екінші,male,1990-05-17,\(iin(1))
      Үшінші,female,1990-05-17,\(iin(2))
      """)
    #expect(outcome.counts == [3, 0, 0, 2])
    #expect(outcome.words == ["2 iin iin_birth_date_differs", "3 iin iin_sex_differs"])
    let kept = try await world.books(
      """
      select family_name || ' ' || code from import_findings
      join identities on donor_id = subject_id order by 1
      """, as: String.self)
    #expect(kept == ["Бірінші iin_birth_date_differs", "Екінші iin_sex_differs"])
  }
}

@Test func `a dry run tells the same as the run, and changes nothing`() async throws {
  let known = "family_name,sex,birth_date,iin\nАй,f,1990-05-17,\(iin(3))\n"
  let text = """
    external_id,donor_number,family_name,sex,birth_date,iin
    1,,Ай,f,1990-05-17,\(iin(3))
    2,,Бек,m,1980-01-01,\(iin(4))
    3,,Бек,m,1981-01-01,\(iin(4))
    3,,Дана,f,1982-01-01,
    4,500,Ержан,m,1983-01-01,
    5,500,Жанар,f,1984-01-01,
    6,,Ержан,m,1983-01-01,\(iin(5))
    2,,Зере,f,1985-01-01,
    ,,Ай,f,1990-05-17,\(iin(3))
    """
  let wet = try await World.lend { world in
    _ = try await world.reading(.donors, known)
    let before = try await world.stateOfBooks()
    let dry = try await world.reading(.donors, text, isDry: true, chunkRows: 2)
    #expect(try await world.stateOfBooks() == before)
    let wet = try await world.reading(.donors, text, chunkRows: 2)
    #expect(dry.counts == wet.counts && dry.told == wet.told)
    return wet
  }
  #expect(
    wet.words == [
      "2 iin duplicate_iin", "3 iin iin_birth_date_differs", "3 iin iin_sex_differs",
      "4 iin duplicate_iin_in_file", "7 donor_number donor_number_taken_in_file",
      "8 family_name likely_duplicate_in_file", "9 external_id external_id_taken_in_file",
    ])
  #expect(wet.counts == [3, 1, 5, 1])
  #expect(wet.findings[3].facts == ["row": "3"])
  // Rows together or apart: it is the same.
  try await World.lend { world in
    _ = try await world.reading(.donors, known)
    let whole = try await world.reading(.donors, text)
    #expect(whole.counts == wet.counts && whole.told == wet.told)
  }
}

@Test func `a file read twice is read once`() async throws {
  try await World.lend { world in
    let text = """
      external_id,family_name,given_name,sex,birth_date,iin,phone
      A-1,Ахметова,Әлия,f,1990-05-17,\(iin(0)),+77011234567
      ,Оспанов,Ерлан,m,1985-11-03,\(iin(1, born: "851103", sexDigit: 3)),
      ,Сартаева,,f,1975-02-01,,+77011234568
      """
    #expect(try await world.reading(.donors, text).counts == [3, 0, 0, 0])
    let again = try await world.reading(.donors, text)
    #expect(again.counts == [0, 3, 0, 0] && again.findings == [])
    #expect(try await world.tally("donors") == 3)
    #expect(try await world.tally("events where kind = 'donor.registered'") == 3)
    // Other data under a known number are somebody else's.
    let other = try await world.reading(
      .donors,
      """
      external_id,family_name,given_name,sex,birth_date,iin,phone
      A-1,Ахметов,Әли,m,1991-05-17,,
      A-9,Оспанов,Ерлан,m,1985-11-03,\(iin(1, born: "851103", sexDigit: 3)),
      ,Оспанов,Ербол,m,1985-11-03,\(iin(1, born: "851103", sexDigit: 3)),
      ,Сартаева,,f,1975-02-01,,+77770000000
      """)
    #expect(
      other.words == [
        "2 external_id external_id_taken", "3 iin duplicate_iin", "4 iin duplicate_iin",
        "5 family_name likely_duplicate",
      ])
    #expect(other.findings.allSatisfy { $0.facts["donor_number"]?.count == 6 })
    #expect(try await world.tally("donors") == 3)
  }
}

@Test func `a namesake born on the same day is another person once both have an IIN`() async throws
{
  try await World.lend { world in
    let outcome = try await world.reading(
      .donors,
      """
      family_name,given_name,sex,birth_date,iin
      Ли,Ая,f,1990-05-17,\(iin(0))
      Ли,Ая,f,1990-05-17,\(iin(1))
      Ли,Ая,f,1990-05-17,
      """)
    #expect(outcome.words == ["4 family_name likely_duplicate_in_file"])
    _ = try await world.donor("Ким", given: "Ая", born: "1991-01-01")
    let later = try await world.reading(
      .donors, "family_name,given_name,sex,birth_date,iin\nКім,Ая,f,1991-01-01,\n")
    #expect(later.words == ["2 family_name likely_duplicate"], "one name in two spellings")
    let namesake = try await world.reading(
      .donors, "family_name,given_name,sex,birth_date,iin\nКИМ,ая,f,1991-01-01,\(iin(7))\n")
    #expect(namesake.words == ["2 family_name likely_duplicate"], "a desk's donor has no IIN")
  }
}

@Test func `whoever was deferred when forgotten is deferred again by an import`() async throws {
  try await World.lend { world in
    let header = "family_name,sex,birth_date,iin\n"
    let row = "Ай,f,1990-05-17,\(iin(0))\n"
    _ = try await world.reading(.donors, header + row)
    let donor = try await world.books("select id from donors", as: ID<Donor>.self)[0]
    let deferral = Deferral(
      id: .new(at: world.now), donorId: donor, reason: "hiv", from: Day(world.now, in: .gmt),
      until: nil, source: "manual", recordedAt: world.now)
    _ = try await world.registry.deferDonor(world.command(world.staff, deferral))
    _ = try await world.registry.anonymise(
      world.command(world.admin, Anonymisation(donor: donor, reason: .donorRequest)))
    let strangers = "Ким,f,1990-05-17,\(iin(1))\nЦой,m,1990-05-17,\n"
    #expect(try await world.reading(.donors, header + strangers + row).counts == [3, 0, 0, 0])
    let deferred = try await world.books(
      """
      select family_name || ' ' || reason || ' ' || source
      from deferrals join identities using (donor_id) where donor_id <> '\(donor)'
      """,
      as: String.self)
    #expect(deferred == ["Ай deferred_before automatic"])
  }
}
