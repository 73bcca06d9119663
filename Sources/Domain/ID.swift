package import FoundationEssentials

/// The identity of one record, typed by what it identifies.
///
/// Ids are UUIDs of version 7: whoever creates the record makes them, also
/// a tablet without a network, and they sort by the moment of creation.
package struct ID<Entity>: Hashable, Sendable {
  /// The bare identifier, as the database keeps it.
  package let uuid: UUID

  /// Takes an identifier that already exists.
  package init(_ uuid: UUID) {
    self.uuid = uuid
  }

  /// Makes a new id for a record created at `instant`.
  package static func new(at instant: Date) -> ID {
    var generator = SystemRandomNumberGenerator()
    return new(at: instant, using: &generator)
  }

  /// Makes a new id whose random part comes from `generator`.
  package static func new(
    at instant: Date, using generator: inout some RandomNumberGenerator
  ) -> ID {
    let time = milliseconds(of: instant)
    let high = time << 16 | 0x7000 | UInt64.random(in: 0...0xFFF, using: &generator)
    let low = UInt64.random(in: 0...(1 << 62 - 1), using: &generator) | 1 << 63
    return ID(UUID(high: high, low: low))
  }

  /// The 48 bits of a version 7 id, clamped for instants it cannot hold.
  private static func milliseconds(of instant: Date) -> UInt64 {
    let exact = (instant.timeIntervalSince1970 * 1000).rounded()
    guard exact > 0 else { return 0 }
    return exact < 0xFFFF_FFFF_FFFF ? UInt64(exact) : 0xFFFF_FFFF_FFFF
  }
}

extension ID: CustomStringConvertible {
  /// Reads the canonical form of 8-4-4-4-12 hexadecimal digits and nothing else.
  package init?(_ text: String) {
    guard let uuid = UUID(canonical: text) else { return nil }
    self.init(uuid)
  }

  /// The canonical form in lower case.
  package var description: String { uuid.canonical }
}

extension ID: Comparable {
  /// Earlier made comes first, to the millisecond.
  package static func < (left: ID, right: ID) -> Bool { left.uuid < right.uuid }
}

extension ID: Codable {
  /// Reads the canonical text.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let id = ID(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an id")
    }
    self = id
  }

  /// Writes the canonical text.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension UUID {
  fileprivate init(high: UInt64, low: UInt64) {
    func byte(_ word: UInt64, _ index: UInt64) -> UInt8 {
      UInt8(truncatingIfNeeded: word >> (56 - 8 * index))
    }
    self.init(
      uuid: (
        byte(high, 0), byte(high, 1), byte(high, 2), byte(high, 3),
        byte(high, 4), byte(high, 5), byte(high, 6), byte(high, 7),
        byte(low, 0), byte(low, 1), byte(low, 2), byte(low, 3),
        byte(low, 4), byte(low, 5), byte(low, 6), byte(low, 7)
      ))
  }

  /// The canonical form in lower case, without the detour over capitals.
  fileprivate var canonical: String {
    let raw = uuid
    let bytes = [
      raw.0, raw.1, raw.2, raw.3, raw.4, raw.5, raw.6, raw.7, raw.8, raw.9, raw.10, raw.11,
      raw.12, raw.13, raw.14, raw.15,
    ]
    var text: [UInt8] = []
    text.reserveCapacity(36)
    for (place, byte) in bytes.enumerated() {
      if place == 4 || place == 6 || place == 8 || place == 10 { text.append(UInt8(ascii: "-")) }
      text.append(Self.hexDigit(byte >> 4))
      text.append(Self.hexDigit(byte & 15))
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }

  fileprivate init?(canonical text: String) {
    guard text.utf8.count == 36 else { return nil }
    var (high, low): (UInt64, UInt64) = (0, 0)
    for (place, byte) in text.utf8.enumerated() {
      if place == 8 || place == 13 || place == 18 || place == 23 {
        guard byte == UInt8(ascii: "-") else { return nil }
        continue
      }
      guard let digit = Self.value(ofHexDigit: byte) else { return nil }
      high = high << 4 | low >> 60
      low = low << 4 | digit
    }
    self.init(high: high, low: low)
  }

  private static func value(ofHexDigit byte: UInt8) -> UInt64? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
  }
}
