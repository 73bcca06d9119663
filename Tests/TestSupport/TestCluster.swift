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
  private static let prefix = "tamshy-tests-"

  /// Removes what earlier runs left: a process cannot remove the folder of the
  /// server that ends with it.
  private static func sweep() {
    for folder in [memory, FileManager.default.temporaryDirectory] {
      // Not every system has memory that is a folder.
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
      for name in names where name.hasPrefix(prefix) {
        guard let process = Int32(name.dropFirst(prefix.count)), kill(process, 0) != 0 else {
          continue
        }
        // Another run may be removing it at this moment; then it is gone as well.
        try? FileManager.default.removeItem(at: folder.appending(path: name))
      }
    }
  }

  private static let memory = URL(filePath: "/dev/shm", directoryHint: .isDirectory)

  /// In memory where there is plenty: a database is made of hundreds of files, and deleted.
  private static let temporary: URL = {
    let space = try? FileManager.default.attributesOfFileSystem(forPath: memory.path())
    let free = (space?[.systemFreeSize] as? NSNumber)?.int64Value ?? 0
    let isPlenty =
      min(free, availableMemory) > 6 << 30
      && FileManager.default.isWritableFile(atPath: memory.path())
    return isPlenty ? memory : FileManager.default.temporaryDirectory
  }()

  /// Bytes that nobody uses and no container forbids.
  private static var availableMemory: Int64 {
    func text(_ path: String) -> String {
      (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }
    let available =
      text("/proc/meminfo").split(separator: "\n")
      .first { $0.hasPrefix("MemAvailable:") }?
      .split(separator: " ").dropFirst().first.flatMap { Int64($0) } ?? 0
    let limit = text("/sys/fs/cgroup/memory.max").trimmingCharacters(in: .whitespacesAndNewlines)
    return min(available << 10, Int64(limit) ?? .max)
  }

  private static let started = Task {
    sweep()
    let folder =
      temporary
      .appending(path: prefix + String(ProcessInfo.processInfo.processIdentifier))
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
