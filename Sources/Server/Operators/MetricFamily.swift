/// A metric with all its labels, as Prometheus reads it.
struct MetricFamily: Sendable {
  enum Kind: String, Sendable { case counter, gauge, histogram }

  /// One line.
  struct Sample: Sendable {
    var suffix = ""
    let value: Double
    let labels: [(String, String)]

    init(_ value: Double, _ labels: [(String, String)] = [], suffix: String = "") {
      self.value = value
      self.labels = labels
      self.suffix = suffix
    }
  }

  let name: String
  let help: String
  let kind: Kind
  let samples: [Sample]

  /// Collects the lines of a metric.
  init(_ name: String, _ help: String, _ kind: Kind = .gauge, samples: [Sample]) {
    self.name = name
    self.help = help
    self.kind = kind
    self.samples = samples
  }

  /// The lines of a histogram from how many fell into each bucket.
  static func histogram(
    _ buckets: [(bound: Double, count: Int)], sum: Double, count: Int,
    _ labels: [(String, String)]
  ) -> [Sample] {
    var samples: [Sample] = []
    var below = 0
    for bucket in buckets {
      below += bucket.count
      samples.append(
        Sample(Double(below), labels + [("le", number(bucket.bound))], suffix: "_bucket"))
    }
    samples.append(Sample(Double(count), labels + [("le", "+Inf")], suffix: "_bucket"))
    samples.append(Sample(sum, labels, suffix: "_sum"))
    samples.append(Sample(Double(count), labels, suffix: "_count"))
    return samples
  }

  /// The family in the text format.
  var text: String {
    guard !samples.isEmpty else { return "" }
    let about = help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    let head = "# HELP \(name) \(about)\n# TYPE \(name) \(kind.rawValue)\n"
    return samples.reduce(into: head) { text, sample in
      text +=
        "\(name)\(sample.suffix)\(Self.text(of: sample.labels)) \(Self.number(sample.value))\n"
    }
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
  }

  private static func text(of labels: [(String, String)]) -> String {
    guard !labels.isEmpty else { return "" }
    let pairs = labels.map { name, value in
      let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        .replacing("\n", with: "\\n")
      return "\(name)=\"\(escaped)\""
    }
    return "{\(pairs.joined(separator: ","))}"
  }
}
