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
      Any number of these can run side by side: all state is in PostgreSQL. Over TCP the
      database has to be reached with sslmode=verify-full.

      Examples:
        tamshy keys create --file /etc/tamshy/privacy-keys
        export TAMSHY_PRIVACY_KEY_FILE=/etc/tamshy/privacy-keys
        TAMSHY_DATABASE_URL=postgresql://tamshy@db/tamshy?sslmode=verify-full tamshy serve
        tamshy serve --host 0.0.0.0 --port 443 --tls-cert fullchain.pem --tls-key key.pem
        TAMSHY_CONFIG=/etc/tamshy/tamshy.yaml tamshy serve
        TAMSHY_LOG_FORMAT=text tamshy serve --port 0

      The files of a certificate are read again when they change, and at SIGHUP. Settings:
      config/tamshy.yaml; before the first start: tamshy doctor.
      """)

  @OptionGroup var address: AddressOptions

  func run() async throws {
    try await running {
      let settings = try await Settings.load()
      let uri = try settings.requiredDatabase()
      let policy = try loadPolicy(settings.policy, confirmedIn: settings.confirmations)
      let listening = try address.listening(settings, disk: ".", metricsPort: 9464, logs: true)
      let connection = service(try settings.connection(to: uri), poolSize: settings.poolSize)
      let logger = try settings.startLogging(default: "json")
      let keys = try settings.keychain()
      let database = Database(connection)
      let auditKey = try settings.auditKeyFile.map { try AuditKeyFile(path: $0).read() }
      let pending = try await Migrator(migrations: Migration.all).pending(in: database)
      guard pending.isEmpty else {
        throw Failure.unavailable(
          "The database lacks \(pending.count) migrations; run `tamshy migrate` first.")
      }
      let registry = Registry(database: database, policy: policy, keys: keys)
      try await registry.admit(keys)
      try await Serving(
        registry: registry, database: database, listening: listening, auditKey: auditKey,
        logger: logger
      ) { say("listening on \($0)") }.run()
    }
  }
}

/// Where to listen, as `serve` and `up` take it.
struct AddressOptions: ParsableArguments {
  @Option(help: "The address to listen on.")
  var host: String?
  @Option(help: "The port to listen on; 0 takes any free one.")
  var port: Int?
  @Option(help: "A certificate with its chain, in PEM: the service then speaks TLS.")
  var tlsCert: String?
  @Option(help: "The key of the certificate, in PEM.")
  var tlsKey: String?

  /// What they say, and the settings where they say nothing.
  func listening(
    _ settings: Settings, disk: String, metricsPort: Int, logs: Bool
  ) throws -> Listening {
    Listening(
      host: host ?? settings.host, port: port ?? settings.port,
      metricsHost: settings.metricsHost,
      metricsPort: settings.metricsPort(default: metricsPort), limits: settings.connectionLimits,
      certificates: try settings.certificates(tlsCert, tlsKey),
      options: try settings.options(disk: disk, logsRequests: logs))
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
      let settings = try await Settings.load()
      let owner = try settings.connection(
        to: settings.requiredDatabase(), as: "tamshy migrate")
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
