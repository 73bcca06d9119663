import CoreMetrics
import Domain
import Foundation
import Store
import TestSupport
import Testing

@testable import Server

/// Prometheus' own judge of metrics and rules, if this machine has it.
private let promtool = ["/usr/bin/promtool", "/usr/local/bin/promtool"]
  .appending(ProcessInfo.processInfo.environment["PROMTOOL"])
  .first { FileManager.default.isExecutableFile(atPath: $0) }

extension [String] {
  fileprivate func appending(_ path: String?) -> [String] { (path.map { [$0] } ?? []) + self }
}

/// What it says against something; nothing if it finds nothing.
private func judged(_ arguments: [String], _ text: String = "") async throws -> String {
  let (status, output) = try await Shop.run(
    try #require(promtool), ["check"] + arguments, input: text)
  return status == 0 ? "" : output
}

@Test(.enabled(if: promtool != nil, "promtool is not installed"))
func `Prometheus finds nothing to complain of in the metrics`() async throws {
  try await World.lend { world in
    _ = try await world.unit(.oNegative)
    let metrics = PrometheusRegistry()
    metrics.observe(world.registry, version: "test", certificates: nil)
    metrics.gauge("tamshy_broken", "Never known.") { throw CancellationError() }
    let counter = metrics.makeCounter(
      label: "tamshy_http_requests_total", dimensions: [("route", "/v1/\"x\"\\\n")])
    counter.increment(by: 3)
    metrics.makeTimer(
      label: "tamshy_http_request_duration_seconds", dimensions: [("method", "GET")]
    )
    .recordNanoseconds(3_000_000)
    metrics.makeRecorder(label: "tamshy_things", dimensions: [], aggregate: false).record(Int64(5))
    let text = await metrics.text()
    #expect(try await judged(["metrics"], text) == "", "\(text)")
  }
}

@Test(.enabled(if: promtool != nil, "promtool is not installed"))
func `Prometheus finds nothing to complain of in the alerts`() async throws {
  #expect(try await judged(["rules", "config/deploy/tamshy.rules.yaml"]) == "")
}

@Test func `the shelf, the pool and the batches are told as they are`() async throws {
  try await World.lend { world in
    let before = PrometheusRegistry()
    before.observe(world.registry, version: "1.2.3", certificates: nil)
    let line = "tamshy_stock_issuable_units{component=\"red_cells\",blood_group=\"O-\"}"
    #expect(await before.text().contains("\(line) 0\n"))
    _ = try await world.unit(.oNegative)
    let after = PrometheusRegistry()
    after.observe(world.registry, version: "1.2.3", certificates: nil)
    let text = await after.text()
    let expires = try await world.registry.gauges(at: world.now).stock
      .filter { $0.component == "red_cells" && $0.bloodGroup == "O-" }
    #expect(expires.map(\.units) == [1])
    for part in [
      "tamshy_build_info{version=\"1.2.3\",libpq=\"", "tamshy_pool_connections_limit 8\n",
      "tamshy_pool_waiting 0\n", "\ntamshy_lock_waits ",
      "tamshy_batch_members_count{verb=\"donations\"} 1\n",
      "tamshy_batch_members_bucket{verb=\"donations\",le=\"1\"} 1\n",
      "tamshy_collector_up{collector=\"database\"} 1\n",
    ] {
      #expect(text.contains(part), "\(part)")
    }
  }
}

@Test func `the age of the newest signature of the audit is told once there is one`() async throws {
  try await World.lend { world in
    let before = PrometheusRegistry()
    before.observe(world.registry, version: "1.2.3", certificates: nil)
    let name = "tamshy_audit_signature_age_seconds "
    #expect(!(await before.text().contains("\n" + name)))
    let hours = Date(timeIntervalSinceNow: -7200)
    #expect(try await world.registry.signHeads(with: AuditKey(), at: hours) ?? 0 > 0)
    let after = PrometheusRegistry()
    after.observe(world.registry, version: "1.2.3", certificates: nil)
    let text = await after.text()
    let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
    let age = try #require(line.flatMap { Double($0.dropFirst(name.count)) }, "\(text)")
    #expect((7200..<7500).contains(age))
  }
}

@Test func `what cannot be read is left out and named`() async {
  let metrics = PrometheusRegistry()
  metrics.gauge("tamshy_audit_signature_age_seconds", "Age of the newest signature.") { 42 }
  metrics.gauge("tamshy_broken", "Never known.") { throw CancellationError() }
  metrics.gauge("tamshy_slow", "Known too late.") {
    try await Task.sleep(for: .seconds(60))
    return 1
  }
  let text = await metrics.text()
  #expect(text.contains("tamshy_audit_signature_age_seconds 42\n"))
  #expect(!text.contains("tamshy_broken "))
  #expect(text.contains("tamshy_collector_up{collector=\"tamshy_broken\"} 0\n"))
  #expect(text.contains("tamshy_collector_up{collector=\"tamshy_slow\"} 0\n"))
}

@Test func `a duration falls into every bucket above it`() async {
  let metrics = PrometheusRegistry()
  let timer = metrics.makeTimer(label: "t_seconds", dimensions: [])
  for milliseconds: Int64 in [1, 4, 4, 20_000] { timer.recordNanoseconds(milliseconds * 1_000_000) }
  let text = await metrics.text()
  for line in [
    "t_seconds_bucket{le=\"0.001\"} 1", "t_seconds_bucket{le=\"0.005\"} 3",
    "t_seconds_bucket{le=\"10\"} 3", "t_seconds_bucket{le=\"+Inf\"} 4", "t_seconds_count 4",
  ] {
    #expect(text.contains(line + "\n"), "\(line)")
  }
}
