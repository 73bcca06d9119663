import Domain
import Foundation
import Store

/// The cells of one row, read one by one; everything wrong with them is collected, so that
/// people mend a row once.
struct Cells {
  let row: Int
  private(set) var findings: [ImportFinding] = []
  private let header: ImportHeader
  private let cells: [String]

  init(_ record: CSVRecord, _ header: ImportHeader) {
    row = record.row
    cells = record.cells
    self.header = header
    for mistake in record.mistakes {
      complain(header.column(at: mistake.field), mistake.code)
    }
    // What a spreadsheet adds at the end is empty.
    if cells.count < header.count || cells.dropFirst(header.count).contains(where: { !$0.isEmpty })
    {
      complain(
        nil, "wrong_field_count",
        ["expected": String(header.count), "found": String(cells.count)])
    }
  }

  mutating func complain(_ column: String?, _ code: String, _ facts: [String: String] = [:]) {
    guard !findings.contains(where: { $0.columnName == column }) else { return }
    findings.append(ImportFinding(row: row, column: column, code: code, facts: facts))
  }

  /// What stands in a column; nil for nothing and for a column that the file has not.
  private func cell(_ column: String) -> String? {
    guard let place = header.place(of: column), place < cells.count, !cells[place].isEmpty
    else { return nil }
    return cells[place]
  }

  /// A text of any script, or nil for nothing but blanks.
  mutating func text(_ column: String, atMost limit: Int = 200) -> String? {
    guard let cell = cell(column) else { return nil }
    switch PlainText.read(cell, atMost: limit) {
    case .success(let text): return text
    case .failure(let mistake):
      if mistake.code != "empty" { complain(column, mistake.code, mistake.facts) }
      return nil
    }
  }

  mutating func requiredText(_ column: String) -> String {
    if let text = text(column) { return text }
    complain(column, "empty")
    return ""
  }

  /// A value that `parse` reads; what cannot be read is complained of by its code.
  mutating func value<T>(_ column: String, _ code: String, _ parse: (String) -> T?) -> T? {
    guard let text = text(column) else { return nil }
    let value = parse(text)
    if value == nil { complain(column, code) }
    return value
  }

  mutating func required<T>(_ column: String, _ value: T?) -> T? {
    if value == nil { complain(column, "empty") }
    return value
  }

  mutating func day(_ column: String) -> Day? {
    value(column, "date_unreadable") { Day(written: $0) }
  }

  mutating func instant(_ column: String) -> Date? {
    value(column, "not_an_instant") { Instant.parse($0) }
  }

  mutating func id<Entity>(_ column: String) -> ID<Entity>? {
    value(column, "not_an_id") { ID($0) }
  }

  mutating func integer(_ column: String, in range: ClosedRange<Int>) -> Int? {
    guard let text = text(column) else { return nil }
    if let number = Int(text), range.contains(number) { return number }
    complain(
      column, "out_of_range",
      ["minimum": String(range.lowerBound), "maximum": String(range.upperBound)])
    return nil
  }

  mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ column: String, as type: Choice.Type = Choice.self
  ) -> Choice? {
    guard let text = text(column) else { return nil }
    if let choice = Choice(rawValue: text.lowercased()) { return choice }
    complain(
      column, "not_one_of", ["allowed": Choice.allCases.map(\.rawValue).joined(separator: ", ")])
    return nil
  }

  mutating func iin(_ column: String) -> IIN? {
    guard let text = text(column) else { return nil }
    do {
      return try IIN(text)
    } catch {
      complain(column, error.code)
      return nil
    }
  }

  /// The donor whom a row about something else names.
  mutating func namedDonor() -> NamedDonor {
    let donor = NamedDonor(
      number: integer("donor_number", in: Cells.donorNumbers),
      externalId: text("donor_external_id"), iin: iin("donor_iin"),
      birthDate: day("donor_birth_date"))
    if donor.number == nil, donor.externalId == nil, donor.iin == nil {
      complain("donor_number", "donor_not_named")
    }
    return donor
  }

  /// The numbers that donors can have: of nine digits at most.
  static let donorNumbers = 1...999_999_999
}
