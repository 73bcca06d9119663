/// A telephone number in E.164: `+` and digits.
///
/// Never printed whole: describing one shows its last two digits only.
package struct PhoneNumber: Hashable, Sendable, Redacted {
  /// The number as it is stored and dialled.
  package let text: String

  /// Reads a number as people write it; nil when it is none.
  ///
  /// In Kazakhstan the trunk prefix 8 and ten digits mean `+7`; ten digits that
  /// start with 6 or 7 lack only their `+7`. Abroad begins with `+`, with `8~10` or with `00`.
  package init?(_ written: String) {
    let isPlain = written.utf8.allSatisfy { $0 == UInt8(ascii: "+") || (0x30...0x39).contains($0) }
    let kept = isPlain ? written : written.filter { !Self.ornaments.contains($0) }
    let isInternational = kept.first == "+"
    let digits = isInternational ? kept.dropFirst() : kept[...]
    guard digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
    if isInternational {
      self.init(international: digits)
    } else if digits.count == 11, let first = digits.first, first == "8" || first == "7" {
      self.init(national: digits.dropFirst())
    } else if digits.count == 10, let first = digits.first, first == "6" || first == "7" {
      self.init(national: digits)
    } else if digits.count >= 13, digits.hasPrefix("810") {
      self.init(international: digits.dropFirst(3))
    } else if digits.hasPrefix("00"), (try? IIN(kept)) == nil {
      // An IIN that got into the wrong field is dialled by nobody; what is none may be.
      self.init(international: digits.dropFirst(2))
    } else {
      return nil
    }
  }

  /// Takes the ten digits behind the `+7`.
  private init(national digits: Substring) { text = "+7" + digits }

  /// Takes the digits behind the `+`.
  private init?(international digits: Substring) {
    guard (8...15).contains(digits.count), digits.first != "0" else { return nil }
    // +7 alone is known to have ten digits behind it; a shorter one was cut off.
    guard digits.first != "7" || digits.count == 11 else { return nil }
    text = "+" + digits
  }

  /// What people put between digits.
  private static let ornaments: Set<Character> = [
    " ", "\u{A0}", "\u{2009}", "\u{202F}", "\t", "-", "‐", "‑", "‒", "–", "—", "−", "(", ")", "[",
    "]",
    ".", "/", "~",
  ]
}

extension PhoneNumber {
  /// Dots and the last two digits.
  package var description: String {
    String(repeating: "•", count: text.count - 2) + text.suffix(2)
  }
}

extension PhoneNumber: Codable {
  /// Reads a number as people write it.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let number = PhoneNumber(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "no telephone number")
    }
    self = number
  }

  /// Writes the number as it is dialled.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
