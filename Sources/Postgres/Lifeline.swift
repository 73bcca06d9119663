import Foundation

/// The cord by which a connection is dropped from outside while its thread is blocked in libpq.
final class Lifeline: Sendable {
  private struct Cord {
    var socket: Int32?
    var isCut = false
  }

  private let cord = Locked(Cord())

  /// Whether the present session was dropped.
  var isCut: Bool { cord.withLock { $0.isCut } }

  func attach(socket: Int32) {
    cord.withLock { $0 = Cord(socket: socket) }
  }

  /// To be called before the socket is closed: its number may be another's a moment later.
  func detach() {
    cord.withLock { $0.socket = nil }
  }

  /// Drops the connection; whoever is blocked on it returns at once.
  func cut() {
    cord.withLock { cord in
      guard let socket = cord.socket else { return }
      cord.isCut = true
      // Only the stream is shut; the descriptor stays libpq's to close.
      shutdown(socket, Int32(SHUT_RDWR))
    }
  }
}
