package import Domain
package import Foundation
package import Store

/// One reading of a file into the registry.
///
/// While some rows are being taken, the next are held against the registry, and then those behind
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
      while try await !take(source, &state, progress, found) {}
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

  /// Takes the rows that are left; false if keys were exchanged before all were taken.
  private func take(
    _ source: ImportSource, _ state: inout Import, _ progress: (Import) async throws -> Void,
    _ found: ([ImportFinding]) throws -> Void
  ) async throws -> Bool {
    var steps = ImportSteps(run: self)
    do {
      try await steps.takeAll(of: source, from: &state) { step in
        if isDry { try found(step.findings) }
        try await progress(step.import)
      }
    } catch {
      await steps.cancel()
      guard error is KeysChanged else { throw error }
      return false
    }
    return true
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
