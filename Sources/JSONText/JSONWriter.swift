package import FoundationEssentials

/// Writes values as JSON straight into bytes, member by member, without a tree in between.
///
/// What it writes is what Foundation's `JSONEncoder` writes with keys in snake case and slashes
/// as they are, to the byte, without a tree in between. A type that inherits, or that
/// writes to an outer container while an inner one is open, is refused.
package struct JSONWriter: Sendable {
  /// Appends the text of an instant, without quotes.
  package typealias InstantText = @Sendable (Date, inout [UInt8]) throws -> Void

  let sortsMembers: Bool
  let instant: InstantText

  /// Says how objects and instants are written.
  ///
  /// - Parameters:
  ///   - sortsMembers: Whether the members of an object stand in the order of their names, so
  ///     that a value has one text; else they stand as the type encodes them.
  ///   - instant: How an instant is written; its text needs no escape.
  package init(sortsMembers: Bool, instant: @escaping InstantText) {
    self.sortsMembers = sortsMembers
    self.instant = instant
  }

  /// The JSON of a value.
  ///
  /// - Throws: `EncodingError` for a value that has none, such as a number that is infinite.
  package func bytes(of value: some Encodable) throws -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(1024)
    try write(value, to: &bytes)
    return bytes
  }

  /// Appends the JSON of a value; after an error nothing is appended.
  package func write<Value: Encodable>(_ value: Value, to bytes: inout [UInt8]) throws {
    let start = bytes.count
    let sheet = Sheet(self, bytes: bytes)
    // Handed over, so that the sheet writes into the very array instead of a copy.
    bytes = []
    defer { bytes = sheet.takeBytes() }
    do {
      try sheet.write(value)
      if let misuse = sheet.misuse {
        throw EncodingError.invalidValue(
          value, .init(codingPath: [], debugDescription: misuse))
      }
    } catch {
      sheet.cut(to: start)
      throw error
    }
  }
}
