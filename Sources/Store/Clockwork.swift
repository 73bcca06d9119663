import Domain
package import FoundationEssentials
import Postgres
import SQL

extension Registry {
  /// Does what time alone brings: expiry, ended holds, lapsed requests, the fold
  /// of the stock totals.
  ///
  /// Safe to call from any number of servers: one of them does it.
  package func sweep(at now: Date) async throws {
    try await store.write(as: .system) { db in
      guard try db.one(.sweepLock, as: Bool.self) else { return }
      let expired = try db.rows(.lockExpiredUnits, now, as: ID<Unit>.self)
      if !expired.isEmpty { _ = try db.rows(.expireUnits, now, expired, as: Int.self) }
      _ = try db.rows(.expireHolds, now, as: Int.self)
      let overdue = try db.rows(.overdueRequests, now, as: ID<Request>.self)
      if !overdue.isEmpty {
        try db.run(.lapseOutstanding, overdue, now)
        try db.run(.lapseRequests, overdue, now)
      }
      try db.run(.forgetThrottles, now - ThrottleRule.account.memory)
      try db.run(.forgetDepartures, now)
    }
    try await foldStock()
  }

  /// Adds pending stock deltas to the totals.
  package func foldStock() async throws {
    try await store.write(as: .system) { db in _ = try db.one(.foldStock, as: Int.self) }
  }
}
