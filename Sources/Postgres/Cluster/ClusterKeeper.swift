import Foundation

/// Keeps a cluster's server running, from a thread that lives as long as the server.
///
/// The kernel ends the server with the *thread* that started it (PDEATHSIG), so that thread does
/// nothing else.
// Safe because `state` is only touched while `condition` is locked.
final class ClusterKeeper: @unchecked Sendable {
  private let folder: ClusterFolder
  private let condition = NSCondition()
  private var state = State()

  private struct State {
    var isStopping = false
    var hasEnded = false
    var server: pid_t?
    /// Whether the first start succeeded, or why not; nil while it is under way.
    var outcome: Result<Void, any Error>?
    var starting: [CheckedContinuation<Void, any Error>] = []
    var stopping: [CheckedContinuation<Void, Never>] = []
  }

  init(_ folder: ClusterFolder) {
    self.folder = folder
  }

  /// The server's process while this process answers for it.
  var processID: pid_t? { condition.withLock { state.server } }

  func start() {
    let thread = Thread { self.keep() }
    thread.name = "postgres"
    thread.start()
  }

  func untilReady() async throws {
    try await withCheckedThrowingContinuation { continuation in
      condition.withLock {
        if let outcome = state.outcome {
          continuation.resume(with: outcome)
        } else {
          state.starting.append(continuation)
        }
      }
    }
  }

  func stop() async {
    await withCheckedContinuation { continuation in
      condition.withLock {
        if state.hasEnded {
          continuation.resume()
        } else {
          state.isStopping = true
          state.stopping.append(continuation)
          condition.broadcast()
        }
      }
    }
  }

  private func keep() {
    do {
      let server = try ClusterServer(folder)
      let lock = try FileLock(folder.lock)
      while !isStopping {
        try lock.take() ? serve(server) : useNeighbour(server)
      }
    } catch {
      settle(.failure(error))
    }
    end()
  }

  /// Runs the server, or the one that is found running, until it ends.
  private func serve(_ server: ClusterServer) throws {
    do {
      try server.initialise()
      let pid = try folder.runningServer ?? launched(server)
      condition.withLock { state.server = pid }
      defer { condition.withLock { state.server = nil } }
      guard try becomesReady(server, pid) else { return }
      settle(.success(()))
      watch(pid)
    } catch {
      // Once it has run, a server is worth every attempt: a full disk may be emptied.
      guard hasBeenReady else { throw error }
      pause(1)
    }
  }

  /// Starts the server, and waits for what a killed server left behind to go away.
  private func launched(_ server: ClusterServer) throws -> pid_t {
    let deadline = ContinuousClock.now + .seconds(10)
    while true {
      let pid = try server.launch()
      condition.withLock { state.server = pid }
      while !server.isReady, ChildProcess.isAlive(pid), !isStopping { pause(0.02) }
      if ChildProcess.isAlive(pid) { return pid }
      let words = folder.lastWords
      let isLeftover = words.contains("postmaster.pid") || words.contains("shared memory")
      guard isLeftover, ContinuousClock.now < deadline else {
        throw PostgresError(.cluster, "the server did not start: \(words)")
      }
      pause(0.1)
    }
  }

  private func becomesReady(_ server: ClusterServer, _ pid: pid_t) throws -> Bool {
    while !server.isReady {
      guard ChildProcess.isAlive(pid) else { return false }
      if isStopping {
        watch(pid)
        return false
      }
      pause(0.02)
    }
    return true
  }

  /// Waits until the server ends, and ends it when asked to.
  private func watch(_ pid: pid_t) {
    while !isStopping, ChildProcess.isAlive(pid) { pause(0.1) }
    guard isStopping else { return }
    // SIGINT is the fast shutdown; SIGQUIT leaves the rest to recovery at the next start.
    kill(pid, SIGINT)
    let patience = ContinuousClock.now + .seconds(30)
    while ChildProcess.isAlive(pid) {
      if ContinuousClock.now > patience { kill(pid, SIGQUIT) }
      usleep(10_000)
    }
  }

  /// Uses the server that another process keeps, until that process goes away.
  private func useNeighbour(_ server: ClusterServer) throws {
    if !hasBeenReady {
      let deadline = ContinuousClock.now + .seconds(60)
      while !server.isReady, !isStopping {
        guard ContinuousClock.now < deadline else {
          throw PostgresError(
            .cluster, "another process holds \(folder.lock), and its server does not answer")
        }
        pause(0.02)
      }
      settle(.success(()))
    }
    pause(0.2)
  }
}

extension ClusterKeeper {
  fileprivate var isStopping: Bool { condition.withLock { state.isStopping } }

  fileprivate var hasBeenReady: Bool { condition.withLock { state.outcome != nil } }

  /// Sleeps, unless it is time to stop.
  fileprivate func pause(_ seconds: Double) {
    let end = Date(timeIntervalSinceNow: seconds)
    condition.withLock {
      while !state.isStopping, condition.wait(until: end) {}
    }
  }

  fileprivate func settle(_ outcome: Result<Void, any Error>) {
    condition.withLock {
      guard state.outcome == nil else { return }
      state.outcome = outcome
      for continuation in state.starting { continuation.resume(with: outcome) }
      state.starting = []
    }
  }

  fileprivate func end() {
    settle(.failure(PostgresError(.cluster, "the cluster was stopped while it started")))
    condition.withLock {
      state.hasEnded = true
      for continuation in state.stopping { continuation.resume() }
      state.stopping = []
    }
  }
}
