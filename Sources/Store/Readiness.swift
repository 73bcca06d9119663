import Domain
package import FoundationEssentials
package import Postgres
import SQL

/// Whether requests should be sent here, check by check.
package struct Readiness: Sendable, Encodable {
  /// One thing that must be so.
  package struct Check: Sendable, Encodable {
    /// `database`, `writable`, `migrations`, `standby`, `disk`.
    package let name: String
    package let ok: Bool
    /// What was found, free of data.
    package let detail: String

    /// Notes what was found.
    package init(_ name: String, _ ok: Bool, _ detail: String) {
      self.name = name
      self.ok = ok
      self.detail = detail
    }
  }

  /// Every check that could be made, in the order in which they build on each other.
  package private(set) var checks: [Check]

  /// Collects checks.
  package init(_ checks: [Check]) { self.checks = checks }

  /// Adds a check.
  package mutating func add(_ check: Check) { checks.append(check) }

  /// Whether every check holds.
  package var isReady: Bool { checks.allSatisfy(\.ok) }
}

/// What the server says about its own state.
private struct ServerState: Decodable {
  let isWritable: Bool
  let wantsStandby: Bool
  let seesStandbys: Bool
  let standbys: Int
  let synchronousStandbys: Int
}

extension Registry {
  /// Looks whether the database can do its work.
  ///
  /// It never throws: a database that is away is a finding.
  package func readiness() async -> Readiness {
    let state: ServerState
    do {
      state = try await store.read(as: .system) { db in try db.one(.serverState) }
    } catch {
      return Readiness([.init("database", false, "does not answer: \(Self.word(for: error))")])
    }
    return Readiness([
      .init("database", true, "answers"),
      .init("writable", state.isWritable, state.isWritable ? "is the primary" : "is read-only"),
      await migrationsCheck(),
      Self.standbyCheck(state),
    ])
  }

  private func migrationsCheck() async -> Readiness.Check {
    do {
      let pending = try await Migrator(migrations: Migration.all).pending(in: database)
      return .init(
        "migrations", pending.isEmpty, pending.isEmpty ? "current" : "\(pending.count) pending")
    } catch {
      return .init("migrations", false, Self.word(for: error))
    }
  }

  private static func standbyCheck(_ state: ServerState) -> Readiness.Check {
    guard state.wantsStandby else { return .init("standby", true, "none is asked for") }
    if state.seesStandbys {
      return .init(
        "standby", state.synchronousStandbys > 0,
        "\(state.synchronousStandbys) synchronous of \(state.standbys)")
    }
    return .init(
      "standby", state.standbys > 0,
      "\(state.standbys) stream; to tell which are synchronous, grant pg_read_all_stats to "
        + "tamshy_service")
  }

  /// An error of the database as one may show it: it carries no row data.
  private static func word(for error: any Error) -> String {
    guard let error = error as? PostgresError else { return "\(type(of: error))" }
    return error.explanation ?? error.description
  }
}

/// What the registry's database looks like to an operator at this moment.
package struct Gauges: Sendable {
  /// Units of one component and group that can be given.
  package struct Stock: Sendable, Decodable {
    package let component: String
    package let bloodGroup: String
    package let units: Int
  }

  /// Transactions that wait for a lock of another one.
  package struct Waits: Sendable, Decodable {
    package let count: Int
    package let longestSeconds: Double
  }

  package let stock: [Stock]
  package let lockWaits: Waits
}

extension Registry {
  /// Stock and lock waits, of one moment.
  package func gauges(at now: Date) async throws -> Gauges {
    try await store.read(as: .system) { db in
      Gauges(stock: try db.rows(.issuableStock, now), lockWaits: try db.one(.lockWaits))
    }
  }

  /// How much of the pool of connections is in use.
  package var poolUsage: PoolUsage { database.usage }

  /// The batches of each verb that takes sets.
  package func batchLoads() async -> [(verb: String, load: BatchTally)] {
    [
      ("donations", await donations.load), ("components", await components.load),
      ("allocations", await allocations.load), ("donor_reads", await donorReads.load),
    ]
  }
}
