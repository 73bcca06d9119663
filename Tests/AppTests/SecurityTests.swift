import Foundation
import Testing

@Test func `every requirement of levels 1 and 2 has one row that proves it or gives a reason`()
  throws
{
  let rows = try SecurityTable().rows
  let asked = SecurityTable.requirements
  #expect(rows.map(\.id).sorted() == asked.keys.sorted(), "each once")
  for row in rows {
    #expect(row.level == asked[row.id], "\(row.id)")
    #expect(!row.asks.isEmpty && row.proof.count >= 20, "\(row.id) says how it is known")
  }
}

@Test func `every sentence that the security table names is a test`() throws {
  let table = try SecurityTable()
  let tests = try SecurityTable.tests()
  #expect(tests.count > 300, "the tests were read")
  let named = table.rows.flatMap(\.sentences)
  #expect(named.count > 80)
  for sentence in named { #expect(tests.contains(sentence), "\(sentence)") }
}

/// The tables of `docs/SECURITY.md`.
private struct SecurityTable {
  let rows: [Row]

  struct Row {
    let id: String
    let level: Int
    let asks: String
    let proof: String

    /// The names of tests, which stand in italics.
    var sentences: [String] {
      proof.replacing("**", with: "").matches(of: /\*([^*]+)\*/).map { String($0.1) }
    }
  }

  init() throws {
    let text = try String(
      contentsOf: Self.root.appending(path: "docs/SECURITY.md"), encoding: .utf8)
    rows = text.split(separator: "\n").compactMap { line in
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.count == 4, cells[0].wholeMatch(of: /\d+\.\d+\.\d+/) != nil,
        let level = Int(cells[1])
      else { return nil }
      return Row(id: cells[0], level: level, asks: cells[2], proof: cells[3])
    }
  }

  /// The names of all tests, in every target.
  static func tests() throws -> Set<String> {
    let files = FileManager.default.enumerator(
      at: root.appending(path: "Tests"), includingPropertiesForKeys: nil)
    var names: Set<String> = []
    while let file = files?.nextObject() as? URL {
      guard file.pathExtension == "swift" else { continue }
      let text = try String(contentsOf: file, encoding: .utf8)
      names.formUnion(text.matches(of: /\bfunc `([^`]+)`\(/).map { String($0.1) })
    }
    return names
  }

  /// Which chapters ask for what at levels 1 and 2, as ASVS 5.0.0 numbers them.
  static let requirements: [String: Int] = {
    let sections: [(section: String, levels: String)] = [
      ("6.1", "122"), ("6.2", "111111112222"), ("6.3", "1122"), ("6.4", "1122"), ("6.5", "22222"),
      ("6.6", "222"), ("6.8", "2222"), ("7.1", "222"), ("7.2", "1111"), ("7.3", "22"),
      ("7.4", "11222"), ("7.5", "22"), ("7.6", "22"), ("8.1", "12"), ("8.2", "112"), ("8.3", "1"),
      ("8.4", "2"), ("11.1", "22"), ("11.2", "222"), ("11.3", "112"), ("11.4", "1222"),
      ("11.5", "2"), ("11.6", "2"), ("16.1", "2"), ("16.2", "22222"), ("16.3", "2222"),
      ("16.4", "222"), ("16.5", "222"),
    ]
    return sections.reduce(into: [:]) { all, part in
      for (index, level) in part.levels.enumerated() {
        all["\(part.section).\(index + 1)"] = level.wholeNumberValue
      }
    }
  }()

  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
}
