package import Domain
package import Foundation
package import Store

/// One reading of a file into the registry.
///
/// While some rows are being taken, the next are held against the registry, and those behind
/// them are read, checked and sealed; no more than that is in memory, however long the file is.
package struct ImportRun: Sendable {
  package let registry: Registry
  package let kind: ImportKind
  package let actor: Actor
  /// Only to say what would become of the rows.
  package let isDry: Bool
  /// How many rows are taken together.
  package let chunkRows: Int
  package let clock: @Sendable () -> Date

  /// Describes a run.
  package init(
    _ registry: Registry, _ kind: ImportKind, by actor: Actor, isDry: Bool = false,
    chunkRows: Int = 10_000, clock: @escaping @Sendable () -> Date = { Date() }
  ) {
    self.registry = registry
    self.kind = kind
    self.actor = actor
    self.isDry = isDry
    self.chunkRows = chunkRows
    self.clock = clock
  }

  /// Reads the file to its end, from where an earlier run was cut off.
  ///
  /// `progress` is told at the start and after every step; `found` everything about the rows,
  /// in their order, once all of them are done, and in a dry run after every step.
  /// - Throws: ``ImportMistake``, `ImportMoved`
  package func read(
    _ path: String, progress: (Import) async throws -> Void,
    found: ([ImportFinding]) throws -> Void
  ) async throws -> Import {
    let source = try ImportSource(path: path, kind: kind)
    defer { try? source.handle.close() }  // It was only read.
    var state = try await open(source)
    try await progress(state)
    do {
      state = try await take(source, state, progress, found)
    } catch {
      if isDry { try await registry.endDryRun(state, at: clock()) }
      throw error
    }
    guard !isDry else {
      try await registry.endDryRun(state, at: clock())
      return state
    }
    try await registry.finish(state, at: clock())
    try await tell(of: state, found)
    return state
  }

  private func open(_ source: ImportSource) async throws -> Import {
    let now = clock()
    guard !isDry else {
      return Import(id: .new(at: now), kind: kind, startedAt: now, bytesTotal: source.bytes)
    }
    return try await registry.open(
      kind, digest: source.digest, bytes: source.bytes, by: actor, at: now)
  }

  private func take(
    _ source: ImportSource, _ start: Import, _ progress: (Import) async throws -> Void,
    _ found: ([ImportFinding]) throws -> Void
  ) async throws -> Import {
    var state = start
    var reader = try source.reader(
      from: max(state.bytesDone, source.start), row: max(state.rowsDone, 1) + 1)
    var ready: [Task<StagedChunk, any Error>] = []
    defer { for task in ready { task.cancel() } }
    func next() async throws -> StagedChunk? {
      while ready.count < 2, let stretch = try reader.next(chunkRows) {
        let rows = ImportedStretch(stretch, source.header, kind, at: clock())
        let staging = try registry.staging(kind)
        ready.append(Task { try rows.staged(into: staging) })
      }
      return ready.isEmpty ? nil : try await ready.removeFirst().value
    }
    var (current, judgement) = (try await next(), Judgement?.none)
    while let chunk = current {
      let (now, judged) = (state, judgement)
      async let step = registry.take(
        chunk, judged, of: now, by: actor, at: clock(), isDry: isDry)
      current = try await next()
      judgement = try await judge(current, after: chunk, of: now)
      state = try await step.import
      if isDry { try await found(step.findings) }
      try await progress(state)
    }
    return state
  }

  /// Rows of a dry run are each other's duplicates only once the ones before are claimed.
  ///
  /// What cannot be judged early, for want of a second connection perhaps, is judged in its turn.
  private func judge(
    _ chunk: StagedChunk?, after earlier: StagedChunk, of import: Import
  ) async throws -> Judgement? {
    guard let chunk, !isDry else { return nil }
    do {
      return try await registry.judge(chunk, after: earlier, of: `import`)
    } catch {
      try Task.checkCancellation()
      return nil
    }
  }

  /// Everything that was found, also by a run that was cut off.
  private func tell(of state: Import, _ found: ([ImportFinding]) throws -> Void) async throws {
    var last = 0
    while true {
      let page = try await registry.findings(of: state, after: last, limit: 5_000)
      guard let end = page.last else { return }
      try found(page.map(\.finding))
      last = end.id
    }
  }
}

/// Some rows of a file, to be made ready apart from the others.
private struct ImportedStretch: Sendable {
  let stretch: RecordReader.Stretch
  let header: ImportHeader
  let kind: ImportKind
  let now: Date

  init(_ stretch: RecordReader.Stretch, _ header: ImportHeader, _ kind: ImportKind, at now: Date) {
    self.stretch = stretch
    self.header = header
    self.kind = kind
    self.now = now
  }

  func staged(into empty: consuming Staging) throws -> StagedChunk {
    var staging = empty
    let today = Day(now, in: .gmt)
    for record in stretch.records(delimiter: header.delimiter) where !record.isBlank {
      try Task.checkCancellation()
      var cells = Cells(record, header)
      switch kind {
      case .donors: if let row = cells.donor(at: now, today: today) { try staging.add(row) }
      case .deferrals: if let row = cells.deferral(at: now) { try staging.add(row) }
      case .donations: if let row = cells.donation(at: now, today: today) { try staging.add(row) }
      }
      staging.refuse(cells.findings)
    }
    return staging.chunk(lastRow: stretch.lastRow, endOffset: stretch.endOffset)
  }
}
