import JSONText

extension Day: CustomStringConvertible {
  /// Reads `YYYY-MM-DD`, exactly, or nothing if there was no such day.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      let year = decimal(bytes[0..<4]), let month = decimal(bytes[5..<7]),
      let day = decimal(bytes[8..<10])
    else { return nil }
    self.init(year: year, month: month, day: day)
  }

  /// Reads `YYYY-MM-DD` or `DD.MM.YYYY`, as files have it.
  package init?(written text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 10, bytes[2] == UInt8(ascii: "."), bytes[5] == UInt8(ascii: ".") else {
      self.init(text)
      return
    }
    guard let year = decimal(bytes[6..<10]), let month = decimal(bytes[3..<5]),
      let day = decimal(bytes[0..<2])
    else { return nil }
    self.init(year: year, month: month, day: day)
  }

  /// The date as `YYYY-MM-DD`.
  package var description: String {
    var bytes: [UInt8] = []
    write(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the date as `YYYY-MM-DD`.
  func write(to bytes: inout [UInt8]) {
    let (year, month, day) = parts
    bytes.append(digits: year, 4)
    bytes.append(UInt8(ascii: "-"))
    bytes.append(digits: month, 2)
    bytes.append(UInt8(ascii: "-"))
    bytes.append(digits: day, 2)
  }
}

extension Day: Codable {
  /// Reads `YYYY-MM-DD`.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let day = Day(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "not a date like 2026-01-15")
    }
    self = day
  }

  /// Writes `YYYY-MM-DD`.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// The number that ASCII digits spell, or nothing if one of them is no digit.
func decimal(_ bytes: ArraySlice<UInt8>) -> Int? {
  guard !bytes.isEmpty, bytes.count <= 9 else { return nil }
  var value = 0
  for byte in bytes {
    guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
    value = value * 10 + Int(byte - UInt8(ascii: "0"))
  }
  return value
}
