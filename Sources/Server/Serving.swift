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

/// Where the service listens and what it lets in.
struct Listening: Sendable {
  var host: String
  var port: Int
  var metricsHost: String
  /// 0 serves no metrics.
  var metricsPort: Int
  var limits: ConnectionLimits
  var certificates: Certificates?
  var options: ServiceOptions
}

/// Serves a registry until SIGINT or SIGTERM; requests in flight finish.
struct Serving: Sendable {
  let registry: Registry
  let database: Database
  let listening: Listening
  /// Signs the heads of the audit every hour; nil signs none.
  let auditKey: AuditKey?
  let logger: Logger
  /// What is said once the address is known.
  let whenReady: @Sendable (String) -> Void

  func run() async throws {
    let metrics = PrometheusRegistry()
    MetricsSystem.bootstrap(metrics)
    metrics.observe(registry, version: Tamshy.version, certificates: listening.certificates)
    let application = try application()
    var services: [any ServiceLifecycle.Service] = [
      Upkeep(database: database),
      Clockwork(registry: registry, logger: logger),
      HeadSigning(registry: registry, key: auditKey, logger: logger), application,
    ]
    if let certificates = listening.certificates {
      services.append(CertificateWatch(certificates: certificates, logger: logger))
    }
    if listening.metricsPort != 0 {
      services.append(
        metrics.application(
          host: listening.metricsHost, port: listening.metricsPort, logger: logger))
    }
    let group = ServiceGroup(
      configuration: .init(
        services: services, gracefulShutdownSignals: [.sigint, .sigterm], logger: logger))
    try await group.run()
    await database.shutdown()
  }

  /// The service behind its socket.
  func application() throws -> some ApplicationProtocol {
    var options = listening.options
    options.speaksTLS = listening.certificates != nil
    let service = try Service(
      registry: registry, logger: logger, version: Tamshy.version, options: options)
    let (host, scheme) = (listening.host, options.speaksTLS ? "https" : "http")
    return Application(
      router: service.router(),
      server: .guarded(
        by: listening.limits, certificates: listening.certificates,
        refusals: { service.refusal($0) }),
      configuration: .init(
        address: .hostname(host, port: listening.port), serverName: "tamshy",
        availableConnectionsDelegate: .maximum(listening.limits.connections, logger: logger)),
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? listening.port
        whenReady("\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)")
      }, logger: logger)
  }
}

/// Keeps the connections in order while the service runs.
private struct Upkeep: ServiceLifecycle.Service {
  let database: Database

  func run() async throws {
    await cancelWhenGracefulShutdown { await database.run() }
  }
}

/// Signs the heads of the audit's chains every hour; of many servers one does it.
private struct HeadSigning: ServiceLifecycle.Service {
  let registry: Registry
  let key: AuditKey?
  let logger: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        do {
          if let key { try await registry.signHeads(with: key, at: Date(), every: .seconds(3600)) }
        } catch is CancellationError {
          return
        } catch {
          logger.warning("the audit was not signed", metadata: ["error": "\(error)"])
        }
        try? await Task.sleep(for: .seconds(60))  // Cancelled, the loop ends.
      }
    }
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
