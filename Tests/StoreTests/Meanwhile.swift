import Foundation
import Postgres
import Store
import TestSupport

extension World {
  /// Begins the work while the owner has a statement done but not committed, and
  /// commits once the work waits for it, with another statement done then if there is one.
  ///
  /// So two people do at once what a test could otherwise only hope for.
  func whileOwner<T: Sendable>(
    _ statement: String, then last: String? = nil,
    _ work: @escaping @Sendable () async throws -> T
  ) async throws -> T {
    let owner = TestCluster.owner(of: settings)
    let task: Task<T, any Error>
    do {
      task = try await owner.write { db in
        try db.script(statement, named: "meanwhile")
        let task = Task { try await work() }
        try db.waitForSomebodyWaiting()
        if let last { try db.script(last, named: "last") }
        return task
      }
    } catch {
      await owner.shutdown()
      throw error
    }
    await owner.shutdown()
    return try await task.value
  }
}

extension Transaction {
  /// Returns once somebody waits for a lock of this transaction, or after two seconds.
  fileprivate func waitForSomebodyWaiting() throws {
    let blocked = Query(
      name: "blocked",
      text: "select count(*) from pg_locks "
        + "where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))")
    for _ in 0..<200 where try one(blocked, as: Int.self) == 0 {
      Thread.sleep(forTimeInterval: 0.01)
    }
  }
}
