import FoundationEssentials
import JSONText

/// The JSON of the contract: snake_case members, RFC 3339 instants in UTC.
package enum Wire {
  /// Encodes a record as the contract shows it.
  package static func encode(_ record: some Encodable) throws -> [UInt8] {
    try writer.bytes(of: record)
  }

  /// Encodes a record as text, for keeping it beside its idempotency key.
  package static func text(_ record: some Encodable) throws -> String {
    try String(decoding: writer.bytes(of: record), as: UTF8.self)
  }

  // Sorted, so that a record has one text and its tag is the same on every server.
  private static let writer = JSONWriter(sortsMembers: true) { Instant.write($0, to: &$1) }
}

/// A value that may be absent, and then is written as `null` instead of left out.
///
/// Clients can tell "not known yet" from "this version does not tell".
@propertyWrapper
package struct OrNull<Value: Codable & Sendable & Hashable>: Codable, Sendable, Hashable {
  /// The value, or nil for `null`.
  package var wrappedValue: Value?

  /// Wraps a value.
  package init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    wrappedValue = container.decodeNil() ? nil : try container.decode(Value.self)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let wrappedValue {
      try container.encode(wrappedValue)
    } else {
      try container.encodeNil()
    }
  }
}

extension KeyedDecodingContainer {
  /// Lets a member that is missing count as null.
  package func decode<Value>(
    _ type: OrNull<Value>.Type, forKey key: Key
  ) throws -> OrNull<Value> {
    OrNull(wrappedValue: try decodeIfPresent(Value.self, forKey: key))
  }
}
