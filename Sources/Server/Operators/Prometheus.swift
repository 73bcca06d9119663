import CoreMetrics
import Foundation
import Hummingbird
import Logging
import Synchronization

/// Metrics in Prometheus' text format 0.0.4, on a port of their own.
///
/// Counters and timers come through swift-metrics; what is only known by asking is registered
/// as a closure, which is asked when somebody reads.
final class PrometheusRegistry: MetricsFactory, Sendable {
  private struct Contents {
    var series: [Series.Key: Series] = [:]
    var help: [String: String] = [:]
    var collectors: [Collector] = []
  }

  private struct Collector {
    let name: String
    let collect: @Sendable () async throws -> [MetricFamily]
  }

  private let contents = Mutex(Contents())
  private let scrapes = Scrapes()

  /// Says what a metric of swift-metrics tells.
  func describe(_ name: String, _ help: String) {
    contents.withLock { $0.help[name] = help }
  }

  /// Adds a gauge without labels that is asked for its value at every reading.
  ///
  /// While it throws it is left out, and `tamshy_collector_up` says so.
  func gauge(_ name: String, _ help: String, _ value: @escaping @Sendable () async throws -> Double)
  {
    collect(name) { [MetricFamily(name, help, samples: [.init(try await value())])] }
  }

  /// Adds metrics that are asked for together.
  func collect(_ name: String, _ collect: @escaping @Sendable () async throws -> [MetricFamily]) {
    contents.withLock { $0.collectors.append(Collector(name: name, collect: collect)) }
  }

  /// The application that answers `/metrics`.
  func application(host: String, port: Int, logger: Logger) -> some ApplicationProtocol {
    let router = Router()
    router.get("metrics") { _, _ in
      Response(
        status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
        body: .init(byteBuffer: ByteBuffer(string: await self.text())))
    }
    return Application(
      router: router, configuration: .init(address: .hostname(host, port: port)), logger: logger)
  }

  /// All metrics, family by family; asked again within a second, the same text.
  func text() async -> String {
    await scrapes.text {
      let (collectors, series) = self.contents.withLock { contents in
        (contents.collectors, self.families(contents))
      }
      var families = series
      var states: [MetricFamily.Sample] = []
      for collector in collectors {
        let found = try? await within(.seconds(3), collector.collect)
        families += found ?? []
        states.append(.init(found == nil ? 0 : 1, [("collector", collector.name)]))
      }
      families.append(
        MetricFamily(
          "tamshy_collector_up", "Whether a group of metrics could be read.", samples: states))
      return families.sorted { $0.name < $1.name }.map(\.text).joined()
    }
  }

  private func families(_ contents: Contents) -> [MetricFamily] {
    Dictionary(grouping: contents.series.values, by: \.key.name).map { name, series in
      let help = contents.help[name] ?? name.replacing("_", with: " ")
      let kind = series.first?.key.kind ?? .gauge
      return MetricFamily(
        name, help, kind,
        samples: series.sorted { $0.key.order < $1.key.order }.flatMap(\.samples))
    }
  }

  private func find(
    _ name: String, _ labels: [(String, String)], _ kind: MetricFamily.Kind
  ) -> Series {
    let key = Series.Key(name: name, labels: labels.map { .init(name: $0, value: $1) }, kind: kind)
    return contents.withLock { contents in
      if let known = contents.series[key] { return known }
      let new = Series(key: key)
      contents.series[key] = new
      return new
    }
  }

  func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    find(label, dimensions, .counter)
  }

  func makeRecorder(
    label: String, dimensions: [(String, String)], aggregate: Bool
  ) -> any RecorderHandler {
    find(label, dimensions, aggregate ? .histogram : .gauge)
  }

  func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    find(label, dimensions, .histogram)
  }

  // A series that is no longer written keeps its last value until the process ends.
  func destroyCounter(_ handler: any CounterHandler) {}
  func destroyRecorder(_ handler: any RecorderHandler) {}
  func destroyTimer(_ handler: any TimerHandler) {}
}

/// One metric with one set of labels.
private final class Series: CounterHandler, RecorderHandler, TimerHandler, Sendable {
  /// Seconds, from a look into memory to the patience of a person.
  static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

  struct Label: Hashable {
    let name: String
    let value: String
  }

  struct Key: Hashable {
    let name: String
    let labels: [Label]
    let kind: MetricFamily.Kind

    var order: String { labels.map(\.value).joined(separator: "\n") }
  }

  private struct State {
    var sum = 0.0
    var count = 0
    var buckets = Array(repeating: 0, count: bounds.count)
  }

  let key: Key
  private let state = Mutex(State())

  init(key: Key) { self.key = key }

  var samples: [MetricFamily.Sample] {
    let state = state.withLock { $0 }
    let labels = key.labels.map { ($0.name, $0.value) }
    guard key.kind == .histogram else { return [.init(state.sum, labels)] }
    return MetricFamily.histogram(
      zip(Self.bounds, state.buckets).map { ($0, $1) }, sum: state.sum, count: state.count, labels)
  }

  func increment(by amount: Int64) { state.withLock { $0.sum += Double(amount) } }
  func reset() { state.withLock { $0 = State() } }
  func record(_ value: Int64) { record(Double(value)) }
  func recordNanoseconds(_ duration: Int64) { observe(Double(duration) / 1e9) }

  func record(_ value: Double) {
    if key.kind == .gauge { state.withLock { $0.sum = value } } else { observe(value) }
  }

  private func observe(_ value: Double) {
    let bucket = Self.bounds.firstIndex { value <= $0 }
    state.withLock { state in
      state.sum += value
      state.count += 1
      if let bucket { state.buckets[bucket] += 1 }
    }
  }
}

/// Reads once for all who ask in the same second: the port asks nobody who he is.
private actor Scrapes {
  private var last: (at: ContinuousClock.Instant, text: String)?
  private var reading: Task<String, Never>?

  func text(_ read: @escaping @Sendable () async -> String) async -> String {
    if let last, ContinuousClock.now - last.at < .seconds(1) { return last.text }
    if let reading { return await reading.value }
    let reading = Task { await read() }
    self.reading = reading
    let text = await reading.value
    last = (.now, text)
    self.reading = nil
    return text
  }
}

/// Does the work, or throws `CancellationError` when it takes longer.
func within<T: Sendable>(
  _ limit: Duration, _ work: @escaping @Sendable () async throws -> T
) async throws -> T {
  try await withThrowingTaskGroup(of: T.self) { group in
    group.addTask { try await work() }
    group.addTask {
      try await Task.sleep(for: limit)
      throw CancellationError()
    }
    defer { group.cancelAll() }
    guard let first = try await group.next() else { throw CancellationError() }
    return first
  }
}
