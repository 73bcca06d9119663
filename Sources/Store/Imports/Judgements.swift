package import Domain
import Postgres
import SQL

/// What the registry said of donors of a file while those before them were being taken.
package struct Judgement: Sendable {
  /// What of others could be seen when it was asked.
  let snapshot: String
  let matches: [DonorMatch]
  let similar: [SimilarDonor]
  /// Rows that the registry is to be asked about again, because one of those that were being
  /// taken may be the same person.
  let echoes: Set<Int>
}

extension Registry {
  /// Holds the donors of an import that come next against the registry, on a connection of its
  /// own; nil for rows of other kinds.
  ///
  /// Most of an import's time is PostgreSQL's, and one connection has one processor.
  package func judge(
    _ chunk: StagedChunk, after earlier: StagedChunk, of import: Import
  ) async throws -> Judgement? {
    guard chunk.kind == .donors, chunk.copy.rows > 0 else { return nil }
    return try await store.record(as: .system) { db in
      let snapshot = try db.one(.currentSnapshot, as: String.self)
      try db.stage(chunk)
      let matches = try db.rows(
        .matchStagedDonors, `import`.id, [Int]?.none, as: DonorMatch.self)
      let verdicts = chunk.verdicts(matches)
      if !verdicts.dropped.isEmpty { try db.run(.dropStagedDonors, verdicts.dropped) }
      return Judgement(
        snapshot: snapshot, matches: matches,
        similar: try db.rows(.similarToStaged, `import`.id, [Int]?.none),
        echoes: DonorEchoes(of: earlier.keys).rows(among: chunk.keys))
    }
  }
}

extension Transaction {
  /// Copies rows into a table of this transaction.
  func stage(_ chunk: StagedChunk) throws {
    _ = try rows(.stage, chunk.kind.rawValue, as: String.self)
    let copy: Query =
      switch chunk.kind {
      case .donors: .stageDonors
      case .deferrals: .stageDeferrals
      case .donations: .stageDonations
      }
    try copyIn(copy, rows: [chunk.copy.bytes])
  }
}

extension StagedChunk {
  /// What becomes of the rows by those who may be the same donors, and by each other.
  func verdicts(_ matches: [DonorMatch]) -> RowVerdicts {
    var verdicts = RowVerdicts()
    let byRow = Dictionary(grouping: matches, by: \.rowNumber)
    for (row, matches) in byRow.sorted(by: { $0.key < $1.key }) {
      verdicts.add(DonorMatch.verdict(matches), of: row)
    }
    var claims = DonorClaims()
    for keys in crowded where verdicts.takes(keys.row) {
      verdicts.add(claims.claim(keys), of: keys.row)
    }
    return verdicts
  }
}
