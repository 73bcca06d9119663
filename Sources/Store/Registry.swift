package import Domain
package import Postgres
import SQL

/// Everything that can happen in the service, one verb each; the only place
/// that runs queries.
package struct Registry: Sendable {
  let database: Database
  /// The rules in force.
  package let policy: Policy
  let store: Store
  let donations: Batcher<Authority, Command<DonationDraft>, Answer>
  let components: Batcher<Authority, Command<ComponentsDraft>, Answer>
  let allocations: Batcher<Authority, Command<AllocationDraft>, Answer>
  let donorReads: Batcher<Authority, DonorLook, Donor?>
  let shortageReads: SingleFlight<ShortageQuestion, WrittenReport>
  let wakeUpCalls: WakeUps
  /// Hashes passwords, few at a time.
  package let passwords = PasswordHasher()

  /// Serves one database under one policy.
  ///
  /// Without keys nobody is registered, and no contact is shown.
  package init(database: Database, policy: Policy, keys: Keychain = .none) {
    self.database = database
    self.policy = policy
    let store = Store(
      database: database, policy: policy, announcer: Announcer(database: database), keys: keys,
      recentLooks: RecentLooks())
    self.store = store
    donations = Batcher { try await store.log($1, as: $0) }
    components = Batcher { try await store.make($1, as: $0) }
    // One batch at a time decides over the stock; see `oneAllocationAtATime`.
    allocations = Batcher(depth: 1) { try await store.allocate($1, as: $0) }
    donorReads = Batcher { try await store.look(at: $1, as: $0) }
    shortageReads = SingleFlight()
    wakeUpCalls = WakeUps(database: database)
  }
}

/// The database and the policy, for verbs that work on sets.
struct Store: Sendable {
  let database: Database
  let policy: Policy
  let announcer: Announcer
  let keys: Keychain
  let recentLooks: RecentLooks

  /// Reads within an authority's scope.
  func read<T: Sendable>(
    as authority: Authority, _ body: @Sendable (Transaction) throws -> T
  ) async throws -> T {
    var options = TransactionOptions.read
    options.settings = authority.settings + TraceContext.settings
    options.deadline = patience
    return try await database.read(options, body)
  }

  /// Writes within an authority's scope.
  ///
  /// A race lost to another transaction shows as a broken constraint, a deadlock
  /// or a serialization failure. The verb is then run again: its rules now see
  /// what the other one wrote, and refuse or replay in words.
  ///
  /// Last before the commit the events of the transaction are sealed; see `seal`.
  func write<T: Sendable>(
    as authority: Authority, _ body: @Sendable (Transaction) throws -> T
  ) async throws -> T {
    let value = try await record(as: authority, body)
    await announcer.announce()
    return value
  }

  /// Writes what no listener waits for, such as who looked at whom.
  func record<T: Sendable>(
    as authority: Authority, _ body: @Sendable (Transaction) throws -> T
  ) async throws -> T {
    let options = writing(as: authority)
    return try await committing { try await database.write(options, body) }
  }

  /// Writes when its turn has come; what needs no turn is done early, in the same transaction.
  func write<Early: Sendable, Turn: Sendable, T: Sendable>(
    as authority: Authority, early: @Sendable (Transaction) throws -> Early,
    turn: @Sendable () async throws -> Turn,
    _ body: @Sendable (Transaction, Early, Turn) throws -> T
  ) async throws -> T {
    var options = writing(as: authority)
    // It may wait as long as another one takes.
    options.deadline = patience * 2
    let value = try await committing {
      try await database.write(options, early: early, turn: turn, body)
    }
    await announcer.announce()
    return value
  }

  private func writing(as authority: Authority) -> TransactionOptions {
    var options = TransactionOptions.write
    options.settings = authority.settings + TraceContext.settings
    options.deadline = patience
    options.closing = .seal
    return options
  }

  private func committing<T: Sendable>(_ attempt: () async throws -> T) async throws -> T {
    for _ in 1..<attempts {
      do {
        return try await attempt()
      } catch let error as PostgresError where error.isLostRace {
        continue
      }
    }
    return try await attempt()
  }

  private var attempts: Int { 4 }

  /// Longer than any verb takes: after it the database is taken for gone.
  private var patience: Duration { .seconds(20) }
}

extension PostgresError {
  fileprivate var isLostRace: Bool {
    switch state {
    case .uniqueViolation, .serializationFailure, .deadlockDetected: true
    default: false
    }
  }
}

extension Authority {
  /// What row-level security reads; see the view `visible_sites`.
  var settings: [(name: String, value: String)] {
    [
      ("tamshy.role", role.rawValue),
      ("tamshy.site", siteId?.description ?? ""),
      ("tamshy.site_kind", siteKind?.rawValue ?? ""),
      ("tamshy.region", region ?? ""),
    ]
  }
}

/// There is no such record, or none that this reader may know of.
package struct NotFound: Error, Sendable, Hashable {
  /// What was looked for.
  package let what: String

  /// Names what was looked for.
  package init(_ what: String) { self.what = what }
}
