import Domain
import Foundation
import Synchronization

/// How far an import is, how fast, and how long it will take: one line that is written anew
/// for a person, a line every five seconds for a log.
final class Pace: Sendable {
  private let isSeen = isatty(STDERR_FILENO) == 1
  private let isQuiet: Bool
  private let state = Mutex(State())

  private struct State {
    var first: (rows: Int, bytes: Int, at: ContinuousClock.Instant)?
    var toldAt: ContinuousClock.Instant?
  }

  init(isQuiet: Bool) { self.isQuiet = isQuiet }

  @Sendable func show(_ import: Import) {
    guard !isQuiet else { return }
    let now = ContinuousClock.now
    let line: String? = state.withLock { state in
      guard let first = state.first else {
        state.first = (`import`.rowsDone, `import`.bytesDone, now)
        state.toldAt = now
        return `import`.rowsDone > 0 ? "Going on after row \(`import`.rowsDone)." : nil
      }
      let pause: Duration = isSeen ? .milliseconds(200) : .seconds(5)
      guard let told = state.toldAt, told.duration(to: now) >= pause else { return nil }
      state.toldAt = now
      return Pace.line(`import`, since: first, now)
    }
    guard let line else { return }
    if isSeen {
      FileHandle.standardError.write(Data("\r\u{1B}[K\(line)".utf8))
    } else {
      complain(line)
    }
  }

  func end() {
    if isSeen && !isQuiet { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
  }

  /// One line: the share that is done, the rows, the rate and the time left.
  static func line(
    _ import: Import, since first: (rows: Int, bytes: Int, at: ContinuousClock.Instant),
    _ now: ContinuousClock.Instant
  ) -> String {
    let seconds = max(first.at.duration(to: now) / .seconds(1), 0.001)
    let rate = Double(`import`.rowsDone - first.rows) / seconds
    let bytesPerSecond = Double(`import`.bytesDone - first.bytes) / seconds
    let share = Double(`import`.bytesDone) / Double(max(`import`.bytesTotal, 1))
    let left = Double(`import`.bytesTotal - `import`.bytesDone) / max(bytesPerSecond, 1)
    let minutes = Int(left) / 60
    let time = "\(minutes):" + String(format: "%02d", Int(left) % 60)
    return "\(Int(share * 100)) %  row \(`import`.rowsDone)  \(Int(rate)) rows/s  \(time) left"
  }
}
