import Domain
import Foundation
import Store

/// The steps of an import that are under way: one is taken while the next is judged.
struct ImportSteps {
  let run: ImportRun
  private var underWay: [Task<ImportStep, any Error>] = []

  init(run: ImportRun) { self.run = run }

  /// Takes the rows from where an import stands, which moves on with every step.
  ///
  /// If the file cannot be read on, all rows before are taken first.
  mutating func takeAll(
    of source: ImportSource, from state: inout Import,
    taken: (ImportStep) async throws -> Void
  ) async throws {
    var reader = try source.reader(
      from: max(state.bytesDone, source.start), row: max(state.rowsDone, 1) + 1)
    var staging = try run.registry.staging(run.kind)
    func next() throws -> StagedChunk? {
      guard let stretch = try reader.next(run.chunkRows) else { return nil }
      let rows = ImportedStretch(stretch, source.header, run.kind, at: run.clock())
      return try rows.staged(into: &staging)
    }
    var following = Result { try next() }
    var earlier: StagedChunk?
    while let chunk = try? following.get() {
      await begin(chunk, after: earlier, of: state)
      // Only now, when the rows before them are judged: the one that everything waits for, which
      // takes rows, has a processor for itself where there are two.
      following = Result { try next() }
      earlier = chunk
      if underWay.count > 1 { try await end(&state, taken) }
    }
    if !underWay.isEmpty { try await end(&state, taken) }
    _ = try following.get()
  }

  /// Begins a step, and waits until its rows are judged if there is one before it.
  private mutating func begin(
    _ chunk: StagedChunk, after earlier: StagedChunk?, of state: Import
  ) async {
    let (run, previous) = (run, underWay.last)
    let (judging, isJudged) = AsyncStream.makeStream(of: Never.self)
    underWay.append(
      Task {
        defer { isJudged.finish() }
        guard let earlier, let previous else { return try await run.take(chunk, of: state) }
        return try await run.take(
          chunk, of: state,
          after: EarlierStep(earlier) {
            isJudged.finish()
            let state = try await previous.value.import
            // Called off while it waited, it has taken nothing yet.
            try Task.checkCancellation()
            return state
          })
      })
    if previous != nil { for await _ in judging {} }
  }

  /// Waits for the first of the steps.
  private mutating func end(
    _ state: inout Import, _ taken: (ImportStep) async throws -> Void
  ) async throws {
    try Task.checkCancellation()
    let step = try await underWay[0].value
    underWay.removeFirst()
    state = step.import
    try await taken(step)
  }

  /// Calls off what waits for its turn, and waits for what has begun to take rows.
  mutating func cancel() async {
    for step in underWay { step.cancel() }
    for step in underWay { _ = await step.result }
  }
}

extension ImportRun {
  fileprivate func take(
    _ chunk: StagedChunk, of state: Import, after earlier: EarlierStep? = nil
  ) async throws -> ImportStep {
    try await registry.take(
      chunk, of: state, after: earlier, by: actor, at: clock(), isDry: isDry)
  }
}

/// Some rows of a file, to be made ready together.
private struct ImportedStretch {
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

  func staged(into staging: inout Staging) throws -> StagedChunk {
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
    return staging.next(lastRow: stretch.lastRow, endOffset: stretch.endOffset)
  }
}
