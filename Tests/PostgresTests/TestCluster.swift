import Foundation
import Testing

@testable import Postgres

/// The throw-away server that all tests of this process share; each test has a database of its own.
actor TestCluster {
  static let shared = TestCluster()

  private var cluster: Cluster?
  private var starting: Task<Cluster, any Error>?

  func started() async throws -> Cluster {
    if let starting { return try await starting.value }
    let task = Task {
      let cluster = Cluster(folder: temporaryFolder("shared"), durable: false)
      try await cluster.start()
      return cluster
    }
    starting = task
    return try await task.value
  }
}

private let folderPrefix = "postgres-tests-"

/// A folder of this process; those of processes that are gone are swept away first.
func temporaryFolder(_ name: String) -> String {
  ownFolder + "/" + name
}

private let ownFolder: String = {
  let files = FileManager.default
  // An unreadable /tmp only leaves rubbish behind.
  for folder in (try? files.contentsOfDirectory(atPath: "/tmp")) ?? []
  where folder.hasPrefix(folderPrefix) {
    let process = folder.dropFirst(folderPrefix.count)
    if !files.fileExists(atPath: "/proc/\(process)") {
      try? files.removeItem(atPath: "/tmp/\(folder)")
    }
  }
  let own = "/tmp/\(folderPrefix)\(ProcessInfo.processInfo.processIdentifier)"
  // Whoever needs the folder says so when it is not there.
  try? files.createDirectory(atPath: own, withIntermediateDirectories: true)
  return own
}()

private let databaseCount = Locked(0)

/// Runs a test with an empty database of its own.
func withDatabase<T>(
  poolSize: Int = 4, adjust: (inout DatabaseSettings) -> Void = { _ in },
  _ body: (Database) async throws -> T
) async throws -> T {
  let cluster = try await TestCluster.shared.started()
  let number = databaseCount.withLock { count in
    count += 1
    return count
  }
  let name = "test_\(number)"
  try await cluster.createDatabase(named: name)
  var settings = DatabaseSettings(uri: cluster.uri(database: name), applicationName: name)
  settings.poolSize = poolSize
  adjust(&settings)
  let database = Database(settings)
  let outcome: Result<T, any Error>
  do {
    outcome = .success(try await body(database))
  } catch {
    outcome = .failure(error)
  }
  await database.shutdown()
  try await cluster.dropDatabase(named: name)
  return try outcome.get()
}

/// Waits until something becomes true, ten seconds or so.
///
/// It counts its looks instead of reading a clock: on a busy machine those who are to make it true
/// are as late as it is.
func eventually(
  _ condition: () async throws -> Bool, sourceLocation: SourceLocation = #_sourceLocation
) async throws {
  for _ in 0..<2000 {
    if try await condition() { return }
    try await Task.sleep(for: .milliseconds(5))
  }
  Issue.record("it did not come true", sourceLocation: sourceLocation)
}

/// Runs the body while a transaction is open that has run the statement and goes no further.
func whileOpen(
  _ db: Database, after query: Query, _ body: () async throws -> Void
) async throws {
  let log = Log<String>()
  let end = DispatchSemaphore(value: 0)
  try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask {
      try await db.write { db in
        try db.run(query)
        log.add("open")
        end.wait()
      }
    }
    defer { end.signal() }
    try await eventually { log.entries == ["open"] }
    try await body()
  }
}

/// The error that the work throws, which the test then looks at.
func postgresError(
  sourceLocation: SourceLocation = #_sourceLocation, _ work: () async throws -> Void
) async throws -> PostgresError {
  do {
    try await work()
  } catch let error as PostgresError {
    return error
  }
  Issue.record("no error was thrown", sourceLocation: sourceLocation)
  throw CancellationError()
}

/// A statement of a test, named after its text so that no two share a name.
func sql(_ text: String) -> Query {
  Query(name: String(text.prefix(60)), text: text)
}

/// What happened, in order, from any thread.
final class Log<Entry: Sendable>: Sendable {
  private let contents = Locked<[Entry]>([])

  var entries: [Entry] { contents.withLock { $0 } }

  func add(_ entry: Entry) {
    contents.withLock { $0.append(entry) }
  }
}
