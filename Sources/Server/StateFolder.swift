import Domain
import Foundation
import Postgres
import SQL
import Store

/// The folder in which `tamshy up` keeps its PostgreSQL, its keys and its log-ins.
struct StateFolder: Sendable {
  let path: String
  let cluster: Cluster

  /// The folder that was named, or the one of this user.
  init(_ named: String?) {
    let environment = ProcessInfo.processInfo.environment
    let chosen: String
    if let named {
      chosen = named
    } else if getuid() == 0 {
      // PostgreSQL refuses root, and the user it runs as cannot enter /root.
      chosen = "/var/lib/tamshy"
    } else if let state = environment["XDG_STATE_HOME"], !state.isEmpty {
      chosen = state + "/tamshy"
    } else {
      chosen = (environment["HOME"] ?? "/tmp") + "/.local/state/tamshy"
    }
    path = URL(filePath: chosen).standardizedFileURL.path()
    cluster = Cluster(folder: path + "/postgres")
  }

  static let database = "tamshy"

  /// Starts or adopts the server, and makes and migrates the database.
  ///
  /// - Returns: The settings of a connection that owns nothing.
  func start() async throws -> DatabaseSettings {
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o711])
    try await cluster.start()
    do {
      try await cluster.createDatabase(named: Self.database)
    } catch SQLState.duplicateDatabase {
      // It was made by an earlier start.
    }
    let owner = DatabaseSettings(
      uri: cluster.uri(database: Self.database), applicationName: "tamshy migrate")
    _ = try await Migrator(migrations: Migration.all).apply(using: owner)
    return service(
      DatabaseSettings(uri: cluster.uri(database: Self.database), applicationName: "tamshy"))
  }

  /// The file with the keys of identities.
  var keyFile: KeyFile { KeyFile(path: path + "/privacy-keys") }

  /// The keys of this folder, made at the first start.
  ///
  /// - Throws: ``Failure`` when they are gone but were there: new ones would read nothing.
  func keychain(for database: Database, _ policy: Policy) async throws -> Keychain {
    if !keyFile.exists {
      let registry = Registry(database: database, policy: policy)
      guard try await !registry.hasKeys() else {
        throw Failure.unavailable(
          "The key file \(keyFile.path) is gone. Put its copy back: without it the donors' "
            + "identities cannot be read.")
      }
      try keyFile.write(try KeyRing.random())
    }
    return try keyFile.keychain()
  }

  /// The file with the key that signs the audit, unless `audit.key_file` names another.
  var auditKey: String { path + "/audit.key" }

  /// The file with the demonstration's log-ins, for the person who started it.
  var logins: URL { URL(filePath: path + "/demonstration-logins.txt") }
}

/// The settings under which the service works: as a role that owns nothing.
func service(_ connection: DatabaseSettings, poolSize: Int = 8) -> DatabaseSettings {
  var settings = connection
  settings.role = "tamshy_service"
  settings.poolSize = poolSize
  return settings
}
