import Postgres
import SQL

/// Wakes those who listen for changes, in all processes, after a commit.
///
/// Not in the transaction itself: a commit that notifies holds a lock of the whole database
/// until it is on disk, so that commits would wait for the disk one after another. A wake-up
/// that is lost in a crash costs a listener the rest of his heartbeat, never an event.
actor Announcer {
  private let database: Database
  private var isDue = false
  private var isAtWork = false

  init(database: Database) { self.database = database }

  /// Has the listeners woken soon; those who ask meanwhile share one wake-up.
  func announce() {
    isDue = true
    guard !isAtWork else { return }
    isAtWork = true
    Task {
      while isDue {
        isDue = false
        // Without a database nobody listens either.
        try? await database.write { db in _ = try db.run(.tellListeners) }
        // Under load a few wake-ups a second do; cancelled, it only goes on at once.
        try? await Task.sleep(for: .milliseconds(50))
      }
      isAtWork = false
    }
  }
}
