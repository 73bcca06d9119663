import Domain
import FoundationEssentials
import Postgres
import SQL

extension Transaction {
  /// Registers the staged donors who are nobody's duplicates.
  func takeDonors(_ chunk: StagedChunk, _ move: ImportMove) throws -> RowVerdicts {
    try copyIn(.stageDonors, rows: [chunk.copy.bytes])
    var verdicts = try verdictsOnDonors(chunk, move)
    if !verdicts.dropped.isEmpty { try run(.dropStagedDonors, verdicts.dropped) }
    verdicts.warnings += try rows(.similarToStaged, move.import.id, as: SimilarDonor.self)
      .map(\.finding)
    guard !move.isDry else {
      try run(.claimStagedDonors, move.import.id, move.at)
      return verdicts
    }
    if let last = chunk.lastDonorNumber {
      _ = try rows(.keepDonorNumbers, last, as: String.self)
    }
    try run(.registerStagedDonors, move.at, move.account)
    try run(.identifyStagedDonors, move.import.id)
    try run(.tellOfStagedDonors, move.at, move.account, move.import.id.description)
    try deferStagedAgain(move)
    return verdicts
  }

  private func verdictsOnDonors(_ chunk: StagedChunk, _ move: ImportMove) throws -> RowVerdicts {
    var verdicts = RowVerdicts()
    var matches = try rows(.matchStagedDonors, move.import.id, as: DonorMatch.self)
    if move.isDry { matches += try rows(.matchClaimedDonors, move.import.id) }
    for (row, matches) in Dictionary(grouping: matches, by: \.rowNumber).sorted(by: {
      $0.key < $1.key
    }) {
      verdicts.add(DonorMatch.verdict(matches), of: row)
    }
    var claims = DonorClaims()
    for keys in chunk.crowded where verdicts.takes(keys.row) {
      verdicts.add(claims.claim(keys), of: keys.row)
    }
    return verdicts
  }

  /// Defers people anew who were deferred when their identity was deleted.
  private func deferStagedAgain(_ move: ImportMove) throws {
    struct Bar: Decodable {
      let id: ID<Donor>
      let untilOn: Day?
    }
    for bar in try rows(.barredAmongStaged, move.today, as: Bar.self) {
      try insert(
        Deferral(
          id: .new(at: move.at), donorId: bar.id, reason: "deferred_before", from: move.today,
          until: bar.untilOn, source: "automatic", recordedAt: move.at),
        by: move.account)
    }
  }
}
