import Foundation
import Testing

@testable import App

/// Records of a text that comes in pieces.
private func records(
  _ text: String, delimiter: Character = ",", piece: Int = 3, stretch: Int = 2
) throws -> [[String]] {
  var rest = Array(text.utf8)[...]
  let mark = try #require(delimiter.asciiValue)
  var reader = RecordReader(delimiter: mark, offset: 0, row: 1) { _ in
    defer { rest = rest.dropFirst(piece) }
    return Array(rest.prefix(piece))
  }
  var found: [[String]] = []
  while let some = try reader.next(stretch) {
    #expect(some.firstRow == found.count + 1)
    found += some.records(delimiter: mark).map(\.cells)
  }
  return found
}

@Test(arguments: [
  ("a,b\nc,d\n", [["a", "b"], ["c", "d"]]), ("a,b\r\nc,d", [["a", "b"], ["c", "d"]]),
  ("a,b\rc,d\r", [["a", "b"], ["c", "d"]]), ("a,\n,b\n", [["a", ""], ["", "b"]]),
  ("\"a,b\",c\n", [["a,b", "c"]]), ("\"a\r\nb\",\"c\nd\"\n", [["a\r\nb", "c\nd"]]),
  ("\"say \"\"hi\"\"\",x\n", [["say \"hi\"", "x"]]), ("\"\",\"\"\n", [["", ""]]),
  ("O\"Brien,5\" tall\nx,y\n", [["O\"Brien", "5\" tall"], ["x", "y"]]),
  ("a\n\nb\n", [["a"], [""], ["b"]]), ("", []), ("Һ,é\n", [["Һ", "é"]]),
])
func `records are cut apart as RFC 4180 has them`(text: String, expected: [[String]]) throws {
  for piece in [1, 2, 3, 1000] { #expect(try records(text, piece: piece) == expected) }
}

@Test func `a quotation mark that never closes is told with its row`() {
  #expect(throws: ImportMistake.quoteNotClosed(row: 2)) { try records("a,b\n\"c,d\ne,f\n") }
  let endless = "a\nb\n\"" + String(repeating: "x\n", count: RecordReader.longest)
  #expect(throws: ImportMistake.quoteNotClosed(row: 3)) { try records(endless, piece: 65_536) }
}

@Test func `bytes that are no UTF-8 and text behind a quotation mark are told by their field`() {
  let broken = CSVRecord([0x61, 0x2C, 0xFF, 0xFE], row: 2, delimiter: 0x2C)
  #expect(broken.mistakes.map(\.field) == [1] && broken.mistakes[0].code == "malformed_utf8")
  let misplaced = CSVRecord(Array("\"a\"b,c".utf8)[...], row: 2, delimiter: 0x2C)
  #expect(misplaced.mistakes.map(\.code) == ["quote_misplaced"])
  #expect(misplaced.cells == ["a", "c"])
}

@Test func `what is written is read again, whatever stands in the cells`() throws {
  var chance = Lot(UInt64.random(in: 0...(.max)))
  let letters = [
    "a", "Һ", "\"", ",", ";", "\r", "\n", "\r\n", " ", "'", "e\u{301}", "😀", "=", "\t",
  ]
  for _ in 0..<300 {
    let separator: Character = chance.one(of: [",", ";"])
    let rows = (0..<chance.number(1...6)).map { _ in
      (0..<3).map { _ in
        (0..<chance.number(0...6)).map { _ in chance.one(of: letters) }.joined()
      }
    }
    let text = rows.map { row in
      row.map { CSVText.quoted($0, separator) }.joined(separator: String(separator)) + "\r\n"
    }.joined()
    let read = try records(
      text, delimiter: separator, piece: chance.number(1...9), stretch: chance.number(1...4))
    #expect(
      read.map { $0.map { Array($0.utf8) } } == rows.map { $0.map { Array($0.utf8) } },
      "seed \(chance.seed)")
  }
}

/// Chance that can be had again by its seed.
struct Lot: RandomNumberGenerator {
  let seed: UInt64
  private var state: UInt64

  init(_ seed: UInt64) {
    self.seed = seed
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  mutating func number(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &self) }

  mutating func one<T>(of things: [T]) -> T { things[number(0...(things.count - 1))] }
}
