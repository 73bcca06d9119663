import Postgres
import Synchronization

/// One ear on the database for all who listen in this process.
///
/// A connection per listener would let a few hundred open browsers take every
/// connection the server has. It listens only while somebody does.
final class WakeUps: Sendable {
  private let database: Database
  private let state = Mutex(State())

  private struct State {
    var listeners: [Int: AsyncStream<Void>.Continuation] = [:]
    var nextListener = 0
    var listening: Task<Void, Never>?
  }

  init(database: Database) { self.database = database }

  /// One element whenever something may have happened; those that nobody took
  /// yet are one.
  func stream() -> AsyncStream<Void> {
    AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      let listener = join(continuation)
      continuation.onTermination = { _ in self.leave(listener) }
    }
  }

  private func join(_ continuation: AsyncStream<Void>.Continuation) -> Int {
    state.withLock { state in
      defer { state.nextListener += 1 }
      state.listeners[state.nextListener] = continuation
      if state.listening == nil { state.listening = Task { await self.listen() } }
      return state.nextListener
    }
  }

  private func leave(_ listener: Int) {
    state.withLock { state in
      state.listeners[listener] = nil
      guard state.listeners.isEmpty else { return }
      state.listening?.cancel()
      state.listening = nil
    }
  }

  private func listen() async {
    // After a reconnection too: something may have been missed.
    for await _ in database.listen(["tamshy_events"]) {
      for listener in state.withLock({ Array($0.listeners.values) }) { listener.yield() }
    }
  }
}
