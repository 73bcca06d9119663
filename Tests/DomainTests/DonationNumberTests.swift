import Domain
import Foundation
import Testing

@Suite struct DonationNumberTests {
  /// Published examples: JPAC annex 2, and labels printed in the standard.
  static let published: [(String, Character)] = [
    ("G123498654321", "H"), ("A999921123456", "3"), ("A999818123456", "N"),
    ("C000307001466", "6"), ("A999917345628", "*"), ("A999917345658", "O"),
    ("G123417654321", "A"), ("A999917123654", "Y"),
  ]

  private func mistake(_ text: String) -> DonationNumberMistake? {
    do throws(DonationNumberMistake) {
      _ = try DonationNumber(text)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: published)
  func `the check character follows from the thirteen`(text: String, check: Character) throws {
    let number = try DonationNumber(text)
    #expect(number.checkCharacter == check)
    #expect(number.keyboardForm == text + String(check))
    #expect(try DonationNumber(number.keyboardForm) == number)
  }

  @Test(arguments: [
    "A999921123456", "a999921123456", "A9999 21 123456", "A9999 21 123456 3", "A9999211234563",
    "=A99992112345600", "=A99992112345601", "=A99992112345663", "А999921123456",
    " A999921123456\u{A0}",
  ])
  func `one number is read from every form it comes in`(text: String) throws {
    let number = try DonationNumber(text)
    #expect(number.text == "A999921123456")
    #expect(number.printedForm == "A9999 21 123456")
  }

  @Test(arguments: [
    "", "A99992112345", "A99992112345678", "O123417654321", "0123417654321", "AO99921123456",
    "A99O921123456", "A9999A1123456", "A9999211234:6", "=A999921123456", "=A9999211234560",
    "=A9999211234560A", "=A999921123456000", "A999921123456!", "A99992112345б", "A９99921123456",
    "=", "===============", String(repeating: "A", count: 5_000),
  ])
  func `what does not fit the pattern is malformed`(text: String) {
    #expect(mistake(text)?.code == "din_malformed")
  }

  @Test(arguments: [
    "A999915123456N", "A999922564321S", "A999920212346*", "C0003070014556", "G123468954321H",
    "=A99992112345664",
  ])
  func `a wrong check character is told apart`(text: String) {
    #expect(mistake(text)?.code == "din_check_character_wrong")
  }

  @Test(arguments: published)
  func `every single wrong character is caught`(text: String, check: Character) {
    let typed = Array(text + String(check))
    for place in typed.indices {
      for wrong in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*" where wrong != typed[place] {
        var changed = typed
        changed[place] = wrong
        #expect(mistake(String(changed)) != nil, "\(String(changed))")
      }
    }
  }

  @Test(arguments: published)
  func `every two neighbours changed about are caught`(text: String, check: Character) {
    let typed = Array(text + String(check))
    for place in typed.indices.dropLast() where typed[place] != typed[place + 1] {
      var changed = typed
      changed.swapAt(place, place + 1)
      #expect(mistake(String(changed)) != nil, "\(String(changed))")
    }
  }

  @Test func `a number travels as its thirteen characters`() throws {
    let number = try DonationNumber("A9999211234563")
    let json = try JSONEncoder().encode([number])
    #expect(String(decoding: json, as: UTF8.self) == #"["A999921123456"]"#)
    #expect(try JSONDecoder().decode([DonationNumber].self, from: json) == [number])
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([DonationNumber].self, from: Data(#"["A9999211234564"]"#.utf8))
    }
  }

  // Skipped where the tables of test data are not beside the package.
  @Test(.enabled(if: SharedData.isPresent), arguments: SharedData.rows("din_vectors.csv"))
  func `every number of the shared table is judged as it says`(row: [String: String]) throws {
    let text = try #require(row["din"])
    let check = row["check_char_K"] ?? ""
    guard row["valid"] == "1" else {
      #expect(mistake(text + check) != nil)
      return
    }
    let number = try DonationNumber(text)
    #expect(String(number.checkCharacter) == check)
    for scan in [row["barcode_type3"], row["barcode_flag00"]] {
      #expect(try DonationNumber(#require(scan)) == number)
    }
  }
}
