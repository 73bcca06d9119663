import FoundationEssentials
import JSONText

/// The binds of one execution: their texts one after another, each ended by a zero.
package struct BindText {
  private(set) var bytes: [UInt8] = []
  /// Where each bind begins; nil is NULL.
  private(set) var starts: [Int?] = []

  init() {
    bytes.reserveCapacity(256)
  }

  /// Adds one bind.
  mutating func bind(_ value: some Bindable) throws {
    if value.isNull {
      starts.append(nil)
    } else {
      starts.append(bytes.count)
      try value.write(to: &self)
      bytes.append(0)
    }
  }

  /// Appends text of any origin.
  ///
  /// - Throws: if it holds U+0000, which PostgreSQL cannot store and C would cut off at.
  package mutating func append(_ string: String) throws {
    var string = string
    let start = bytes.count
    string.withUTF8 { unsafe bytes.append(contentsOf: $0) }
    guard !bytes[start...].contains(0) else {
      throw PostgresError(.binding, "a text holds U+0000, which PostgreSQL cannot store")
    }
  }

  /// Appends a value as JSON, which escapes U+0000.
  mutating func append(_ value: some Encodable, as writer: JSONWriter) throws {
    try writer.write(value, to: &bytes)
  }

  /// Appends an instant.
  mutating func append(_ stamp: Timestamp) { stamp.write(to: &bytes) }

  /// Appends text that is known to be free of U+0000.
  mutating func append(ascii string: String) {
    bytes.append(contentsOf: string.utf8)
  }

  mutating func append(bytea data: some Sequence<UInt8>) {
    bytes.append(UInt8(ascii: "\\"))
    bytes.append(UInt8(ascii: "x"))
    for byte in data { append(hex: byte) }
  }

  mutating func append(hex id: UUID) {
    let raw = id.uuid
    append(hex: raw.0, raw.1, raw.2, raw.3)
    bytes.append(UInt8(ascii: "-"))
    append(hex: raw.4, raw.5)
    bytes.append(UInt8(ascii: "-"))
    append(hex: raw.6, raw.7)
    bytes.append(UInt8(ascii: "-"))
    append(hex: raw.8, raw.9)
    bytes.append(UInt8(ascii: "-"))
    append(hex: raw.10, raw.11, raw.12, raw.13)
    append(hex: raw.14, raw.15)
  }

  private mutating func append(hex values: UInt8...) {
    for byte in values { append(hex: byte) }
  }

  private mutating func append(hex byte: UInt8) {
    bytes.append(Self.digit(byte >> 4))
    bytes.append(Self.digit(byte & 15))
  }

  static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }

  /// Appends `{…}`; elements that could be misread are quoted, and so a text `NULL` stays a text.
  mutating func append<Element: Bindable>(array: [Element]) throws {
    bytes.append(UInt8(ascii: "{"))
    for (index, element) in array.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      if element.isNull {
        append(ascii: "NULL")
      } else if Element.needsQuotes {
        try append(quoted: element)
      } else {
        try element.write(to: &self)
      }
    }
    bytes.append(UInt8(ascii: "}"))
  }

  private mutating func append(quoted element: some Bindable) throws {
    bytes.append(UInt8(ascii: "\""))
    let start = bytes.count
    try element.write(to: &self)
    if bytes[start...].contains(where: Self.needsEscape) {
      let raw = Array(bytes[start...])
      bytes.removeSubrange(start...)
      for byte in raw {
        if Self.needsEscape(byte) { bytes.append(UInt8(ascii: "\\")) }
        bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func needsEscape(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }
}

extension BindText {
  /// Lends the binds in the form that libpq takes: an array of C strings, NULL for NULL.
  func withPointers<T, E: Error>(
    _ body: (UnsafePointer<UnsafePointer<CChar>?>?) throws(E) -> T
  ) throws(E) -> T {
    let outcome: Swift.Result<T, E> = unsafe bytes.withUnsafeBytes { raw in
      let base = unsafe raw.baseAddress?.assumingMemoryBound(to: CChar.self)
      let pointers = unsafe starts.map { start in
        unsafe start.flatMap { start in unsafe base.map { base in unsafe base + start } }
      }
      return unsafe pointers.withUnsafeBufferPointer { list in
        do throws(E) {
          return .success(try unsafe body(list.baseAddress))
        } catch {
          return .failure(error)
        }
      }
    }
    return try outcome.get()
  }
}
