import Foundation

/// A PostgreSQL server of one's own, kept in a folder.
///
/// It listens on a Unix socket only. The guard is the socket's folder: mode 0700 and owned by the
/// server's user, so that only that user and root get in. Inside it every role is trusted; `peer`
/// would keep out the same people and need a map line for every role that is ever made.
///
/// Start it in two processes and one runs the server while the other uses it, and takes over
/// should the first go away. A server that dies is started again.
package final class Cluster: Sendable {
  /// The folder that belongs to the cluster alone.
  package let folder: String
  /// Whether it keeps what it acknowledged through a power cut; false is for tests.
  package let isDurable: Bool
  /// The server's first role, which may do everything.
  package static let superuser = "postgres"

  private let keeper = Locked<ClusterKeeper?>(nil)

  /// Names the folder; nothing happens before `start`.
  package init(folder: String, durable: Bool = true) {
    self.folder = URL(fileURLWithPath: folder).standardizedFileURL.path
    isDurable = durable
  }

  /// Creates the cluster if there is none, and answers once it takes connections.
  ///
  /// - Throws: `PostgresError` with kind `.cluster`, in words for the person who runs it.
  package func start() async throws {
    let (keeper, isNew) = keeper.withLock { slot in
      if let keeper = slot { return (keeper, false) }
      let keeper = ClusterKeeper(place)
      slot = keeper
      return (keeper, true)
    }
    if isNew { keeper.start() }
    do {
      try await keeper.untilReady()
    } catch {
      self.keeper.withLock { $0 = nil }
      throw error
    }
  }

  /// Stops the server if this process runs it, and answers once it has stopped.
  ///
  /// Open sessions are ended, their transactions rolled back; what was committed is kept.
  package func stop() async {
    let keeper = keeper.withLock { slot in
      defer { slot = nil }
      return slot
    }
    await keeper?.stop()
  }

  /// The server's process, while this process runs or has adopted it.
  package var processID: Int32? { keeper.withLock { $0?.processID } }

  /// The connection string for a database of this cluster.
  package func uri(database: String = "postgres", user: String = superuser) -> String {
    place.connectionString(database: database, user: user)
  }

  private var place: ClusterFolder { ClusterFolder(path: folder, isDurable: isDurable) }
}

extension Cluster {
  /// Creates a database, as a copy of another if one is named.
  package func createDatabase(
    named name: String, template: String = "template1", owner: String = superuser
  ) async throws {
    try await administer { session in
      let names = try [name, template, owner].map(session.identifier)
      return "CREATE DATABASE \(names[0]) TEMPLATE \(names[1]) OWNER \(names[2])"
    }
  }

  /// Drops a database, with the sessions that use it.
  package func dropDatabase(named name: String) async throws {
    try await administer { session in
      "DROP DATABASE IF EXISTS \(try session.identifier(name)) WITH (FORCE)"
    }
  }

  /// Runs one statement that may not stand in a transaction.
  private func administer(_ statement: @Sendable (Session) throws -> String) async throws {
    var settings = DatabaseSettings(uri: uri(), applicationName: "cluster")
    settings.statementTimeout = .zero
    try await Connection(settings).outsideTransaction { session in
      _ = try session.execute(script: try statement(session), named: "cluster.administer")
    }
  }
}
