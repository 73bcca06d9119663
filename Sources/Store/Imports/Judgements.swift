import Domain
import Postgres
import SQL

/// What the registry said of donors of a file while those before them were being taken.
struct Judgement: Sendable {
  /// What of others could be seen when it was asked.
  let snapshot: String
  let matches: [DonorMatch]
  let similar: [SimilarDonor]
  /// Rows that the registry is to be asked about again, because one of those that were being
  /// taken may be the same person.
  let echoes: Set<Int>
  /// Rows whose donors are registered only when the step before is taken.
  let late: StagedSelection
  /// By what the rows' people would be remembered, if anybody is.
  let remembered: RememberedPeople?
}

/// By what people of rows would be remembered who were deferred when their identity was deleted.
struct RememberedPeople: Sendable {
  let rows: [Int]
  let memories: [LookUp]

  /// Reckons it under every key.
  init(_ chunk: StagedChunk) {
    let people = chunk.keys.flatMap { keys in
      (keys.iin.map(chunk.ring.memories) ?? []).map { (keys.row, $0) }
    }
    rows = people.map(\.0)
    memories = people.map(\.1)
  }
}

extension Transaction {
  /// Copies rows into a table of this transaction; if a step before theirs is being taken, holds
  /// donors among them against the registry and registers those that nobody of it can be.
  ///
  /// Rows of a dry run are each other's duplicates only once the ones before are claimed.
  func judge(
    _ chunk: StagedChunk, after earlier: EarlierStep?, _ move: ImportMove
  ) throws -> Judgement? {
    guard chunk.copy.rows > 0 else { return nil }
    _ = try rows(.stage, chunk.kind.rawValue, as: String.self)
    try copy(chunk)
    guard chunk.kind == .donors, !move.isDry, let earlier else { return nil }
    let snapshot = try one(.currentSnapshot, as: String.self)
    let echoes = DonorEchoes(of: earlier.keys).rows(among: chunk.keys)
    let matches = try rows(.matchStagedDonors, move.import, [Int]?.none, as: DonorMatch.self)
    let dropped = chunk.verdicts(matches).dropped.filter { !echoes.contains($0) }
    if !dropped.isEmpty { try run(.dropStagedDonors, dropped) }
    // Where rows bring their numbers, somebody could wait for one that this step has taken
    // while it waits itself: the step before, or another import.
    let bringNumbers =
      chunk.lastDonorNumber != nil || earlier.keys.contains { $0.donorNumber != nil }
    if !bringNumbers { try register(.allBut(echoes), move) }
    return Judgement(
      snapshot: snapshot, matches: matches,
      similar: try rows(.similarToStaged, move.import, [Int]?.none, move.isDry), echoes: echoes,
      late: bringNumbers ? .everybody : .only(echoes),
      remembered: try remembered(chunk, move))
  }

  /// Whether somebody else changed who is known since the rows were judged.
  func isOvertaken(_ judgement: Judgement?, _ move: ImportMove) throws -> Bool {
    guard let judgement else { return false }
    return try one(
      .isAnybodyElseChanged, judgement.snapshot, move.import.description, as: Bool.self)
  }

  /// By what the rows' people would be remembered; nil where nobody is.
  ///
  /// For most people it is for nothing, and costs as much as what their numbers are found by.
  func remembered(_ chunk: StagedChunk, _ move: ImportMove) throws -> RememberedPeople? {
    try one(.isAnybodyBarred, move.today, as: Bool.self) ? RememberedPeople(chunk) : nil
  }

  private func copy(_ chunk: StagedChunk) throws {
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
