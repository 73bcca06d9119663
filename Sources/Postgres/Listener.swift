import CLibPQ
import Foundation

/// What a listener hears.
package enum Notification: Sendable, Hashable {
  /// It listens, for the first time or again: what was said before is lost, so read anew.
  case attached
  /// Somebody said something on a channel.
  case message(channel: String, payload: String)
}

extension Database {
  /// Listens on channels, on a connection of its own that comes back by itself.
  ///
  /// Each time it begins to listen it yields `.attached`; so it does when its reader was so slow
  /// that messages had to be dropped.
  package func listen(_ channels: [String]) -> AsyncStream<Notification> {
    AsyncStream(bufferingPolicy: .bufferingNewest(1024)) { continuation in
      let listener = Listener(settings, channels, continuation)
      continuation.onTermination = { _ in listener.stop() }
      listener.start()
    }
  }
}

/// Waits on its own thread for what others say.
// Safe because `isStopped` is only touched while `condition` is locked.
private final class Listener: @unchecked Sendable {
  private let settings: DatabaseSettings
  private let channels: [String]
  private let ear: AsyncStream<Notification>.Continuation
  private let lifeline = Lifeline()
  private let condition = NSCondition()
  private var isStopped = false

  init(
    _ settings: DatabaseSettings, _ channels: [String],
    _ ear: AsyncStream<Notification>.Continuation
  ) {
    self.settings = settings
    self.channels = channels
    self.ear = ear
  }

  func start() {
    let thread = Thread { self.listen() }
    thread.name = settings.applicationName
    thread.start()
  }

  func stop() {
    condition.withLock {
      isStopped = true
      condition.signal()
      lifeline.cut()
    }
  }

  /// Listens until stopped; after a failure it tries again, less and less often.
  private func listen() {
    var delay = 0.05
    while !pause(0) {
      do {
        let session = try Session(settings, lifeline: lifeline)
        for channel in channels {
          let name = try session.identifier(channel)
          _ = try session.execute(script: "LISTEN \(name)", named: "listen")
        }
        delay = 0.05
        tell(.attached)
        while !pause(0) { try session.hear().forEach(tell) }
      } catch {
        // Nobody to tell: the listener's whole point is to come back.
        _ = pause(delay)
        delay = min(delay * 2, 5)
      }
    }
    ear.finish()
  }

  private func tell(_ notification: Notification) {
    if case .dropped = ear.yield(notification) { ear.yield(.attached) }
  }

  /// Sleeps unless stopped, and answers whether it was.
  private func pause(_ seconds: Double) -> Bool {
    let end = Date(timeIntervalSinceNow: seconds)
    return condition.withLock {
      while !isStopped, seconds > 0, condition.wait(until: end) {}
      return isStopped
    }
  }
}

extension Session {
  /// Waits for messages, half a minute at most; then it asks the server whether it lives.
  fileprivate func hear() throws -> [Notification] {
    var heard = notifications()
    guard heard.isEmpty else { return heard }
    var socket = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
    if unsafe poll(&socket, 1, 30_000) == 0 {
      _ = try execute(script: "", named: "listen")
    } else {
      let isRead = unsafe withHandle { unsafe PQconsumeInput($0) } == 1
      heard = notifications()
      guard isRead || !heard.isEmpty else { throw lost(query: "listen") }
    }
    return heard
  }

  private func notifications() -> [Notification] {
    var notifications: [Notification] = []
    while let notify = unsafe withHandle({ unsafe PQnotifies($0) }) {
      defer { unsafe PQfreemem(notify) }
      notifications.append(
        unsafe .message(
          channel: String(cString: notify.pointee.relname),
          payload: String(cString: notify.pointee.extra)))
    }
    return notifications
  }
}
