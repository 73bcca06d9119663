import Foundation

/// A value that any thread may use, one at a time.
///
/// Not `Synchronization.Mutex`: that waits on a futex, which ThreadSanitizer cannot see, and code
/// about concurrency that cannot be checked is not worth its microseconds.
// Safe because `value` is only touched while `lock` is held.
final class Locked<Value: Sendable>: @unchecked Sendable {
  private let lock = NSLock()
  private var value: Value

  init(_ value: Value) {
    self.value = value
  }

  /// Does something with the value, which nobody else can touch meanwhile.
  func withLock<T>(_ body: (inout Value) throws -> T) rethrows -> T {
    lock.lock()
    defer { lock.unlock() }
    return try body(&value)
  }
}
