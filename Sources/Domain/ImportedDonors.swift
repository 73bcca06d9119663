package import FoundationEssentials

/// By what a row can mean a donor who is there already, the surest first.
package enum DonorEvidence: String, CaseIterable, Hashable, Sendable, Codable {
  /// The number by which another system knows the donor.
  case externalId = "external_id"
  case iin
  case donorNumber = "donor_number"
  /// The same name and the same birth date, where not both have an IIN.
  case name
}

/// A donor who may be the one of a row.
package struct DonorMatch: Hashable, Sendable, Codable {
  package let rowNumber: Int
  package let by: DonorEvidence
  /// Null where the other one is only a row of a dry run.
  @OrNull package var donorNumber: Int?
  /// The row of the same file that the other one came from.
  @OrNull package var earlierRow: Int?
  /// Whether names, birth dates, sexes and IINs agree.
  package let isSamePerson: Bool
  /// Whether the other one came from a file, too, with the same telephone.
  package let isSameRow: Bool
  /// Whether the row names another system's number.
  package let hasExternalId: Bool

  /// Describes a match.
  package init(
    row: Int, by: DonorEvidence, donorNumber: Int?, earlierRow: Int?, isSamePerson: Bool = false,
    isSameRow: Bool = false, hasExternalId: Bool = false
  ) {
    self.rowNumber = row
    self.by = by
    self.isSamePerson = isSamePerson
    self.isSameRow = isSameRow
    self.hasExternalId = hasExternalId
    self.donorNumber = donorNumber
    self.earlierRow = earlierRow
  }

  /// Whether the row says nothing but what is known.
  ///
  /// The same file read twice is the same donors; a row that is twice in one file is a
  /// mistake worth a word. Whoever came without any number is only known again by a row
  /// that came with a file as well: a namesake at a desk may be somebody else.
  private var isKnown: Bool {
    guard earlierRow == nil, isSamePerson else { return false }
    switch by {
    case .externalId: return true
    case .iin, .donorNumber: return !hasExternalId
    case .name: return !hasExternalId && isSameRow
    }
  }

  private var finding: ImportFinding {
    let code =
      by == .name ? "likely_duplicate" : by == .iin ? "duplicate_iin" : "\(by.rawValue)_taken"
    let column = by == .name ? "family_name" : by.rawValue
    if let earlierRow {
      return ImportFinding(
        row: rowNumber, column: column, code: "\(code)_in_file", facts: ["row": String(earlierRow)])
    }
    return ImportFinding(
      row: rowNumber, column: column, code: code,
      facts: ["donor_number": donorNumber.map { String($0) } ?? ""])
  }

  /// What becomes of a row by all of its matches: the surest one decides.
  package static func verdict(_ matches: [DonorMatch]) -> RowVerdict {
    let surest = DonorEvidence.allCases.lazy.compactMap { by in matches.first { $0.by == by } }
    guard let surest = surest.first else { return .take }
    return surest.isKnown ? .known : .refuse(surest.finding)
  }
}

/// A donor whose name sounds like that of a row, and who was born on the same day.
///
/// Such a row is taken: it may be somebody else.
package struct SimilarDonor: Hashable, Sendable, Codable {
  package let rowNumber: Int
  /// The donor that the row makes.
  package let subject: UUID
  @OrNull package var donorNumber: Int?
  /// The row of the same file that the other one came from.
  @OrNull package var earlierRow: Int?

  /// The doubt that is worth a word.
  package var finding: ImportFinding {
    let (code, facts) =
      earlierRow.map { ("similar_donor_in_file", ["row": String($0)]) }
      ?? ("similar_donor", ["donor_number": donorNumber.map { String($0) } ?? ""])
    return ImportFinding(
      row: rowNumber, column: "family_name", code: code, facts: facts, warningAbout: subject)
  }
}
