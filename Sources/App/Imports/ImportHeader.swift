import Domain
import Foundation

/// The columns that a kind of file may have, and must.
struct ImportColumns {
  let names: [String]
  let required: [String]
  /// Of each of these sets the file needs one or more.
  let choices: [[String]]

  private static let donor = ["donor_number", "donor_external_id", "donor_iin", "donor_birth_date"]

  static func of(_ kind: ImportKind) -> ImportColumns {
    switch kind {
    case .donors:
      ImportColumns(
        names: [
          "donor_number", "external_id", "family_name", "given_name", "patronymic", "sex",
          "birth_date", "iin", "phone", "language", "region", "latin_name", "iin_mismatch_reason",
        ],
        required: ["family_name", "sex", "birth_date"], choices: [])
    case .deferrals:
      ImportColumns(
        names: donor + [
          "reason", "from", "until", "source", "ended_on", "end_reason", "kind", "centre", "note",
        ],
        required: ["reason", "from"], choices: [Array(donor.prefix(3))])
    case .donations:
      ImportColumns(
        names: donor + [
          "din", "drive_id", "site_id", "kind", "intent", "volume_ml", "collected_on",
          "started_at", "ended_at", "outcome", "state",
        ],
        required: ["din", "kind", "volume_ml", "collected_on"],
        choices: [Array(donor.prefix(3)), ["drive_id", "site_id"]])
    }
  }
}

/// The first row of a file: which column stands where.
struct ImportHeader: Sendable {
  let delimiter: UInt8
  /// How many fields every row has.
  let count: Int
  private let places: [String: Int]

  func place(of column: String) -> Int? { places[column] }

  /// The column at a place, for telling people.
  func column(at place: Int) -> String? { places.first { $0.value == place }?.key }

  /// Reads the first row; the separator is the one of `;`, `,` and tab that it has most of.
  ///
  /// - Throws: ``ImportMistake``
  init(_ line: [UInt8], of kind: ImportKind) throws {
    let separators: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09]
    let counts = separators.map { separator in line.count { $0 == separator } }
    let most = counts.max() ?? 0
    delimiter = separators[counts.firstIndex(of: most) ?? 0]
    let record = CSVRecord(line[...], row: 1, delimiter: delimiter)
    guard record.mistakes.isEmpty else { throw ImportMistake.notUTF8 }
    guard !record.isBlank else { throw ImportMistake.empty }
    let columns = ImportColumns.of(kind)
    var (places, mistakes): ([String: Int], [HeaderMistake]) = ([:], [])
    for (place, cell) in record.cells.enumerated() {
      let name = cell.trimmingCharacters(in: .whitespaces).lowercased()
      // Spreadsheets leave columns without a name behind.
      if name.isEmpty { continue }
      if !columns.names.contains(name) {
        mistakes.append(Self.unknown(cell, name, columns))
      } else if places.updateValue(place, forKey: name) != nil {
        mistakes.append(HeaderMistake(key: "column_repeated", facts: ["column": name]))
      }
    }
    mistakes += Self.missing(places, columns)
    guard mistakes.isEmpty else { throw ImportMistake.header(mistakes) }
    self.places = places
    count = record.cells.count
  }

  private static func missing(
    _ places: [String: Int], _ columns: ImportColumns
  ) -> [HeaderMistake] {
    let required = columns.required.filter { places[$0] == nil }.map {
      HeaderMistake(key: "column_missing", facts: ["column": $0])
    }
    let choices = columns.choices.filter { $0.allSatisfy { places[$0] == nil } }.map {
      HeaderMistake(
        key: "column_choice_missing", facts: ["columns": $0.joined(separator: ", ")])
    }
    return required + choices
  }

  private static func unknown(
    _ cell: String, _ name: String, _ columns: ImportColumns
  ) -> HeaderMistake {
    // A value in the place of a name may be somebody's number.
    let shown = String(cell.withoutLongNumbers.prefix(60))
    let nearest = columns.names.map { ($0, distance(name, $0)) }.min { $0.1 < $1.1 }
    if let (column, steps) = nearest, steps <= max(2, column.count / 3) {
      return HeaderMistake(
        key: "column_unknown_suggesting", facts: ["column": shown, "suggestion": column])
    }
    return HeaderMistake(
      key: "column_unknown",
      facts: ["column": shown, "columns": columns.names.joined(separator: ", ")])
  }

  /// How many letters have to be changed, added or taken away (Levenshtein).
  private static func distance(_ left: String, _ right: String) -> Int {
    let (a, b) = (Array(left.prefix(60)), Array(right))
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let step = diagonal + (letter == b[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(step, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[b.count]
  }
}
