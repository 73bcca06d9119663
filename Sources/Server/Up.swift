import App
import ArgumentParser
import Domain
import Foundation
import Logging
import Postgres
import Store

/// `tamshy up`: everything on this machine.
struct Up: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Start a private PostgreSQL, migrate, load the demonstration, serve.",
    discussion: """
      Nothing else on the machine is touched: the database lives in one folder and
      listens on a socket in it. Ctrl-C ends both.

      Examples:
        tamshy up
        tamshy up --port 9090 --state-dir /srv/tamshy
        tamshy up --no-demo
      """)

  @Option(help: "The folder for the database (default: this user's state folder).")
  var stateDir: String?
  @OptionGroup var address: AddressOptions
  @Flag(inversion: .prefixedNo, help: "Load the demonstration data.")
  var demo = true

  func run() async throws {
    try await running {
      let settings = try await Settings.load()
      let state = StateFolder(stateDir ?? settings.stateFolder)
      let policy = try loadPolicy(settings.policy, confirmedIn: settings.confirmations)
      let listening = try address.listening(settings, disk: state.path, metricsPort: 0, logs: false)
      let logger = try settings.startLogging(default: "text")
      let database = Database(try await state.start())
      let auditKey = try AuditKeyFile(path: settings.auditKeyFile ?? state.auditKey).readOrMake()
      do {
        let keys = try await state.keychain(for: database, policy)
        let registry = Registry(database: database, policy: policy, keys: keys)
        try await registry.admit(keys)
        let logins = demo ? try await Demonstration(registry: registry, state: state).load() : []
        try await Serving(
          registry: registry, database: database, listening: listening, auditKey: auditKey,
          logger: logger
        ) { address in
          say("listening on \(address)")
          for line in Login.table(logins, address: address) { say(line) }
        }.run()
      } catch {
        await state.cluster.stop()
        throw error
      }
      await state.cluster.stop()
    }
  }
}
