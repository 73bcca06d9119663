import Domain
import Foundation
import HTTPTypes

@testable import App

/// The table of `docs/authorisation.md`: who may call what, in which scope.
struct Matrix: Sendable {
  let rows: [Row]

  /// One operation.
  struct Row: Sendable, CustomStringConvertible {
    let method: String
    let path: String
    let roles: Set<Role>
    /// Whether nobody needs a token.
    let isOpen: Bool
    let scope: String

    var description: String { "\(method) \(path)" }
    /// Whether the path names a record.
    var namesRecord: Bool { path.contains("{") }
    var isRead: Bool { method == "GET" }
    /// Whether records of this kind belong to a place.
    var isBound: Bool { ["site", "stock", "request"].contains(scope) }
  }

  static let columns: [Role] = [
    .driveStaff, .laboratory, .hospital, .coordinator, .recruiter, .auditor, .admin,
  ]

  static func read() throws -> Matrix {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "docs/authorisation.md")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    return Matrix(rows: lines.compactMap { row(String($0)) })
  }

  private static func row(_ line: String) -> Row? {
    let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    guard cells.count == 10, let operation = cells[0].wholeMatch(of: /`([A-Z]+) (\/[^`]*)`/) else {
      return nil
    }
    return Row(
      method: String(operation.1), path: String(operation.2),
      roles: Set(zip(columns, cells[1...7]).filter { $0.1 == "x" }.map(\.0)),
      isOpen: cells[8] == "x", scope: cells[9])
  }
}

/// Where a caller stands towards the record that he names.
enum Standing: CaseIterable, Sendable {
  case own
  /// It is another site's of the same region.
  case neighbour
  /// It is another region's.
  case far
  /// There is none.
  case absent
  /// It is his own, and over: a closed drive, a cancelled request, a token that was revoked.
  case ended
}

/// The records that addresses name.
struct Records: Sendable {
  var names: [String: String]

  /// The same records but for some.
  func with(_ others: [String: String]) -> Records {
    Records(names: names.merging(others) { $1 })
  }

  /// The address of an operation on these records.
  func address(_ path: String) -> String {
    names.reduce(path) { $0.replacing("{\($1.key)}", with: $1.value) }
  }

  static var absent: Records {
    var names = Dictionary(
      uniqueKeysWithValues: [
        "donor", "drive", "visit", "unit", "request", "site", "host", "hospital", "deferral",
        "resolution", "flag", "account", "grant", "token", "session", "contact", "consent",
        "merger",
      ]
      .map { ($0, UUID().uuidString.lowercased()) })
    names["din"] = "A999926999999"
    return Records(names: names)
  }
}
