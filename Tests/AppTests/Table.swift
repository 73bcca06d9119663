import Foundation

/// A CSV text read back by the letter of RFC 4180.
struct Table {
  let header: [String]
  let rows: [[String: String]]
  /// The cells of every line behind the header, in their order.
  let cells: [[String]]

  /// Reads a text; nil when it breaks the rules of the format.
  init?(_ text: String) {
    guard let lines = Table.parse(Array(text.unicodeScalars)), let first = lines.first,
      lines.allSatisfy({ $0.count == first.count })
    else { return nil }
    header = first
    cells = Array(lines.dropFirst())
    rows = cells.map { Dictionary(zip(first, $0), uniquingKeysWith: { $1 }) }
  }

  private static func parse(_ text: [Unicode.Scalar]) -> [[String]]? {
    var lines: [[String]] = []
    var line: [String] = []
    var cell = ""
    var place = 0
    while place < text.count {
      if text[place] == "\"" {
        guard cell.isEmpty, let end = quoted(text, from: place + 1, into: &cell) else {
          return nil
        }
        place = end
      } else if text[place] == "," {
        line.append(cell)
        cell = ""
        place += 1
      } else if text[place] == "\r" {
        guard place + 1 < text.count, text[place + 1] == "\n" else { return nil }
        lines.append(line + [cell])
        (line, cell) = ([], "")
        place += 2
      } else {
        guard text[place] != "\n" else { return nil }
        cell.unicodeScalars.append(text[place])
        place += 1
      }
    }
    return line.isEmpty && cell.isEmpty ? lines : nil
  }

  /// Reads up to the closing quotation mark; answers the place behind it.
  private static func quoted(
    _ text: [Unicode.Scalar], from start: Int, into cell: inout String
  ) -> Int? {
    var place = start
    while place < text.count {
      if text[place] == "\"" {
        guard place + 1 < text.count, text[place + 1] == "\"" else { return place + 1 }
        place += 1
      }
      cell.unicodeScalars.append(text[place])
      place += 1
    }
    return nil
  }
}
