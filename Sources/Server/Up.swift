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
  @Option(help: "The address to listen on.")
  var host: String?
  @Option(help: "The port to listen on; 0 takes any free one.")
  var port: Int?
  @Flag(inversion: .prefixedNo, help: "Load the demonstration data.")
  var demo = true

  func run() async throws {
    try await running {
      let settings = try await Settings.load()
      let state = StateFolder(stateDir ?? settings.stateFolder)
      let policy = try loadPolicy(settings.policy)
      let logger = Logger(label: "tamshy")
      let database = Database(try await state.start())
      let registry = Registry(database: database, policy: policy)
      do {
        let logins = demo ? try await Demonstration(registry: registry, state: state).load() : []
        try await Serving(
          registry: registry, database: database, host: host ?? settings.host,
          port: port ?? settings.port, metricsPort: settings.metricsPort(default: 0), logger: logger
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
