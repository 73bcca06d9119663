import CoreMetrics
import Hummingbird
import Synchronization

/// Metrics in Prometheus' text format 0.0.4, on a port of their own.
final class PrometheusRegistry: MetricsFactory, Sendable {
  private let series = Mutex<[Series.Key: Series]>([:])

  /// The application that answers `/metrics`.
  func application(host: String, port: Int) -> some ApplicationProtocol {
    let router = Router()
    router.get("metrics") { _, _ in self.text() }
    return Application(
      router: router, configuration: .init(address: .hostname(host, port: port)))
  }

  /// All series, family by family.
  func text() -> String {
    let all = series.withLock { Array($0.values) }.sorted { $0.key < $1.key }
    var lines: [String] = []
    var family = ""
    for one in all {
      if one.key.name != family {
        family = one.key.name
        lines.append("# TYPE \(family) \(one.key.kind.rawValue)")
      }
      lines += one.lines
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func find(_ name: String, _ labels: [(String, String)], _ kind: Series.Kind) -> Series {
    let key = Series.Key(name: name, labels: Series.text(of: labels), kind: kind)
    return series.withLock { series in
      if let known = series[key] { return known }
      let new = Series(key: key)
      series[key] = new
      return new
    }
  }

  func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    find(label, dimensions, .counter)
  }

  func makeRecorder(
    label: String, dimensions: [(String, String)], aggregate: Bool
  ) -> any RecorderHandler {
    find(label, dimensions, aggregate ? .summary : .gauge)
  }

  func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    find(label, dimensions, .summary)
  }

  // A series that is no longer written keeps its last value until the process ends.
  func destroyCounter(_ handler: any CounterHandler) {}
  func destroyRecorder(_ handler: any RecorderHandler) {}
  func destroyTimer(_ handler: any TimerHandler) {}
}

/// One metric with one set of labels.
private final class Series: CounterHandler, RecorderHandler, TimerHandler, Sendable {
  let key: Key
  private let value = Mutex<(sum: Double, count: Int)>((0, 0))

  struct Key: Hashable, Comparable {
    let name: String
    let labels: String
    let kind: Kind

    static func < (left: Key, right: Key) -> Bool {
      (left.name, left.labels) < (right.name, right.labels)
    }
  }

  enum Kind: String { case counter, gauge, summary }

  init(key: Key) { self.key = key }

  static func text(of labels: [(String, String)]) -> String {
    guard !labels.isEmpty else { return "" }
    let pairs = labels.map { name, value in
      let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        .replacing("\n", with: "\\n")
      return "\(name)=\"\(escaped)\""
    }
    return "{\(pairs.joined(separator: ","))}"
  }

  var lines: [String] {
    let (sum, count) = value.withLock { $0 }
    guard key.kind == .summary else { return ["\(key.name)\(key.labels) \(sum)"] }
    return ["\(key.name)_sum\(key.labels) \(sum)", "\(key.name)_count\(key.labels) \(count)"]
  }

  func increment(by amount: Int64) { add(Double(amount)) }
  func reset() { value.withLock { $0 = (0, 0) } }
  func record(_ value: Int64) { record(Double(value)) }
  func recordNanoseconds(_ duration: Int64) { add(Double(duration) / 1e9) }

  func record(_ new: Double) {
    if key.kind == .gauge { value.withLock { $0 = (new, 1) } } else { add(new) }
  }

  private func add(_ amount: Double) {
    value.withLock { $0 = ($0.sum + amount, $0.count + 1) }
  }
}
