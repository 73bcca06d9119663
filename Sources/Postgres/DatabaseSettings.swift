/// Where the database is and how much of it this process may take.
package struct DatabaseSettings: Sendable, Hashable {
  /// A libpq URI or keyword string.
  ///
  /// It may name several hosts, with `target_session_attrs=read-write` to find the primary. What
  /// it says wins over the settings below that libpq knows as well.
  package var uri: String
  /// The name that the server's views and logs show.
  package var applicationName: String
  /// Connections held at most; each has a thread.
  package var poolSize = 8
  /// Callers that may queue for a connection before the next is refused.
  package var waitingLimit = 1024
  /// How long a caller queues before it is refused.
  package var waitLimit: Duration = .seconds(5)
  /// How long an unused connection is kept.
  package var idleLimit: Duration = .seconds(60)
  /// How long an unused connection is trusted before it is asked whether it lives.
  package var checkInterval: Duration = .seconds(15)
  /// How long one statement may run; zero is for ever.
  package var statementTimeout: Duration = .seconds(30)
  /// How long a statement may wait for a lock; zero is for ever.
  package var lockTimeout: Duration = .seconds(10)
  /// How long an open transaction may stand still before the server ends it; zero is for ever.
  package var idleInTransactionTimeout: Duration = .seconds(60)
  /// How long to try one host; libpq takes no less than two seconds.
  package var connectTimeout: Duration = .seconds(2)
  /// The role to act as once connected.
  package var role: String?
  /// Whether TCP without `sslmode=verify-full` is taken, on a network that somebody answers for.
  package var allowsAnyTransport = false

  /// Names the database; the limits have defaults.
  package init(uri: String, applicationName: String = "postgres") {
    self.uri = uri
    self.applicationName = applicationName
  }
}

extension Duration {
  /// Whole milliseconds, as the server's settings count time.
  var milliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}
