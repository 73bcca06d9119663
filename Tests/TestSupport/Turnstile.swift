import Foundation

/// Lets so many in at a time and has the others wait their turn.
///
/// Swift Testing begins all tests at once; that many databases would starve each other.
actor Turnstile {
  /// For worlds: a few more than there are processors, because they wait for their server.
  static let worlds = Turnstile(width: ProcessInfo.processInfo.activeProcessorCount + 2)

  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(width: Int) { free = width }

  /// Does the work once it is its turn.
  nonisolated func pass<T: Sendable>(_ work: () async throws -> T) async throws -> T {
    await enter()
    do {
      let result = try await work()
      await leave()
      return result
    } catch {
      await leave()
      throw error
    }
  }

  private func enter() async {
    if free > 0 {
      free -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  private func leave() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}
