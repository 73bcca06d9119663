import Foundation

/// A lock on a file, freed when its process ends, however it ends.
final class FileLock: Sendable {
  private let descriptor: Int32

  /// Opens the file; nothing is locked yet.
  init(_ path: String) throws {
    // Closed on exec: a server that inherited it would hold the lock for its dead parent.
    descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw PostgresError(.cluster, "\(path) cannot be opened (errno \(errno))")
    }
  }

  deinit { close(descriptor) }

  /// Takes the lock if nobody holds it; holding it already is fine.
  func take() -> Bool {
    flock(descriptor, LOCK_EX | LOCK_NB) == 0
  }
}
