/// Runs members that arrive together as one batch: the group commit of a verb that takes sets.
///
/// There is no timer. An idle batcher runs a lone member at once; members that arrive while
/// `depth` batches run form the next one. A batch holds members of one scope only.
package actor Batcher<Scope: Hashable & Sendable, Member: Sendable, Outcome: Sendable> {
  /// Runs a batch and answers one outcome for each member, in their order.
  package typealias Run =
    @Sendable (Scope, [Member]) async throws -> [Result<Outcome, any Error>]

  private struct Entry: Sendable {
    let id: Int
    let member: Member
  }

  private let run: Run
  private let isRefusal: @Sendable (any Error) -> Bool
  private let depth: Int
  private let waitingLimit: Int
  private var queue: BatchQueue<Scope, Entry>
  private var running = 0
  private var nextID = 0
  private var tally = BatchTally()
  private var submitters: [Int: CheckedContinuation<Outcome, any Error>] = [:]

  /// Makes a batcher in front of a verb.
  ///
  /// - Parameters:
  ///   - cap: Members of one batch at most.
  ///   - depth: Batches that run at the same time.
  ///   - waitingLimit: Members that may wait before the next is refused.
  ///   - isRefusal: Whether an error of a whole batch is one member's fault, so that each is to
  ///     be tried alone. The batch must have left nothing behind then.
  ///   - run: The verb.
  package init(
    cap: Int = 64, depth: Int = 2, waitingLimit: Int = 4096,
    isRefusal: @escaping @Sendable (any Error) -> Bool = {
      ($0 as? PostgresError)?.concernsData ?? false
    },
    run: @escaping Run
  ) {
    queue = BatchQueue(cap: cap)
    self.depth = max(1, depth)
    self.waitingLimit = waitingLimit
    self.isRefusal = isRefusal
    self.run = run
  }

  /// Members that wait for a batch.
  package var waitingCount: Int { queue.count }

  /// The batches so far and those under way.
  package var load: BatchTally {
    var load = tally
    load.waiting = queue.count
    load.running = running
    return load
  }

  /// Has the member run in the next batch of its scope, and answers its outcome.
  ///
  /// A caller that is cancelled stops waiting; its member runs all the same.
  ///
  /// - Throws: the member's own error, or the batch's if that was nobody's fault.
  package func submit(_ member: Member, in scope: Scope) async throws -> Outcome {
    guard queue.count < waitingLimit else {
      throw PostgresError(.poolExhausted, "\(waitingLimit) members wait for a batch already")
    }
    nextID += 1
    let id = nextID
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        submitters[id] = continuation
        queue.add(Entry(id: id, member: member), in: scope)
        startBatches()
      }
    } onCancel: {
      Task { await self.settle(id, .failure(CancellationError())) }
    }
  }

  private func startBatches() {
    while running < depth, let (scope, entries) = queue.next() {
      running += 1
      // Not a child of any submitter: those may be cancelled, the batch may not.
      Task {
        await runBatch(entries, in: scope)
        running -= 1
        startBatches()
      }
    }
  }

  private func runBatch(_ entries: [Entry], in scope: Scope) async {
    tally.count(entries.count)
    do {
      let outcomes = try await run(scope, entries.map(\.member))
      guard outcomes.count == entries.count else {
        throw PostgresError(
          .misuse, "a batch of \(entries.count) answered \(outcomes.count) outcomes")
      }
      for (entry, outcome) in zip(entries, outcomes) { settle(entry.id, outcome) }
    } catch  where entries.count > 1 && isRefusal(error) {
      for entry in entries { await runBatch([entry], in: scope) }
    } catch {
      for entry in entries { settle(entry.id, .failure(error)) }
    }
  }

  private func settle(_ id: Int, _ outcome: Result<Outcome, any Error>) {
    submitters.removeValue(forKey: id)?.resume(with: outcome)
  }
}

extension PostgresError {
  /// Whether the error is about the values of one call, so that another call may fare better.
  package var concernsData: Bool {
    switch kind {
    case .binding, .decoding, .cardinality: true
    case .server(.insufficientPrivilege): true
    // Data, constraints, lost races, checks of views, errors that the schema's functions raise.
    case .server(let state): ["21", "22", "23", "40", "44", "P0"].contains(state.class)
    default: false
    }
  }
}
