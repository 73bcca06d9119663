/// A PostgreSQL database, as many tasks use it at once.
///
/// Asynchronous outside, synchronous inside: a caller waits for a connection, then its closure
/// runs to the end on that connection's own thread.
package final class Database: Sendable {
  /// Where the database is and how much of it is used.
  package let settings: DatabaseSettings
  let pool: Pool

  /// Names the database; nothing is connected before it is used.
  package init(_ settings: DatabaseSettings) {
    self.settings = settings
    pool = Pool(settings)
  }

  /// Runs a closure in a transaction that only reads.
  ///
  /// - Throws: what the closure throws, or `PostgresError`.
  package func read<T: Sendable>(
    _ options: TransactionOptions = .read, _ body: @Sendable (Transaction) throws -> T
  ) async throws -> T {
    var options = options
    options.readOnly = true
    return try await transact(options, body)
  }

  /// Runs a closure in a transaction: kept if it returns, rolled back if it throws.
  ///
  /// - Throws: what the closure throws, or `PostgresError`; of its kinds only
  ///   `.outcomeUnknown` leaves open whether the transaction was kept.
  @discardableResult
  package func write<T: Sendable>(
    _ options: TransactionOptions = .write, _ body: @Sendable (Transaction) throws -> T
  ) async throws -> T {
    try await transact(options, body)
  }

  /// Runs two closures in one transaction, and waits in between for a turn.
  ///
  /// What the first one copies and reads is done by the time the turn comes. The transaction is
  /// open while it waits: it may have locked nothing by then that others need. If the turn comes
  /// by another transaction of this database, the two need two connections.
  ///
  /// - Throws: what the closures throw, or `PostgresError`, as `write`.
  package func write<Early: Sendable, Turn: Sendable, T: Sendable>(
    _ options: TransactionOptions = .write,
    early: @Sendable (Transaction) throws -> Early,
    turn: @Sendable () async throws -> Turn,
    _ body: @Sendable (Transaction, Early, Turn) throws -> T
  ) async throws -> T {
    try await leasing(options) { connection, deadline in
      let first = try await connection.begin(options, deadline: deadline, early)
      let mine: Turn
      do {
        mine = try await turn()
      } catch {
        await connection.abandon()
        throw error
      }
      return try await connection.finish(options, deadline: deadline) { try body($0, first, mine) }
    }
  }

  private func transact<T: Sendable>(
    _ options: TransactionOptions, _ body: @Sendable (Transaction) throws -> T
  ) async throws -> T {
    try await leasing(options) { connection, deadline in
      try await connection.transact(options, deadline: deadline, body)
    }
  }

  private func leasing<T: Sendable>(
    _ options: TransactionOptions,
    _ body: (Connection, ContinuousClock.Instant?) async throws -> T
  ) async throws -> T {
    let deadline = options.deadline.map { ContinuousClock.now + $0 }
    let lease = try await pool.lease(until: deadline)
    defer { pool.giveBack(lease) }
    let connection = lease.connection
    return try await connection.lifeline.cut(at: deadline) {
      try await body(connection, deadline)
    }
  }

  /// Closes connections that rest too long and checks the others, until cancelled.
  package func run() async {
    while !Task.isCancelled {
      await pool.tend()
      // Cancelled, the sleep ends and so does the loop.
      try? await Task.sleep(for: .seconds(1))
    }
  }

  /// Hands out no more connections, waits for those in use, and closes all.
  package func shutdown() async {
    await pool.shutDown()
  }
}

/// How many connections there are, and who has them.
package struct PoolUsage: Sendable, Hashable {
  /// Connections that may exist.
  package let limit: Int
  /// Connections that exist.
  package let open: Int
  /// Connections that somebody has.
  package let leased: Int
  /// Callers who queue for one.
  package let waiting: Int
}

extension Database {
  /// How much of the pool is in use at this moment.
  package var usage: PoolUsage { pool.usage }
}

extension Lifeline {
  /// Does the work, and drops the connection if it is not done when time is up.
  func cut<T: Sendable>(
    at deadline: ContinuousClock.Instant?, _ work: () async throws -> T
  ) async throws -> T {
    guard let deadline else { return try await work() }
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        try await Task.sleep(until: deadline, clock: .continuous)
        self.cut()
      }
      // The group waits for the cancelled sleep, so a late cut cannot hit the next lease.
      defer { group.cancelAll() }
      return try await work()
    }
  }
}
