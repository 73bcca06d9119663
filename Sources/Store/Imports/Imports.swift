package import Domain
package import FoundationEssentials
import Postgres
import SQL

extension Registry {
  /// Goes on with the import of a file that was not finished, or begins one.
  ///
  /// The file is known by the SHA-256 of all of it.
  package func open(
    _ kind: ImportKind, digest: Data, bytes: Int, by actor: Actor, at now: Date
  ) async throws -> Import {
    let ring = try store.keys.required()
    return try await store.write(as: .system) { db in
      let known = ring.fingerprints(digest)
      if let open = try db.first(.openImport, kind.rawValue, known, as: Import.self) { return open }
      let new = Import(id: .new(at: now), kind: kind, startedAt: now, bytesTotal: bytes)
      try db.run(
        .insertImport, new.id, kind.rawValue, known.first, actor.account, now, bytes)
      return new
    }
  }

  /// Ends an import whose last row was dealt with.
  package func finish(_ import: Import, at now: Date) async throws {
    _ = try await store.write(as: .system) { db in try db.run(.finishImport, `import`.id, now) }
  }

  /// What was found in the rows of an import, in their order.
  package func findings(
    of import: Import, after last: Int, limit: Int
  ) async throws -> [KeptFinding] {
    try await store.read(as: .system) { db in
      try db.rows(.findings, `import`.id, last, limit)
    }
  }

  /// Forgets what a dry run remembered, and what killed ones left.
  package func endDryRun(_ import: Import, at now: Date) async throws {
    _ = try await store.write(as: .system) { db in
      try db.run(.dropOldClaims, `import`.id, now - 86_400)
    }
  }

  /// Something to add rows to, which are then taken together.
  package func staging(_ kind: ImportKind) throws -> Staging {
    Staging(kind, ring: try store.keys.required())
  }

  /// Takes the next rows of an import: all of them and its new position, or nothing.
  ///
  /// They are copied and held against the registry while the step before them is taken, if there
  /// is one: most of the time of an import is PostgreSQL's, and one connection has one processor.
  ///
  /// A dry run only says what would become of them. It is to be told of every row from the
  /// first, because rows can be each other's duplicates.
  /// - Throws: ``ImportMoved``, ``KeysChanged``
  package func take(
    _ chunk: StagedChunk, of import: Import, after earlier: EarlierStep? = nil, by actor: Actor,
    at now: Date, isDry: Bool
  ) async throws -> ImportStep {
    let move = ImportMove(import: `import`.id, account: actor.account, at: now, isDry: isDry)
    do {
      return try await take(chunk, of: `import`, after: earlier, move)
    } catch let overtaken as Overtaken {
      return try await take(chunk, of: overtaken.start, after: nil, move)
    } catch let error as PostgresError where error.isForWantOfConnection {
      guard let earlier else { throw error }
      // Without a second connection a step is judged in its turn.
      return try await take(chunk, of: earlier.end(), after: nil, move)
    }
  }

  private func take(
    _ chunk: StagedChunk, of import: Import, after earlier: EarlierStep?, _ move: ImportMove
  ) async throws -> ImportStep {
    try await store.write(as: .system) { db in
      try db.judge(chunk, after: earlier, move)
    } turn: {
      try await earlier?.end() ?? `import`
    } _: { db, judgement, start in
      if try db.isOvertaken(judgement, move) { throw Overtaken(start: start) }
      let verdicts = try db.take(chunk, judgement, move)
      var next = start
      next.move(by: chunk, verdicts)
      let step = ImportStep(import: next, findings: verdicts.findings(with: chunk.findings))
      if !move.isDry { try db.move(start, to: next, step.findings) }
      // Who was registered under keys that the rows do not know was not found among them.
      guard try store.keys.required() == chunk.ring else { throw KeysChanged() }
      return step
    }
  }
}

/// Somebody else changed who is known after rows were judged: they are judged again, in their turn.
private struct Overtaken: Error {
  let start: Import
}

extension PostgresError {
  /// Whether nothing was kept because a connection was not to be had, or not for so long.
  fileprivate var isForWantOfConnection: Bool {
    kind == .poolExhausted || kind == .connectionLost || kind == .deadline
  }
}

/// The step before one that is judged while it is taken.
package struct EarlierStep: Sendable {
  let keys: [DonorKeys]
  let end: @Sendable () async throws -> Import

  /// Takes the rows of the step, and what waits for its end.
  package init(_ chunk: StagedChunk, end: @escaping @Sendable () async throws -> Import) {
    keys = chunk.keys
    self.end = end
  }
}

/// An import after some more rows.
package struct ImportStep: Sendable {
  package let `import`: Import
  /// What there is to say about those rows.
  package let findings: [ImportFinding]
}

/// A finding as kept, with its place in their order.
package struct KeptFinding: Decodable, Sendable {
  package let id: Int
  package let finding: ImportFinding

  package init(from decoder: any Decoder) throws {
    finding = try ImportFinding(from: decoder)
    id = try decoder.container(keyedBy: Name.self).decode(Int.self, forKey: .id)
  }

  private enum Name: String, CodingKey { case id }
}

/// Another process took rows of the same file meanwhile.
package struct ImportMoved: Error, Sendable, Hashable {}

/// The keys were exchanged while rows sealed with the old ones were taken: nothing of the step
/// was kept, and its rows are to be read again.
package struct KeysChanged: Error, Sendable, Hashable {}

/// Whose rows are taken, when, and whether in earnest.
struct ImportMove: Sendable {
  let `import`: ID<Import>
  let account: ID<Account>
  let at: Date
  let isDry: Bool

  var today: Day { Day(at, in: .gmt) }
}

/// What became of the rows of a chunk that were held against the registry.
struct RowVerdicts {
  private(set) var refused: [ImportFinding] = []
  private(set) var known: Set<Int> = []
  private var refusedRows: Set<Int> = []
  var warnings: [ImportFinding] = []

  mutating func add(_ verdict: RowVerdict, of row: Int) {
    switch verdict {
    case .take: break
    case .known: known.insert(row)
    case .refuse(let finding):
      refused.append(finding)
      refusedRows.insert(row)
    }
  }

  func takes(_ row: Int) -> Bool { !known.contains(row) && !refusedRows.contains(row) }

  /// The rows that are not taken.
  var dropped: [Int] { known.union(refusedRows).sorted() }

  var refusedCount: Int { refusedRows.count }

  /// Everything to be said, in the order of the rows; no doubts about rows that are not taken.
  func findings(with others: [ImportFinding]) -> [ImportFinding] {
    (others + refused + warnings).filter { !$0.isWarning || takes($0.rowNumber) }
      .sorted { $0.rowNumber < $1.rowNumber }
  }
}

extension Import {
  fileprivate mutating func move(by chunk: StagedChunk, _ verdicts: RowVerdicts) {
    bytesDone = chunk.endOffset
    rowsDone = chunk.lastRow
    refused += chunk.refusedRows + verdicts.refusedCount
    known += verdicts.known.count
    taken += chunk.copy.rows - verdicts.dropped.count
    warned +=
      Set(verdicts.findings(with: chunk.findings).filter(\.isWarning).map(\.rowNumber))
      .count
  }
}

extension Transaction {
  fileprivate func move(
    _ import: Import, to next: Import, _ findings: [ImportFinding]
  ) throws {
    if !findings.isEmpty { try run(.insertFindings, `import`.id, JSON(findings)) }
    let moved = try run(
      .moveImport, `import`.id, `import`.rowsDone, next.bytesDone, next.rowsDone,
      next.taken - `import`.taken, next.known - `import`.known, next.refused - `import`.refused,
      next.warned - `import`.warned)
    guard moved == 1 else { throw ImportMoved() }
  }

  fileprivate func take(
    _ chunk: StagedChunk, _ judgement: Judgement?, _ move: ImportMove
  ) throws -> RowVerdicts {
    guard chunk.copy.rows > 0 else { return RowVerdicts() }
    switch chunk.kind {
    case .donors: return try takeDonors(chunk, judgement, move)
    case .deferrals: return try takeDeferrals(chunk, move)
    case .donations: return try takeDonations(chunk, move)
    }
  }
}
