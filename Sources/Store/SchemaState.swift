import Domain
package import FoundationEssentials
import Postgres
import SQL

/// What the database says about its version, its language, its clock and its fences.
package struct SchemaState: Sendable, Decodable {
  /// 150018 is 15.18.
  package let serverVersion: Int
  package let encoding: String
  package let locale: String
  /// Whether text sorts by the Kazakh alphabet.
  package let sortsKazakh: Bool
  package let clock: Date
  /// Who logged in.
  package let login: String
  /// As whom the service works.
  package let actingAs: String
  /// Whether row-level security does not bind who logged in.
  package let loginIsAboveRules: Bool
  package let roleIsAboveRules: Bool
  /// Tables that the role of the service owns; there should be none.
  package let tablesOwned: Int
  /// Tables with policies that do not bind their owner.
  package let unfenced: [String]
  package let fencedTables: Int
}

extension Registry {
  /// What the database says about itself.
  package func schemaState() async throws -> SchemaState {
    try await store.read(as: .system) { db in try db.one(.schemaState) }
  }

  /// The names of the migrations that the database lacks.
  package func pendingMigrations() async throws -> [String] {
    try await Migrator(migrations: Migration.all).pending(in: database)
  }
}
