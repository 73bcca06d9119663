/// How one transaction runs.
package struct TransactionOptions: Sendable {
  /// Whether the server refuses every write.
  package var readOnly: Bool
  /// What the transaction sees of others.
  package var isolation: Isolation
  /// Settings that hold until the transaction ends, in the round trip of BEGIN.
  ///
  /// They carry the actor to row-level security: `("app.site", "7")`.
  package var settings: [(name: String, value: String)]
  /// How long the caller waits, the wait for a connection included.
  ///
  /// When it passes the connection is dropped, never cancelled: a cancelled commit can report
  /// success for a row that no standby has.
  package var deadline: Duration?
  /// A statement that runs last, in the round trip of COMMIT.
  ///
  /// What it locks is held for no journey over the network.
  package var closing: Query?

  /// A transaction that reads, at READ COMMITTED.
  package static var read: Self { Self(readOnly: true) }
  /// A transaction that writes, at READ COMMITTED.
  package static var write: Self { Self(readOnly: false) }

  /// Says how a transaction runs.
  package init(
    readOnly: Bool, isolation: Isolation = .readCommitted,
    settings: [(name: String, value: String)] = [], deadline: Duration? = nil
  ) {
    self.readOnly = readOnly
    self.isolation = isolation
    self.settings = settings
    self.deadline = deadline
  }

  /// PostgreSQL's isolation levels, by their SQL names.
  package enum Isolation: String, Sendable, CaseIterable {
    case readCommitted = "READ COMMITTED"
    case repeatableRead = "REPEATABLE READ"
    case serializable = "SERIALIZABLE"
  }
}
