import Domain
import FoundationEssentials
import Postgres
import SQL

extension Transaction {
  /// Registers the staged donors who are nobody's duplicates.
  func takeDonors(_ chunk: StagedChunk, _ move: ImportMove) throws -> RowVerdicts {
    let judgement = try move.judgement.flatMap { judgement in
      try one(.isAnybodyElseChanged, judgement.snapshot, move.import.id.description, as: Bool.self)
        ? nil : judgement
    }
    var verdicts = chunk.verdicts(try matches(move, judgement))
    if !verdicts.dropped.isEmpty { try run(.dropStagedDonors, verdicts.dropped) }
    verdicts.warnings += try similar(move, judgement).map(\.finding)
    guard !move.isDry else {
      try run(.claimStagedDonors, move.import.id, move.at)
      return verdicts
    }
    try registerStaged(chunk, move)
    return verdicts
  }

  /// Donors who may be those of the rows; of judged rows only the echoes are asked about.
  private func matches(_ move: ImportMove, _ judgement: Judgement?) throws -> [DonorMatch] {
    guard let judgement else {
      let kept = try rows(
        .matchStagedDonors, move.import.id, [Int]?.none, as: DonorMatch.self)
      return try kept + (move.isDry ? rows(.matchClaimedDonors, move.import.id) : [])
    }
    let sure = judgement.matches.filter { !judgement.echoes.contains($0.rowNumber) }
    guard !judgement.echoes.isEmpty else { return sure }
    return try sure + rows(.matchStagedDonors, move.import.id, judgement.echoes.sorted())
  }

  /// Donors whose names sound like those of the rows.
  private func similar(_ move: ImportMove, _ judgement: Judgement?) throws -> [SimilarDonor] {
    guard let judgement else {
      return try rows(.similarToStaged, move.import.id, [Int]?.none)
    }
    let sure = judgement.similar.filter { !judgement.echoes.contains($0.rowNumber) }
    guard !judgement.echoes.isEmpty else { return sure }
    return try sure + rows(.similarToStaged, move.import.id, judgement.echoes.sorted())
  }

  private func registerStaged(_ chunk: StagedChunk, _ move: ImportMove) throws {
    if let last = chunk.lastDonorNumber {
      _ = try rows(.keepDonorNumbers, last, as: String.self)
    }
    try run(.registerStagedDonors, move.at, move.account)
    try run(.identifyStagedDonors, move.import.id)
    try run(.tellOfStagedDonors, move.at, move.account, move.import.id.description)
    try deferStagedAgain(move)
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
