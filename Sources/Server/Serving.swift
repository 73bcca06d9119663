import App
import Domain
import Foundation
import Hummingbird
import Logging
import Metrics
import Postgres
import ServiceLifecycle
import Store
import UnixSignals

/// Serves a registry until SIGINT or SIGTERM; requests in flight finish.
struct Serving: Sendable {
  let registry: Registry
  let database: Database
  let host: String
  let port: Int
  let metricsPort: Int
  let logger: Logger
  /// What is said once the address is known.
  let whenReady: @Sendable (String) -> Void

  func run() async throws {
    let metrics = PrometheusRegistry()
    MetricsSystem.bootstrap(metrics)
    let service = try Service(registry: registry, logger: logger, version: Tamshy.version)
    let application = Application(
      router: service.router(),
      configuration: .init(address: .hostname(host, port: port), serverName: "tamshy"),
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? port
        whenReady("http://\(host.contains(":") ? "[\(host)]" : host):\(port)")
      }, logger: logger)
    var services: [any ServiceLifecycle.Service] = [
      Upkeep(database: database), Clockwork(registry: registry, logger: logger), application,
    ]
    if metricsPort != 0 { services.append(metrics.application(host: host, port: metricsPort)) }
    let group = ServiceGroup(
      configuration: .init(
        services: services, gracefulShutdownSignals: [.sigint, .sigterm], logger: logger))
    try await group.run()
    await database.shutdown()
  }
}

/// Keeps the connections in order while the service runs.
private struct Upkeep: ServiceLifecycle.Service {
  let database: Database

  func run() async throws {
    await cancelWhenGracefulShutdown { await database.run() }
  }
}

/// Does what time alone brings, every few seconds.
private struct Clockwork: ServiceLifecycle.Service {
  let registry: Registry
  let logger: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown {
      for beat in 0... {
        if Task.isCancelled { return }
        do {
          try await registry.sweep(at: Date())
          // Phases move in hours; noting them asks for every region's report.
          if beat.isMultiple(of: 8) { try await registry.notePhases(at: Date()) }
        } catch is CancellationError {
          return
        } catch {
          logger.warning("clockwork missed a beat", metadata: ["error": "\(error)"])
        }
        try? await Task.sleep(for: .seconds(15))  // Cancelled, the loop ends.
      }
    }
  }
}
