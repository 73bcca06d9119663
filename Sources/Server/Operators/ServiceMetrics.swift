import Foundation
import Postgres
import Store

extension PrometheusRegistry {
  /// Adds what there is to know about the service and its database.
  func observe(_ registry: Registry, version: String, certificates: Certificates?) {
    describe(
      "tamshy_http_requests_total", "Requests answered, by route template and class of status.")
    describe("tamshy_http_request_duration_seconds", "Time to answer a request.")
    collect("build") {
      [
        MetricFamily(
          "tamshy_build_info", "What runs; always 1.",
          samples: [
            .init(1, [("version", version), ("libpq", Version.text(libpqVersion()))])
          ])
      ]
    }
    collect("pool") { Self.pool(registry.poolUsage) }
    collect("batches") { Self.batches(await registry.batchLoads()) }
    collect("database") { Self.database(try await registry.gauges(at: Date())) }
    collect("audit") { Self.audit(signedAt: try await registry.newestSignature()) }
    if let certificates {
      gauge("tamshy_certificate_expiry_timestamp_seconds", "When the TLS certificate in use ends.")
      {
        certificates.expiry.timeIntervalSince1970
      }
    }
  }

  private static func pool(_ usage: PoolUsage) -> [MetricFamily] {
    [
      MetricFamily(
        "tamshy_pool_connections", "Connections to PostgreSQL, by state.",
        samples: [
          .init(Double(usage.leased), [("state", "used")]),
          .init(Double(usage.open - usage.leased), [("state", "idle")]),
        ]),
      MetricFamily(
        "tamshy_pool_connections_limit", "Connections to PostgreSQL at most.",
        samples: [.init(Double(usage.limit))]),
      MetricFamily(
        "tamshy_pool_waiting", "Callers that wait for a connection.",
        samples: [.init(Double(usage.waiting))]),
    ]
  }

  private static func batches(_ loads: [(verb: String, load: BatchTally)]) -> [MetricFamily] {
    [
      MetricFamily(
        "tamshy_batch_waiting", "Members that wait for the next batch.",
        samples: loads.map { .init(Double($0.load.waiting), [("verb", $0.verb)]) }),
      MetricFamily(
        "tamshy_batch_running", "Batches under way.",
        samples: loads.map { .init(Double($0.load.running), [("verb", $0.verb)]) }),
      MetricFamily(
        "tamshy_batch_members", "Members of a batch.", .histogram,
        samples: loads.flatMap { verb, load in
          MetricFamily.histogram(
            zip(BatchTally.bounds, load.sizes).map { (Double($0), $1) },
            sum: Double(load.members), count: load.sizes.reduce(0, +), [("verb", verb)])
        }),
    ]
  }

  /// Nothing before the first signature: an age of zero would look like a fresh one.
  private static func audit(signedAt: Date?) -> [MetricFamily] {
    guard let signedAt else { return [] }
    return [
      MetricFamily(
        "tamshy_audit_signature_age_seconds", "Since the heads of the audit were signed last.",
        samples: [.init(max(0, -signedAt.timeIntervalSinceNow))])
    ]
  }

  private static func database(_ gauges: Gauges) -> [MetricFamily] {
    [
      MetricFamily(
        "tamshy_stock_issuable_units", "Units in the country that can be given.",
        samples: gauges.stock.map {
          .init(Double($0.units), [("component", $0.component), ("blood_group", $0.bloodGroup)])
        }),
      MetricFamily(
        "tamshy_lock_waits", "Transactions that wait for a lock.",
        samples: [.init(Double(gauges.lockWaits.count))]),
      MetricFamily(
        "tamshy_lock_wait_longest_seconds", "The longest wait for a lock at this moment.",
        samples: [.init(gauges.lockWaits.longestSeconds)]),
    ]
  }
}

/// Versions of PostgreSQL and its library.
enum Version {
  /// `15.18` of 150018.
  static func text(_ number: Int) -> String { "\(number / 10_000).\(number % 10_000)" }
}
