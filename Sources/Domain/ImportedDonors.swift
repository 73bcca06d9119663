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

/// By what the rows of one file could be taken for each other.
package struct DonorKeys: Hashable, Sendable {
  package let row: Int
  package let externalId: String?
  package let iin: IIN?
  package let donorNumber: Int?
  /// The strict keys of the name and the birth date.
  package let name: String
  /// How the name sounds, and the birth date.
  package let sound: String
  /// Those that only one person has, as texts.
  fileprivate let certain: [String]

  /// Collects the keys of a row.
  package init(
    row: Int, externalId: String?, donorNumber: Int?, draft: DonorDraft, names: NameKeys
  ) {
    self.row = row
    self.externalId = externalId
    iin = draft.iin
    self.donorNumber = donorNumber
    name = "n\(draft.birthDate.number) \(names.strict)"
    sound = "s\(draft.birthDate.number) \(NameKeys.pair(names.coarse.split(separator: " ")))"
    certain = [
      externalId.map { "e\($0)" }, draft.iin.map { "i\($0.digits)" },
      donorNumber.map { "d\($0)" },
    ]
    .compactMap(\.self)
  }

  /// Its keys as texts, for telling which rows share one.
  package var texts: [String] { certain + [name] }

  /// Those that count unless two people both have an IIN.
  fileprivate var vague: [String] { [name, sound] }
}

/// Who of the rows of a file came first.
package struct DonorClaims: Sendable {
  private var rows: [String: Int] = [:]
  /// Rows without an IIN, by name.
  private var withoutIIN: [String: Int] = [:]

  /// Starts with no row.
  package init() {}

  /// Takes the keys of a row, or says which earlier row has one of them.
  ///
  /// Rows come in their order; one that was refused claims nothing.
  package mutating func claim(_ keys: DonorKeys) -> RowVerdict {
    let certain: [(DonorEvidence, String?)] = [
      (.externalId, keys.externalId.map { "e\($0)" }), (.iin, keys.iin.map { "i\($0.digits)" }),
      (.donorNumber, keys.donorNumber.map { "d\($0)" }),
    ]
    let name = keys.name
    let sameName = keys.iin == nil ? rows[name] : withoutIIN[name]
    var earlier = certain.compactMap { by, key in
      key.flatMap { rows[$0] }.map {
        DonorMatch(row: keys.row, by: by, donorNumber: nil, earlierRow: $0)
      }
    }
    if let sameName {
      earlier.append(DonorMatch(row: keys.row, by: .name, donorNumber: nil, earlierRow: sameName))
    }
    let verdict = DonorMatch.verdict(earlier)
    guard verdict == .take else { return verdict }
    for case (_, let key?) in certain { rows[key] = keys.row }
    if rows[name] == nil { rows[name] = keys.row }
    if keys.iin == nil, withoutIIN[name] == nil { withoutIIN[name] = keys.row }
    return .take
  }
}

/// Rows that may be the same people as others of the file, or sound like them.
package struct DonorEchoes: Sendable {
  private var certain: Set<String> = []
  private var names: Set<String> = []
  private var namesWithoutIIN: Set<String> = []

  /// Starts with what other rows are known by.
  package init(of rows: some Sequence<DonorKeys>) {
    for keys in rows { add(keys) }
  }

  private mutating func add(_ keys: DonorKeys) {
    certain.formUnion(keys.certain)
    names.formUnion(keys.vague)
    if keys.iin == nil { namesWithoutIIN.formUnion(keys.vague) }
  }

  /// The rows, among those given, that one of the others may be, and the rows that sound
  /// like one of these.
  package func rows(among rows: [DonorKeys]) -> Set<Int> {
    let first = rows.filter(isEchoed)
    guard !first.isEmpty else { return [] }
    let near = DonorEchoes(of: first)
    return Set((first + rows.filter(near.isEchoed)).map(\.row))
  }

  private func isEchoed(_ keys: DonorKeys) -> Bool {
    keys.certain.contains(where: certain.contains)
      || keys.vague.contains(where: (keys.iin == nil ? names : namesWithoutIIN).contains)
  }
}
