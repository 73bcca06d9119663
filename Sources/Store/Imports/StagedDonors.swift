import Domain
import FoundationEssentials
import Postgres
import SQL

extension Transaction {
  /// Registers the staged donors who are nobody's duplicates.
  ///
  /// What they were judged while the step before was taken holds if nobody else changed who is
  /// known since; else they are judged now.
  func takeDonors(
    _ chunk: StagedChunk, _ early: Judgement?, _ move: ImportMove
  ) throws -> RowVerdicts {
    var judgement = early
    if let early,
      try one(.isAnybodyElseChanged, early.snapshot, move.import.description, as: Bool.self)
    {
      judgement = nil
      try copyAgain(chunk)
    }
    var verdicts = chunk.verdicts(try matches(move, judgement))
    if !verdicts.dropped.isEmpty { try run(.dropStagedDonors, verdicts.dropped) }
    verdicts.warnings += try similar(move, judgement).map(\.finding)
    guard !move.isDry else {
      try run(.claimStagedDonors, move.import, move.at)
      return verdicts
    }
    try registerStaged(chunk, judgement, move)
    return verdicts
  }

  /// Donors who may be those of the rows; of judged rows only the echoes are asked about.
  private func matches(_ move: ImportMove, _ judgement: Judgement?) throws -> [DonorMatch] {
    guard let judgement else {
      let kept = try rows(
        .matchStagedDonors, move.import, [Int]?.none, as: DonorMatch.self)
      return try kept + (move.isDry ? rows(.matchClaimedDonors, move.import) : [])
    }
    let sure = judgement.matches.filter { !judgement.echoes.contains($0.rowNumber) }
    guard !judgement.echoes.isEmpty else { return sure }
    return try sure + rows(.matchStagedDonors, move.import, judgement.echoes.sorted())
  }

  /// Donors whose names sound like those of the rows.
  private func similar(_ move: ImportMove, _ judgement: Judgement?) throws -> [SimilarDonor] {
    guard let judgement else {
      return try rows(.similarToStaged, move.import, [Int]?.none)
    }
    let sure = judgement.similar.filter { !judgement.echoes.contains($0.rowNumber) }
    guard !judgement.echoes.isEmpty else { return sure }
    return try sure + rows(.similarToStaged, move.import, judgement.echoes.sorted())
  }

  private func registerStaged(
    _ chunk: StagedChunk, _ judgement: Judgement?, _ move: ImportMove
  ) throws {
    if let last = chunk.lastDonorNumber {
      _ = try rows(.keepDonorNumbers, last, as: String.self)
    }
    try run(.registerStagedDonors, move.at, move.account)
    try run(.identifyStagedDonors, move.import)
    try run(.tellOfStagedDonors, move.at, move.account, move.import.description)
    if let people = try judgement?.remembered ?? remembered(chunk, move) {
      try deferAgain(people, move)
    }
  }

  /// Defers those of the staged people anew who were deferred when their identity was deleted.
  private func deferAgain(_ people: RememberedPeople, _ move: ImportMove) throws {
    struct Bar: Decodable {
      let id: ID<Donor>
      let untilOn: Day?
    }
    let bars = try rows(
      .barredAmongStaged, people.rows, people.memories, move.today, as: Bar.self)
    for bar in bars {
      try insert(
        Deferral(
          id: .new(at: move.at), donorId: bar.id, reason: "deferred_before", from: move.today,
          until: bar.untilOn, source: "automatic", recordedAt: move.at),
        by: move.account)
    }
  }
}
