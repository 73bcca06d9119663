package import Domain
package import FoundationEssentials
import Postgres
import SQL
import Synchronization

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
  /// What they were judged while the step before was taken holds if nobody else changed who
  /// is known since; else they are judged now.
  ///
  /// A dry run only says what would become of them. It is to be told of every row from the
  /// first, because rows can be each other's duplicates.
  /// - Throws: ``ImportMoved``
  package func take(
    _ chunk: StagedChunk, _ judgement: Judgement? = nil, of import: Import, by actor: Actor,
    at now: Date, isDry: Bool
  ) async throws -> ImportStep {
    // A race that was lost is run again, and then nothing that was known before holds.
    let once = Mutex(judgement)
    return try await store.write(as: .system) { db in
      let move = ImportMove(
        import: `import`, account: actor.account, at: now, isDry: isDry,
        judgement: once.withLock { $0.take() })
      let verdicts = try db.judge(chunk, move)
      var next = `import`
      next.move(by: chunk, verdicts)
      let step = ImportStep(
        import: next, findings: verdicts.findings(with: chunk.findings))
      if !isDry { try db.move(`import`, to: next, step.findings) }
      return step
    }
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

/// Whose rows are taken, when, and whether in earnest.
struct ImportMove: Sendable {
  let `import`: Import
  let account: ID<Account>
  let at: Date
  let isDry: Bool
  /// What the rows were judged before it was their turn.
  let judgement: Judgement?

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

  fileprivate func judge(_ chunk: StagedChunk, _ move: ImportMove) throws -> RowVerdicts {
    guard chunk.copy.rows > 0 else { return RowVerdicts() }
    try stage(chunk)
    switch chunk.kind {
    case .donors: return try takeDonors(chunk, move)
    case .deferrals: return try takeDeferrals(chunk, move)
    case .donations: return try takeDonations(chunk, move)
    }
  }
}
