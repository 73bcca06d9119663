package import Domain
import Foundation

/// The file that tells which rows were not taken, and which with a doubt: row, column, code
/// and the reason in somebody's language; never what stood in the row.
package final class RejectsFile {
  package let path: String
  private let words: ImportWords
  private var handle: FileHandle?
  /// How many lines it has besides its header.
  package private(set) var lines = 0

  /// Names the file; it is made with its first line.
  package init(path: String, words: ImportWords) {
    self.path = path
    self.words = words
  }

  /// Adds what was found.
  ///
  /// - Throws: ``ImportMistake`` when the file cannot be written.
  package func add(_ findings: [ImportFinding]) throws {
    guard !findings.isEmpty else { return }
    var text = ""
    for finding in findings {
      let level = finding.isWarning ? "warning" : "refused"
      let cells = [
        String(finding.rowNumber), finding.columnName ?? "", level, finding.code,
        words.reason(finding),
      ]
      text += cells.map { CSVText.quoted($0, ",") }.joined(separator: ",") + "\r\n"
    }
    try write(text)
    lines += findings.count
  }

  /// Closes the file; one of an earlier run is taken away when there is nothing to tell.
  package func close() throws {
    if let handle { return try handle.close() }
    guard let old = FileHandle(forReadingAtPath: path) else { return }
    let head = try old.read(upToCount: Self.header.utf8.count)
    try old.close()
    if head == Data(Self.header.utf8) { try FileManager.default.removeItem(atPath: path) }
  }

  private static let header = "\u{FEFF}row,column,level,code,reason\r\n"

  private func write(_ text: String) throws {
    var text = text
    if handle == nil {
      // With the mark by which spreadsheets know UTF-8.
      text = Self.header + text
      let isMade = FileManager.default.createFile(
        atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
      handle = isMade ? FileHandle(forWritingAtPath: path) : nil
    }
    guard let handle else { throw ImportMistake.unwritable(path: path) }
    try handle.write(contentsOf: Data(text.utf8))
  }
}

/// Cells of CSV as RFC 4180 has them, nothing added to what they say.
enum CSVText {
  static func quoted(_ text: String, _ separator: Character) -> String {
    // By bytes: to Swift a sign with an accent on it is another sign, to who reads it is not.
    let (quote, blank) = (UInt8(ascii: "\""), UInt8(ascii: " "))
    let needsQuotes =
      text.utf8.contains { $0 == quote || $0 == 0x0D || $0 == 0x0A || $0 == separator.asciiValue }
      || text.utf8.first == blank || text.utf8.last == blank
    guard needsQuotes else { return text }
    let doubled = text.utf8.flatMap { $0 == quote ? [quote, quote] : [$0] }
    return "\"" + String(decoding: doubled, as: UTF8.self) + "\""
  }
}
