import Domain
import FoundationEssentials
import Postgres
import SQL

extension Transaction {
  /// Registers the staged donors who are nobody's duplicates.
  func takeDonors(
    _ chunk: StagedChunk, _ judgement: Judgement?, _ move: ImportMove
  ) throws -> RowVerdicts {
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
      return try rows(.similarToStaged, move.import, [Int]?.none, move.isDry)
    }
    let sure = judgement.similar.filter { !judgement.echoes.contains($0.rowNumber) }
    guard !judgement.echoes.isEmpty else { return sure }
    return try sure
      + rows(.similarToStaged, move.import, judgement.echoes.sorted(), move.isDry)
  }

  private func registerStaged(
    _ chunk: StagedChunk, _ judgement: Judgement?, _ move: ImportMove
  ) throws {
    if let last = chunk.lastDonorNumber {
      _ = try rows(.keepDonorNumbers, last, as: String.self)
    }
    try register(judgement?.late ?? .everybody, move)
    // Last, because a desk with the same new name waits from here to the commit.
    try run(.identifyStagedDonors, move.import)
    if let people = try judgement?.remembered ?? remembered(chunk, move) {
      try deferAgain(people, move)
    }
  }

  /// Registers the donors of some staged rows, and tells of them.
  ///
  /// They have no identity yet, by which others could find them or wait for them.
  func register(_ rows: StagedSelection, _ move: ImportMove) throws {
    let (named, areMeant) = rows.named
    if named.isEmpty, areMeant { return }
    try run(.registerStagedDonors, move.at, move.account, named, areMeant)
    try run(.tellOfStagedDonors, move.at, move.account, move.import.description, named, areMeant)
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

/// Staged rows that are named, or those that are not.
enum StagedSelection: Sendable {
  case only(Set<Int>)
  case allBut(Set<Int>)

  static let everybody = StagedSelection.allBut([])

  /// The rows in their order, and whether they are meant or the others.
  fileprivate var named: (rows: [Int], areMeant: Bool) {
    switch self {
    case .only(let rows): (rows.sorted(), true)
    case .allBut(let rows): (rows.sorted(), false)
    }
  }
}
