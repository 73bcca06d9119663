package import FoundationEssentials

/// How many wrong tries to sign in are borne, and how long to wait after them.
package struct ThrottleRule: Hashable, Sendable {
  /// After so many wrong tries the next one has to wait.
  package let free: Int
  /// The first wait; each further wrong try doubles it.
  package let firstWait: TimeInterval
  package let longestWait: TimeInterval
  /// Failures count until nobody has failed for so long.
  package let memory: TimeInterval

  /// For the name of an account: slow enough that guessing is hopeless.
  package static let account = ThrottleRule(
    free: 10, firstWait: 30, longestWait: 3600, memory: 86_400)
  /// For an address, which a whole hospital may share.
  package static let address = ThrottleRule(
    free: 10, firstWait: 30, longestWait: 900, memory: 900)
}

/// The wrong tries of one account name or one address.
package struct Throttle: Hashable, Sendable, Codable {
  /// A hash of what is counted.
  package let subject: String
  package var failures: Int
  package var failedAt: Date
  package var blockedUntil: Date?

  /// Puts a record together.
  package init(subject: String, failures: Int, failedAt: Date, blockedUntil: Date?) {
    self.subject = subject
    self.failures = failures
    self.failedAt = failedAt
    self.blockedUntil = blockedUntil
  }

  /// Counts one more try, which is taken for wrong until it proves right.
  ///
  /// - Throws: ``Throttled`` when nobody may try yet; that try is not counted.
  package func trying(at now: Date, under rule: ThrottleRule) throws(Throttled) -> Throttle {
    if let blockedUntil, blockedUntil > now {
      throw Throttled(seconds: Int((blockedUntil.timeIntervalSince(now)).rounded(.up)))
    }
    var next = self
    next.failures = now.timeIntervalSince(failedAt) > rule.memory ? 1 : failures + 1
    next.failedAt = now
    next.blockedUntil = nil
    if next.failures >= rule.free {
      let doublings = min(next.failures - rule.free, 30)
      next.blockedUntil =
        now + min(rule.firstWait * Double(1 << doublings), rule.longestWait)
    }
    return next
  }

  /// Takes a try back that proved right.
  ///
  /// An account starts anew. An address does not: whoever owns one account could
  /// otherwise guess at others without end.
  package func proven(forgetting: Bool) -> Throttle {
    var next = self
    next.failures = forgetting ? 0 : max(0, failures - 1)
    next.blockedUntil = nil
    return next
  }
}

/// There were too many wrong tries; come back later.
package struct Throttled: Error, Hashable, Sendable {
  /// How long to wait.
  package let seconds: Int

  /// Says how long to wait.
  package init(seconds: Int) { self.seconds = seconds }
}
