package import FoundationEssentials

/// What the rows of a file are about.
package enum ImportKind: String, CaseIterable, Hashable, Sendable, Codable {
  case donors
  case donations
  case deferrals
}

/// The reading of one file into the registry, and how far it is.
package struct Import: Hashable, Sendable, Codable {
  package let id: ID<Import>
  package let kind: ImportKind
  package let startedAt: Date
  package let bytesTotal: Int
  /// Where in the file the next row begins.
  package var bytesDone: Int
  /// The row that was last dealt with, as a spreadsheet counts; the header is row 1.
  package var rowsDone: Int
  /// Rows of which a record was made.
  package var taken: Int
  /// Rows whose record was there already.
  package var known: Int
  /// Rows that were not taken, each for a reason.
  package var refused: Int
  /// Rows that were taken with a doubt.
  package var warned: Int

  /// Describes an import.
  package init(
    id: ID<Import>, kind: ImportKind, startedAt: Date, bytesTotal: Int, bytesDone: Int = 0,
    rowsDone: Int = 0, taken: Int = 0, known: Int = 0, refused: Int = 0, warned: Int = 0
  ) {
    self.id = id
    self.kind = kind
    self.startedAt = startedAt
    self.bytesTotal = bytesTotal
    self.bytesDone = bytesDone
    self.rowsDone = rowsDone
    self.taken = taken
    self.known = known
    self.refused = refused
    self.warned = warned
  }
}

/// What there is to say about a row of a file.
///
/// Never a value of the row: this is kept, and told to whoever corrects the file.
package struct ImportFinding: Hashable, Sendable, Codable {
  /// As a spreadsheet counts; the header is row 1.
  package let rowNumber: Int
  /// The name of the column; nil where it is about the whole row.
  @OrNull package var columnName: String?
  /// The stable name of what is odd.
  package let code: String
  /// What fills the gaps of the sentence.
  package let facts: [String: String]
  /// Whether the row was taken all the same.
  package let isWarning: Bool
  /// The record that was made of the row.
  @OrNull package var subjectId: UUID?

  /// Says why a row is not taken.
  package init(row: Int, column: String?, code: String, facts: [String: String] = [:]) {
    self.init(row: row, column: column, code: code, facts: facts, warningAbout: nil)
  }

  /// Says what is odd about a row that was taken, and about its record.
  package init(
    row: Int, column: String?, code: String, facts: [String: String] = [:],
    warningAbout subject: UUID?
  ) {
    rowNumber = row
    columnName = column
    self.code = code
    self.facts = facts
    isWarning = subject != nil
    subjectId = subject
  }
}

/// What becomes of a row after it was held against the registry.
package enum RowVerdict: Hashable, Sendable {
  /// A record is made of it.
  case take
  /// Its record is there; nothing is done.
  case known
  /// It is not taken.
  case refuse(ImportFinding)
}
