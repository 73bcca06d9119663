package import FoundationEssentials

/// Rows in the text format of COPY, one field after another.
///
/// Any text goes in as it is: what the format itself uses is escaped.
package struct CopyText: Sendable {
  /// The rows so far.
  package private(set) var bytes: [UInt8] = []
  /// How many rows are ended.
  package private(set) var rows = 0
  private var isFirst = true

  /// Starts with no row.
  package init() {}

  /// Makes room for so many bytes.
  package mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

  /// Adds a text, or NULL.
  ///
  /// - Throws: if it holds U+0000, which PostgreSQL cannot store.
  package mutating func add(_ text: String?) throws {
    separate()
    guard let text else { return null() }
    var isClean = true
    for byte in text.utf8 where byte < 0x20 || byte == UInt8(ascii: "\\") {
      guard byte != 0 else {
        throw PostgresError(.binding, "a text holds U+0000, which PostgreSQL cannot store")
      }
      isClean = false
    }
    if isClean { return bytes.append(contentsOf: text.utf8) }
    for byte in text.utf8 { escape(byte) }
  }

  /// Adds a number, or NULL.
  package mutating func add(_ number: Int?) {
    separate()
    guard let number else { return null() }
    bytes.append(contentsOf: String(number).utf8)
  }

  /// Adds an identifier.
  package mutating func add(_ id: UUID?) {
    separate()
    guard let id else { return null() }
    var text = BindText()
    text.append(hex: id)
    bytes.append(contentsOf: text.bytes)
  }

  /// Adds bytes, or NULL.
  package mutating func add(bytea data: Data?) {
    separate()
    guard let data else { return null() }
    // The backslash of `\x` is COPY's own escape, too.
    bytes.append(contentsOf: [0x5C, 0x5C, UInt8(ascii: "x")])
    append(hex: data)
  }

  /// Adds an array of bytes, or NULL.
  package mutating func add(byteas: [Data]?) {
    separate()
    guard let byteas else { return null() }
    bytes.append(UInt8(ascii: "{"))
    for (index, data) in byteas.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      // Once for the array, once for COPY: four backslashes are one.
      bytes.append(contentsOf: [0x22, 0x5C, 0x5C, 0x5C, 0x5C, UInt8(ascii: "x")])
      append(hex: data)
      bytes.append(0x22)
    }
    bytes.append(UInt8(ascii: "}"))
  }

  /// Ends the row.
  package mutating func endRow() {
    bytes.append(UInt8(ascii: "\n"))
    isFirst = true
    rows += 1
  }

  private mutating func separate() {
    if !isFirst { bytes.append(UInt8(ascii: "\t")) }
    isFirst = false
  }

  private mutating func null() { bytes.append(contentsOf: [0x5C, UInt8(ascii: "N")]) }

  private mutating func append(hex data: Data) {
    unsafe data.withUnsafeBytes { data in
      for index in data.indices {
        let byte = unsafe data[index]
        bytes.append(BindText.digit(byte >> 4))
        bytes.append(BindText.digit(byte & 15))
      }
    }
  }

  private mutating func escape(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\\"): bytes.append(contentsOf: [0x5C, 0x5C])
    case UInt8(ascii: "\n"): bytes.append(contentsOf: [0x5C, UInt8(ascii: "n")])
    case UInt8(ascii: "\r"): bytes.append(contentsOf: [0x5C, UInt8(ascii: "r")])
    case UInt8(ascii: "\t"): bytes.append(contentsOf: [0x5C, UInt8(ascii: "t")])
    default: bytes.append(byte)
    }
  }
}
