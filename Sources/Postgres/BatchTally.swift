/// How large the batches of a batcher were, and what waits for the next.
package struct BatchTally: Sendable, Hashable {
  /// The upper bounds of the sizes that are counted together.
  package static let bounds = [1, 2, 4, 8, 16, 32, 64]
  /// Batches of each size, one more for those above the last bound.
  package private(set) var sizes = Array(repeating: 0, count: bounds.count + 1)
  /// Members in all batches.
  package private(set) var members = 0
  /// Members that wait for a batch.
  package internal(set) var waiting = 0
  /// Batches that run.
  package internal(set) var running = 0

  mutating func count(_ size: Int) {
    sizes[Self.bounds.firstIndex { size <= $0 } ?? Self.bounds.count] += 1
    members += size
  }
}
