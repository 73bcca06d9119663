import Domain
import Foundation
import HTTPTypes
import Synchronization

/// How much one caller may ask for, in a stretch of time.
package struct Quota: Sendable, Hashable {
  /// The name that the headers show.
  package let name: String
  /// Requests in one window; 0 sets no limit.
  package let requests: Int
  package let seconds: Int

  /// Sets a limit.
  package init(_ name: String, _ requests: Int, per seconds: Int) {
    self.name = name
    self.requests = requests
    self.seconds = seconds
  }
}

/// The limits of callers, far above what people and machines at work ask for.
package struct Rates: Sendable {
  /// For each account.
  package var account = [Quota("account", 30_000, per: 60)]
  /// For each address that has no account, or names none that exists.
  package var address = [Quota("address", 600, per: 60)]
  /// For each account that searches donors: forty desks of a drive stay far below it, and who
  /// wants to carry a registry away does not get far.
  package var search = [
    Quota("donor-search", 240, per: 60), Quota("donor-search-day", 6000, per: 86_400),
  ]

  /// The defaults.
  package init() {}

  /// No limits at all, for measuring.
  package static var none: Rates {
    var rates = Rates()
    rates.account = []
    rates.address = []
    rates.search = []
    return rates
  }
}

/// Counts what callers ask for, in this process.
///
/// A window begins with a caller's first request and ends by itself. Several servers count each
/// on their own.
final class RateCounter: Sendable {
  private let counts = Mutex<[Key: Count]>([:])

  private struct Key: Hashable {
    let caller: String
    let quota: String
  }

  private struct Count {
    var used: Int
    let end: Date
  }

  /// Counts a request against quotas, and answers what is left of them.
  ///
  /// - Throws: ``TooManyRequests`` when one is used up; then none is charged.
  func charge(
    _ caller: String, _ quotas: [Quota], at now: Date
  ) throws(TooManyRequests) -> Allowance {
    let quotas = quotas.filter { $0.requests > 0 }
    guard !quotas.isEmpty else { return Allowance(parts: []) }
    let (parts, isRefused) = counts.withLock { counts in
      if counts.count >= Self.mostCounts { Self.forget(&counts, at: now) }
      var found = quotas.map { quota in
        let count = counts[Key(caller: caller, quota: quota.name)]
        return count.flatMap { $0.end > now ? $0 : nil }
          ?? Count(used: 0, end: now.addingTimeInterval(Double(quota.seconds)))
      }
      let isRefused = zip(quotas, found).contains { $1.used >= $0.requests }
      if !isRefused {
        for index in quotas.indices {
          found[index].used += 1
          counts[Key(caller: caller, quota: quotas[index].name)] = found[index]
        }
      }
      return (
        zip(quotas, found).map { Allowance.Part($0, $1.used, until: $1.end, at: now) }, isRefused
      )
    }
    if isRefused { throw TooManyRequests(allowance: Allowance(parts: parts)) }
    return Allowance(parts: parts)
  }

  private static let mostCounts = 50_000

  /// Drops what has ended; if nearly all still counts, somebody plays with addresses, and memory
  /// matters more than his numbers.
  private static func forget(_ counts: inout [Key: Count], at now: Date) {
    counts = counts.filter { $0.value.end > now }
    if counts.count >= mostCounts / 2 { counts = [:] }
  }
}

/// What a caller may still ask for, as the RateLimit headers of the IETF draft tell it.
struct Allowance: Sendable, Hashable {
  let parts: [Part]

  struct Part: Sendable, Hashable {
    let quota: Quota
    let left: Int
    let seconds: Int

    init(_ quota: Quota, _ used: Int, until end: Date, at now: Date) {
      self.quota = quota
      left = max(0, quota.requests - used)
      seconds = max(1, Int(end.timeIntervalSince(now).rounded(.up)))
    }
  }

  /// The quotas, such as `"account";q=30000;w=60`.
  var policy: String {
    parts.map { "\"\($0.quota.name)\";q=\($0.quota.requests);w=\($0.quota.seconds)" }
      .joined(separator: ", ")
  }

  /// What is left of them, such as `"account";r=29999;t=60`.
  var state: String {
    parts.map { "\"\($0.quota.name)\";r=\($0.left);t=\($0.seconds)" }.joined(separator: ", ")
  }

  /// Seconds until the last quota that is used up begins anew.
  var wait: Int { parts.filter { $0.left == 0 }.map(\.seconds).max() ?? 1 }
}

/// A quota is used up: 429.
struct TooManyRequests: Error {
  let allowance: Allowance
}
