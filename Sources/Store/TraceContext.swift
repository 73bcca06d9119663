/// Where one request stands in a distributed trace, after W3C Trace Context.
package struct TraceContext: Sendable, Hashable {
  /// The trace, the same in every service it passes: 32 lower-case hexadecimal digits.
  package let traceID: String
  /// This request in this service: 16 digits.
  package let spanID: String
  /// Whether the caller records the trace; then it is followed into the database.
  package let isSampled: Bool

  /// The trace of the work at hand.
  @TaskLocal package static var current: TraceContext?

  /// Begins a trace.
  package static func new() -> TraceContext {
    TraceContext(
      traceID: digits(.random(in: 0 ... .max)) + digits(.random(in: 1 ... .max)),
      spanID: newSpan(), isSampled: false)
  }

  /// Continues the trace that a caller's `traceparent` names; nil for what the standard does not
  /// allow, which begins a new trace.
  package init?(continuing header: String) {
    let text = Array(header.utf8)
    guard text.count >= 55, text[2] == Self.dash, text[35] == Self.dash, text[52] == Self.dash,
      let version = Self.digits(text[0..<2]), version != "ff",
      let trace = Self.digits(text[3..<35]), trace.contains(where: { $0 != "0" }),
      let parent = Self.digits(text[36..<52]), parent.contains(where: { $0 != "0" }),
      let flags = Self.digits(text[53..<55]).flatMap({ UInt8($0, radix: 16) })
    else { return nil }
    // Later versions may say more, after another dash.
    guard text.count == 55 || (version != "00" && text[55] == Self.dash) else { return nil }
    self.init(traceID: trace, spanID: Self.newSpan(), isSampled: flags & 1 == 1)
  }

  private init(traceID: String, spanID: String, isSampled: Bool) {
    self.traceID = traceID
    self.spanID = spanID
    self.isSampled = isSampled
  }

  /// What callees and the caller are told.
  package var header: String { "00-\(traceID)-\(spanID)-\(isSampled ? "01" : "00")" }

  /// How the server's views and logs show a transaction of a trace that somebody records.
  ///
  /// It costs a statement in the round trip of BEGIN, so the others go without.
  static var settings: [(name: String, value: String)] {
    guard let current, current.isSampled else { return [] }
    return [("application_name", "tamshy \(current.traceID)")]
  }

  private static let dash = UInt8(ascii: "-")

  private static func newSpan() -> String { digits(.random(in: 1 ... .max)) }

  private static func digits(_ number: UInt64) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: 16 - text.utf8.count) + text
  }

  /// The bytes as text if they are lower-case hexadecimal digits.
  private static func digits(_ bytes: ArraySlice<UInt8>) -> String? {
    let areDigits = bytes.allSatisfy {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
    }
    return areDigits ? String(decoding: bytes, as: UTF8.self) : nil
  }
}
