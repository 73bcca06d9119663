import ArgumentParser
import Domain
import Foundation
import Postgres
import Store

extension Role: ExpressibleByArgument {
  /// The roles an account can have.
  static let grantable = Role.allCases.filter { $0 != .system }
}

/// The database that a command works on: the one of a state folder, or the one that
/// TAMSHY_DATABASE_URL names.
struct DatabaseInReach: Sendable {
  let stateDir: String?

  /// Lends a registry over it; a private server that was not running is stopped again.
  ///
  /// With keys the body may read and write identities; they must be the database's own.
  func use(
    withKeys: Bool = false, _ body: @Sendable (Registry) async throws -> Void
  ) async throws {
    let settings = try await Settings.load()
    let policy = try loadPolicy(settings.policy, confirmedIn: settings.confirmations)
    if stateDir == nil, let uri = settings.databaseURL {
      try await lend(Database(service(try settings.connection(to: uri))), policy, body) { _ in
        withKeys ? try settings.keychain() : .none
      }
    } else {
      let state = StateFolder(stateDir ?? settings.stateFolder)
      let database = Database(try await state.start())
      do {
        try await lend(database, policy, body) { database in
          withKeys ? try await state.keychain(for: database, policy) : .none
        }
      } catch {
        await state.cluster.stop()
        throw error
      }
      await state.cluster.stop()
    }
  }

  private func lend(
    _ database: Database, _ policy: Policy, _ body: @Sendable (Registry) async throws -> Void,
    keys: (Database) async throws -> Keychain
  ) async throws {
    do {
      let keychain = try await keys(database)
      let registry = Registry(database: database, policy: policy, keys: keychain)
      try await registry.admit(keychain)
      try await body(registry)
    } catch {
      await database.shutdown()
      throw error
    }
    await database.shutdown()
  }
}
