import Foundation
import Logging

/// Logs as lines of JSON: `ts`, `level`, `msg` and the facts that may be told.
///
/// Facts have to be on a list, so that a name or a number of a donor which somebody adds to a
/// log line by mistake does not get there.
struct JSONLines: LogHandler {
  var logLevel: Logger.Level = .info
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?
  private let write: @Sendable ([UInt8]) -> Void

  /// Writes to standard error unless told otherwise.
  init(
    level: Logger.Level = .info, write: @escaping @Sendable ([UInt8]) -> Void = Self.standardError
  ) {
    logLevel = level
    self.write = write
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var facts = metadata
    if let provided = metadataProvider?.get() { facts.merge(provided) { $1 } }
    if let own = event.metadata { facts.merge(own) { $1 } }
    var line = "{\"ts\":\(Self.quoted(Date().ISO8601Format(Self.time)))"
    line += ",\"level\":\"\(event.level.rawValue)\",\"msg\":\(Self.quoted("\(event.message)"))"
    for (key, value) in facts.sorted(by: { $0.key < $1.key }) {
      guard let kind = Self.facts[key] else { continue }
      let text = "\(value)"
      let isNumber = kind == .number && text.wholeMatch(of: /-?\d{1,15}(\.\d{1,15})?/) != nil
      line += ",\"\(key)\":\(isNumber ? text : Self.quoted(text))"
    }
    write(Array((line + "}\n").utf8))
  }

  private enum Kind { case text, number }

  /// What may be told, by name.
  private static let facts: [String: Kind] = [
    "trace_id": .text, "request_id": .text, "method": .text, "route": .text, "status": .number,
    "dur_ms": .number, "account": .text, "address": .text, "error": .text, "expires": .text,
    "collector": .text, "check": .text, "signal": .text, "count": .number, "migration": .text,
  ]

  private static let time = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

  /// One write for a line, so that lines of several threads stay whole.
  static let standardError: @Sendable ([UInt8]) -> Void = { bytes in
    FileHandle.standardError.write(Data(bytes))
  }

  /// A text as JSON has it.
  static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
