import Foundation
package import Postgres
import SQL

/// One throw-away PostgreSQL for all tests of a process, with a migrated template
/// from which every test gets a database of its own in a few milliseconds.
package enum TestCluster {
  /// A new migrated database.
  ///
  /// - Returns: The settings of a service on it, which works as a role that owns
  ///   nothing.
  package static func database() async throws -> DatabaseSettings {
    let cluster = try await started.value
    let name = "test_" + UUID().uuidString.lowercased().replacing("-", with: "")
    try await cluster.createDatabase(named: name, template: template)
    var settings = DatabaseSettings(uri: cluster.uri(database: name), applicationName: name)
    settings.role = "tamshy_service"
    return settings
  }

  /// The same database for its owner, who sees and may do everything.
  package static func owner(of settings: DatabaseSettings) -> Database {
    var settings = settings
    settings.role = nil
    return Database(settings)
  }

  /// Ends a database; a failing drop leaves it to the end of the process.
  package static func drop(_ settings: DatabaseSettings) async throws {
    try await started.value.dropDatabase(named: settings.applicationName)
  }

  private static let template = "tamshy_template"

  private static let started = Task {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "tamshy-tests-\(ProcessInfo.processInfo.processIdentifier)")
    let cluster = Cluster(folder: folder.path(), durable: false)
    try await cluster.start()
    try await cluster.createDatabase(named: template)
    let owner = Database(
      DatabaseSettings(uri: cluster.uri(database: template), applicationName: "migrate"))
    _ = try await Migrator(migrations: Migration.all).apply(using: owner)
    await owner.shutdown()
    return cluster
  }
}
