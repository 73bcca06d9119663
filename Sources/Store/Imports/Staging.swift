package import Domain
package import FoundationEssentials
import Postgres

/// Rows of a file on their way into a staging table: sealed, and in the form that COPY reads.
///
/// It touches no database, so that the next rows can be made ready while others are taken.
package struct Staging: Sendable {
  private var chunk: StagedChunk
  private var known = KnownNames()
  private var refusedRows: Set<Int> = []

  init(_ kind: ImportKind, ring: KeyRing) {
    chunk = StagedChunk(kind: kind, ring: ring)
  }

  /// What seals the rows.
  var ring: KeyRing { chunk.ring }

  /// Says why a row cannot even be read.
  package mutating func refuse(_ findings: [ImportFinding]) {
    chunk.findings += findings
    refusedRows.formUnion(findings.map(\.rowNumber))
  }

  /// Adds a donor, with what is odd about his IIN.
  package mutating func add(_ row: ImportedDonor) throws {
    let draft = row.draft
    let names = known.keys(of: draft)
    try write(row, names)
    if let number = row.donorNumber {
      chunk.lastDonorNumber = max(chunk.lastDonorNumber ?? 0, number)
    }
    chunk.keys.append(
      DonorKeys(
        row: row.row, externalId: row.externalId, donorNumber: row.donorNumber, draft: draft,
        names: names))
    let doubts = draft.iin?.warnings(birthDate: draft.birthDate, sex: draft.sex) ?? []
    for doubt in doubts {
      chunk.findings.append(
        ImportFinding(
          row: row.row, column: "iin", code: doubt.rawValue, warningAbout: draft.id.uuid))
    }
  }

  /// Adds a deferral.
  package mutating func add(_ row: ImportedDeferral) throws {
    try write(row)
    chunk.subjects[row.row] = row.deferral.id.uuid
  }

  /// Adds a donation.
  package mutating func add(_ row: ImportedDonation) throws { try write(row) }

  /// The rows since the last ones together; they end in the file where they end.
  package mutating func next(lastRow: Int, endOffset: Int) -> StagedChunk {
    defer { begin() }
    chunk.lastRow = lastRow
    chunk.endOffset = endOffset
    chunk.refusedRows = refusedRows.count
    var seen: [Int: Int] = [:]
    for key in chunk.keys { for digest in key.digests { seen[digest, default: 0] += 1 } }
    chunk.crowded = chunk.keys.filter { key in key.digests.contains { seen[$0] ?? 0 > 1 } }
    return chunk
  }

  private mutating func begin() {
    refusedRows = []
    chunk = StagedChunk(kind: chunk.kind, ring: chunk.ring)
  }

  mutating func copy(_ body: (inout CopyText) throws -> Void) rethrows {
    try body(&chunk.copy)
    chunk.copy.endRow()
  }
}

/// Rows that are taken together.
package struct StagedChunk: Sendable {
  let kind: ImportKind
  /// What sealed the rows.
  let ring: KeyRing
  var copy = CopyText()
  /// What is known without the registry.
  var findings: [ImportFinding] = []
  /// How many rows cannot be read.
  var refusedRows = 0
  /// By what each donor is known.
  var keys: [DonorKeys] = []
  /// The keys of rows that may share one with another of these.
  var crowded: [DonorKeys] = []
  var lastDonorNumber: Int?
  /// The records of rows about which there may be a doubt.
  var subjects: [Int: UUID] = [:]
  var lastRow = 1
  /// Where in the file the next row begins.
  var endOffset = 0

  init(kind: ImportKind, ring: KeyRing) {
    self.kind = kind
    self.ring = ring
    copy.reserve(1 << 20)
  }
}

/// A row about a donor.
package struct ImportedDonor: Sendable {
  package let row: Int
  package let draft: DonorDraft
  /// The number of the registry that the file came from, which is kept.
  package let donorNumber: Int?
  /// By what another system knows the donor.
  package let externalId: String?

  /// Collects the cells.
  package init(row: Int, draft: DonorDraft, donorNumber: Int?, externalId: String?) {
    self.row = row
    self.draft = draft
    self.donorNumber = donorNumber
    self.externalId = externalId
  }
}

/// How a row says which donor it is about.
package struct NamedDonor: Sendable {
  package var number: Int?
  package var externalId: String?
  package var iin: IIN?
  /// Compared with the donor's, if given.
  package var birthDate: Day?

  /// Collects the cells.
  package init(number: Int?, externalId: String?, iin: IIN?, birthDate: Day?) {
    self.number = number
    self.externalId = externalId
    self.iin = iin
    self.birthDate = birthDate
  }
}

/// A row about a deferral.
package struct ImportedDeferral: Sendable {
  package let row: Int
  package let donor: NamedDonor
  package let deferral: Deferral

  /// Collects the cells; the donor's id in the deferral is not read.
  package init(row: Int, donor: NamedDonor, deferral: Deferral) {
    self.row = row
    self.donor = donor
    self.deferral = deferral
  }
}

/// A row about a donation of the past.
package struct ImportedDonation: Sendable {
  package let row: Int
  package let donor: NamedDonor
  package var id: ID<Donation>
  package var din: DonationNumber
  /// The drive, or else the site at which it was.
  package var drive: ID<Drive>?
  package var site: ID<Site>?
  package var kind: DonationKind
  package var intent: DonationIntent
  package var volumeMl: Int
  package var collectedOn: Day
  package var startedAt: Date?
  package var endedAt: Date?
  package var outcome: DonationOutcome
  package var state: DonationState

  /// Collects the cells.
  package init(
    row: Int, donor: NamedDonor, id: ID<Donation>, din: DonationNumber, drive: ID<Drive>?,
    site: ID<Site>?, kind: DonationKind, intent: DonationIntent, volumeMl: Int,
    collectedOn: Day, startedAt: Date?, endedAt: Date?, outcome: DonationOutcome,
    state: DonationState
  ) {
    self.row = row
    self.donor = donor
    self.id = id
    self.din = din
    self.drive = drive
    self.site = site
    self.kind = kind
    self.intent = intent
    self.volumeMl = volumeMl
    self.collectedOn = collectedOn
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.outcome = outcome
    self.state = state
  }
}
