import Foundation

/// The tables of test data beside the package; a checkout without them runs the other tests.
enum SharedData {
  /// True where the folder is there; the tests that need it are skipped by name otherwise.
  static let isPresent = FileManager.default.fileExists(atPath: folder.path)

  /// The rows of a table, each by the names in its first line.
  static func rows(_ name: String) -> [[String: String]] {
    // An absent table is an empty one: the tests on it are skipped by name.
    guard let text = try? String(contentsOf: folder.appending(path: name), encoding: .utf8) else {
      return []
    }
    let lines = text.split(whereSeparator: \.isNewline).map { cells(String($0)) }
    return lines.dropFirst().map { line in
      Dictionary(zip(lines[0], line), uniquingKeysWith: { first, _ in first })
    }
  }

  private static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "shared/data")

  private static func cells(_ line: String) -> [String] {
    var (cells, quoted) = ([""], false)
    for character in line {
      switch character {
      case "\"": quoted.toggle()
      case "," where !quoted: cells.append("")
      default: cells[cells.count - 1].append(character)
      }
    }
    return cells
  }
}
