/// Lends connections to callers as `PoolState` decides.
final class Pool: Sendable {
  /// A connection in somebody's hands.
  struct Lease: Sendable {
    let slot: PoolState.Slot
    let connection: Connection
  }

  fileprivate struct Contents {
    let settings: DatabaseSettings
    var state: PoolState
    var connections: [PoolState.Slot: Connection] = [:]
    var waiting: [PoolState.Ticket: CheckedContinuation<Lease, any Error>] = [:]
    /// Tickets that were called, expired or cancelled before their caller lay down to wait.
    var early: [PoolState.Ticket: Result<Lease, any Error>] = [:]
    /// Those who wait for the last connection to be given back.
    var watchers: [CheckedContinuation<Void, Never>] = []
    var isSweeping = false
  }

  private let settings: DatabaseSettings
  private let contents: Locked<Contents>

  init(_ settings: DatabaseSettings) {
    self.settings = settings
    contents = Locked(Contents(settings: settings, state: PoolState(settings)))
  }

  /// Lends a connection, after a wait if need be.
  func lease(until deadline: ContinuousClock.Instant?) async throws -> Lease {
    let now = ContinuousClock.now
    let answer = contents.withLock { contents -> (PoolState.Answer, Lease?) in
      let answer = contents.state.request(at: now, deadline: deadline)
      return (answer, contents.lease(answer))
    }
    switch answer {
    case (_, let lease?): return lease
    case (.wait(let ticket), _): return try await wait(ticket, deadline: deadline)
    case (.refuse, _):
      throw PostgresError(.poolExhausted, "\(settings.waitingLimit) callers wait already")
    default: throw PostgresError(.closed, "the database was shut down")
    }
  }

  /// Takes a connection back.
  func giveBack(_ lease: Lease) {
    let now = ContinuousClock.now
    contents.withLock { contents in
      switch contents.state.giveBack(lease.slot, at: now) {
      case .park: break
      case .hand(let ticket): contents.call(ticket, .success(lease))
      case .close:
        contents.connections[lease.slot] = nil
        contents.tellWatchers()
      }
    }
  }

  /// How much of the pool is in use at this moment.
  var usage: PoolUsage {
    contents.withLock {
      PoolUsage(
        limit: settings.poolSize, open: $0.state.size, leased: $0.state.leased,
        waiting: $0.state.waitingCount)
    }
  }

  private func wait(
    _ ticket: PoolState.Ticket, deadline: ContinuousClock.Instant?
  ) async throws -> Lease {
    sweepWhileWaiting()
    do {
      return try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
          contents.withLock { $0.lieDown(ticket, continuation) }
        }
      } onCancel: {
        contents.withLock { contents in
          guard contents.state.leave(ticket) else { return }
          contents.call(ticket, .failure(CancellationError()))
        }
      }
    } catch let error as PostgresError where error.kind == .poolExhausted {
      guard let deadline, ContinuousClock.now >= deadline else { throw error }
      throw PostgresError(.deadline, "time was up before a connection was free")
    }
  }

  /// Refuses those who wait too long, with one task and only while somebody waits.
  private func sweepWhileWaiting() {
    let isNeeded = contents.withLock { contents in
      defer { contents.isSweeping = true }
      return !contents.isSweeping
    }
    guard isNeeded else { return }
    Task { [weak self] in
      while let self, self.sweep() {
        // A sleep that is cancelled only sweeps early.
        try? await Task.sleep(for: .milliseconds(20))
      }
    }
  }

  private func sweep() -> Bool {
    let now = ContinuousClock.now
    return contents.withLock { contents in
      for ticket in contents.state.expire(at: now) {
        let error = PostgresError(
          .poolExhausted, "no connection was free for \(settings.waitLimit)")
        contents.call(ticket, .failure(error))
      }
      contents.isSweeping = contents.state.waitingCount > 0
      return contents.isSweeping
    }
  }

  /// Closes what has rested too long and checks what has rested a while.
  func tend() async {
    let now = ContinuousClock.now
    let (checks, closed) = contents.withLock { $0.chores(at: now) }
    for connection in closed { await connection.close() }
    for lease in checks {
      await lease.connection.check()
      giveBack(lease)
    }
  }

  /// Refuses whoever waits, and answers once every connection is given back and closed.
  func shutDown() async {
    let closed = contents.withLock { $0.close() }
    for connection in closed { await connection.close() }
    await withCheckedContinuation { continuation in
      contents.withLock { contents in
        contents.watchers.append(continuation)
        contents.tellWatchers()
      }
    }
  }
}

extension Pool.Contents {
  fileprivate mutating func lease(_ answer: PoolState.Answer) -> Pool.Lease? {
    switch answer {
    case .use(let slot):
      return connections[slot].map { Pool.Lease(slot: slot, connection: $0) }
    case .open(let slot):
      let connection = Connection(settings)
      connections[slot] = connection
      return Pool.Lease(slot: slot, connection: connection)
    case .wait, .refuse, .closed:
      return nil
    }
  }

  /// The connections to check, and those to close, which nobody will find any more.
  fileprivate mutating func chores(
    at now: ContinuousClock.Instant
  ) -> (checks: [Pool.Lease], closed: [Connection]) {
    var checks: [Pool.Lease] = []
    var closed: [Connection] = []
    for chore in state.chores(at: now) {
      switch chore {
      case .close(let slot): closed += [connections.removeValue(forKey: slot)].compactMap { $0 }
      case .check(let slot): checks += [lease(.use(slot))].compactMap { $0 }
      }
    }
    return (checks, closed)
  }

  /// Refuses whoever waits, and answers the connections to close.
  fileprivate mutating func close() -> [Connection] {
    let (refused, closed) = state.close()
    for ticket in refused {
      call(ticket, .failure(PostgresError(.closed, "the database was shut down")))
    }
    return closed.compactMap { connections.removeValue(forKey: $0) }
  }

  fileprivate mutating func tellWatchers() {
    guard state.isAtRest else { return }
    for watcher in watchers { watcher.resume() }
    watchers = []
  }

  fileprivate mutating func call(
    _ ticket: PoolState.Ticket, _ word: Result<Pool.Lease, any Error>
  ) {
    if let continuation = waiting.removeValue(forKey: ticket) {
      continuation.resume(with: word)
    } else {
      early[ticket] = word
    }
  }

  fileprivate mutating func lieDown(
    _ ticket: PoolState.Ticket, _ continuation: CheckedContinuation<Pool.Lease, any Error>
  ) {
    if let word = early.removeValue(forKey: ticket) {
      continuation.resume(with: word)
    } else {
      waiting[ticket] = continuation
    }
  }
}
