import App
import ArgumentParser
import Domain
import Foundation
import Logging
import Postgres
import SQL
import Store

/// `tamshy serve`: over an existing database.
struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve the database that TAMSHY_DATABASE_URL names.",
    discussion: """
      Any number of these can run side by side: all state is in PostgreSQL.

      Example:
        TAMSHY_DATABASE_URL=postgresql://tamshy@db/tamshy?sslmode=verify-full tamshy serve
      """)

  @Option(help: "The address to listen on.")
  var host: String?
  @Option(help: "The port to listen on; 0 takes any free one.")
  var port: Int?

  func run() async throws {
    try await running {
      let settings = try await Settings.load()
      let uri = try settings.requiredDatabase()
      let policy = try loadPolicy(settings.policy)
      let database = Database(service(on: uri, poolSize: settings.poolSize))
      let pending = try await Migrator(migrations: Migration.all).pending(in: database)
      guard pending.isEmpty else {
        throw Failure.unavailable(
          "The database lacks \(pending.count) migrations; run `tamshy migrate` first.")
      }
      try await Serving(
        registry: Registry(database: database, policy: policy), database: database,
        host: host ?? settings.host, port: port ?? settings.port,
        metricsPort: settings.metricsPort(default: 9464), logger: Logger(label: "tamshy")
      ) { say("listening on \($0)") }.run()
    }
  }
}

/// `tamshy migrate`: brings the schema up to this version.
struct Migrate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Bring the schema of the database up to this version.",
    discussion: """
      Connect as the owner of the schema; the service itself works as the role
      tamshy_service, which owns nothing.

      Examples:
        TAMSHY_DATABASE_URL=postgresql://owner@db/tamshy tamshy migrate --dry-run
        TAMSHY_DATABASE_URL=postgresql://owner@db/tamshy tamshy migrate
      """)

  @Flag(help: "Only name the migrations that would be applied.")
  var dryRun = false

  func run() async throws {
    try await running {
      let uri = try await Settings.load().requiredDatabase()
      let owner = DatabaseSettings(uri: uri, applicationName: "tamshy migrate")
      let migrator = Migrator(migrations: Migration.all)
      let names =
        dryRun
        ? try await migrator.pending(in: Database(owner))
        : try await migrator.apply(using: owner)
      for name in names { say(name) }
      complain(
        names.isEmpty
          ? "The schema is up to date."
          : "\(names.count) migrations \(dryRun ? "would be applied" : "applied").")
    }
  }
}

extension Settings {
  /// The database that must be named.
  func requiredDatabase() throws -> String {
    guard let uri = databaseURL, !uri.isEmpty else {
      throw Failure.unavailable(
        "TAMSHY_DATABASE_URL names no database. Set it, or start everything with `tamshy up`.")
    }
    return uri
  }
}
