package import FoundationEssentials

/// Brings a database's schema forward to what this build expects; never back.
///
/// What was applied is kept in `schema_migrations`. Each step runs in its own transaction, under a
/// lock that lets one migrator work at a time, and looks first what others have applied.
package struct Migrator: Sendable {
  /// The steps, in the order in which they are applied.
  package let migrations: [Migration]

  /// Takes the steps in order.
  package init(migrations: [Migration]) {
    self.migrations = migrations
  }

  /// A step and when it was applied, if it was.
  package struct Status: Sendable, Hashable {
    /// The step's name.
    package let name: String
    /// When it was applied; nil while it is pending.
    package let appliedAt: Date?
  }

  /// Applies what is pending and answers the names of the steps it applied.
  ///
  /// - Throws: `PostgresError` with kind `.migration` if an applied step was edited since or is
  ///   unknown to this build; what the database says if a step fails, and then the steps before it
  ///   stay applied.
  @discardableResult
  package func apply(using database: Database) async throws -> [String] {
    try await apply(using: database.settings)
  }

  /// Applies what is pending, on a connection of its own.
  @discardableResult
  package func apply(using settings: DatabaseSettings) async throws -> [String] {
    let connection = Connection(settings)
    var applied: [String] = []
    while true {
      switch try await applyNext(connection) {
      case .applied(let name): applied.append(name)
      case .busy: try await Task.sleep(for: .milliseconds(50))
      case .done: return applied
      }
    }
  }

  /// The names of the steps that are still to be applied.
  package func pending(in database: Database) async throws -> [String] {
    try await status(of: database).filter { $0.appliedAt == nil }.map(\.name)
  }

  /// Every step, and when it was applied.
  ///
  /// - Throws: `PostgresError` with kind `.migration` if the database and this build disagree.
  package func status(of database: Database) async throws -> [Status] {
    let applied = try await database.read { db in try history(db) }
    return migrations.map { Status(name: $0.name, appliedAt: applied[$0.name]) }
  }

  private enum Progress {
    case applied(String)
    /// Another migrator is at work.
    case busy
    case done
  }

  private func applyNext(_ connection: Connection) async throws -> Progress {
    // A step may rewrite a table; a lock it cannot get still gives up, so as not to stop traffic.
    var options = TransactionOptions.write
    options.settings = [("statement_timeout", "0"), ("idle_in_transaction_session_timeout", "0")]
    return try await connection.transact(options, deadline: nil) { db in
      // Asked for instead of waited for, so that no timeout of the session ends the wait.
      guard try db.one(.tryLock) else { return .busy }
      let applied = try history(db)
      guard let next = migrations.first(where: { applied[$0.name] == nil }) else { return .done }
      if applied.isEmpty, try !db.one(.hasHistory) { try db.run(.createHistory) }
      try db.script(next.text, named: next.name)
      try db.run(.recordMigration, next.name, next.text)
      return .applied(next.name)
    }
  }

  /// What was applied and when, if it agrees with this build.
  private func history(_ db: Transaction) throws -> [String: Date] {
    guard try db.one(.hasHistory) else { return [:] }
    let known = Set(migrations.map(\.name))
    var history: [String: Date] = [:]
    let texts = JSON(migrations.map { Step(name: $0.name, text: $0.text) })
    for record in try db.rows(.history, texts, as: Record.self) {
      guard known.contains(record.name) else {
        throw refusal(record.name, "was applied by a later build; start that build instead")
      }
      guard record.isUnchanged else {
        throw refusal(record.name, "was edited after it was applied; add a new migration instead")
      }
      history[record.name] = record.appliedAt
    }
    try checkOrder(history)
    return history
  }

  /// A step before an applied one can no longer be applied in its place.
  private func checkOrder(_ history: [String: Date]) throws {
    let lastApplied = migrations.lastIndex { history[$0.name] != nil } ?? -1
    for migration in migrations[..<(lastApplied + 1)] where history[migration.name] == nil {
      throw refusal(migration.name, "comes before one that is applied already; number it higher")
    }
  }

  private func refusal(_ name: String, _ words: String) -> PostgresError {
    PostgresError(.migration, "migration \(name) \(words)")
  }

  private struct Step: Encodable {
    let name: String
    let text: String
  }

  private struct Record: Decodable {
    let name: String
    let isUnchanged: Bool
    let appliedAt: Date
  }
}

extension Query {
  // The key is arbitrary; it only has to differ from the application's own advisory locks.
  fileprivate static let tryLock = Query(
    name: "migrator.tryLock",
    text: "select pg_try_advisory_xact_lock(hashtextextended('schema_migrations', 0))")

  fileprivate static let hasHistory = Query(
    name: "migrator.hasHistory", text: "select to_regclass('schema_migrations') is not null")

  fileprivate static let createHistory = Query(
    name: "migrator.createHistory",
    text: """
      create table schema_migrations (
        name text constraint schema_migrations_pkey primary key,
        checksum text not null,
        applied_at timestamptz not null default clock_timestamp()
      )
      """)

  fileprivate static let history = Query(
    name: "migrator.history",
    text: """
      select applied.name, applied.applied_at,
        coalesce(applied.checksum = encode(sha256(convert_to(step.text, 'UTF8')), 'hex'), false)
          as is_unchanged
      from schema_migrations applied
      left join jsonb_to_recordset($1::jsonb) as step (name text, text text) using (name)
      order by applied.name
      """)

  fileprivate static let recordMigration = Query(
    name: "migrator.record",
    text: """
      insert into schema_migrations (name, checksum)
      values ($1, encode(sha256(convert_to($2, 'UTF8')), 'hex'))
      """)
}
