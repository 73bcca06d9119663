/// A donation identification number of thirteen characters, unique for a hundred years.
///
/// Facility, year and sequence. The check character beside it is computed by
/// ISO/IEC 7064 MOD 37-2; it guards typing and is no part of the number.
package struct DonationNumber: Hashable, Sendable {
  /// The thirteen characters, in upper case.
  package let text: String

  /// Reads a number as typed, as printed with its check character, or as scanned.
  ///
  /// Accepts thirteen characters; fourteen, the last being the check
  /// character; or `=`, thirteen and two flag digits. Blanks are ignored.
  /// - Throws: ``DonationNumberMistake``
  package init(_ text: String) throws(DonationNumberMistake) {
    let bytes = try DonationNumber.normalised(text)
    let isScan = bytes.first == UInt8(ascii: "=")
    let body = Array((isScan ? bytes.dropFirst() : bytes[...]).prefix(13))
    let tail = bytes.dropFirst(isScan ? 14 : 13)
    guard DonationNumber.fitsPattern(body), tail.count == (isScan ? 2 : min(tail.count, 1)) else {
      throw .malformed
    }
    self.text = String(decoding: body, as: UTF8.self)
    if isScan {
      try checkFlags(tail)
    } else if let last = tail.first, last != checkCharacter.asciiValue {
      guard last.checkValue != nil else { throw .malformed }
      throw .checkCharacterWrong
    }
  }

  /// The character printed boxed beside the number.
  package var checkCharacter: Character {
    Character(Unicode.Scalar(DonationNumber.alphabet[checksum]))
  }

  /// The number with its check character, as a person types it.
  package var keyboardForm: String { text + String(checkCharacter) }

  /// The number in the groups people read: facility, year, sequence.
  package var printedForm: String {
    "\(text.prefix(5)) \(text.dropFirst(5).prefix(2)) \(text.dropFirst(7))"
  }
}

/// Why a text is no donation number.
package enum DonationNumberMistake: Refusal {
  /// The length or a character does not fit the pattern.
  case malformed
  /// The number does not belong to the check character beside it.
  case checkCharacterWrong

  /// The stable code.
  package var code: String {
    switch self {
    case .malformed: "din_malformed"
    case .checkCharacterWrong: "din_check_character_wrong"
    }
  }
}

extension DonationNumber {
  private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*".utf8)

  private var checksum: Int {
    let sum = text.utf8.reduce(0) { ($0 + ($1.checkValue ?? 0)) * 2 % 37 }
    return (38 - sum) % 37
  }

  /// Flags 60 to 96 carry the checksum once more; the others say nothing to check.
  private func checkFlags(_ flags: ArraySlice<UInt8>) throws(DonationNumberMistake) {
    guard let value = decimal(flags) else { throw .malformed }
    if (60...96).contains(value) && value - 60 != checksum { throw .checkCharacterWrong }
  }

  private static func normalised(_ text: String) throws(DonationNumberMistake) -> [UInt8] {
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars where scalar != " " && scalar != "\u{A0}" {
      guard bytes.count < 16, let byte = latin(scalar) else { throw .malformed }
      bytes.append(byte)
    }
    return bytes
  }

  /// The ASCII capital of a character, also of the Cyrillic one on the same key.
  private static func latin(_ scalar: Unicode.Scalar) -> UInt8? {
    if let byte = UInt8(exactly: scalar.value), scalar.isASCII {
      let isSmall = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      return isSmall ? byte - 0x20 : byte
    }
    let capital = scalar.properties.uppercaseMapping.unicodeScalars
    guard let first = capital.first, capital.count == 1 else { return nil }
    if first.isASCII { return UInt8(ascii: first) }
    return cyrillic[first]
  }

  private static let cyrillic: [Unicode.Scalar: UInt8] = [
    "А": 65, "В": 66, "С": 67, "Е": 69, "Н": 72, "І": 73, "К": 75, "М": 77,
    "О": 79, "Р": 80, "Т": 84, "У": 89, "Х": 88,
  ]

  /// Facility of a letter or digit, two of the same, two digits; then eight digits.
  private static func fitsPattern(_ body: [UInt8]) -> Bool {
    guard body.count == 13, decimal(body[3..<5]) != nil, decimal(body[5..<13]) != nil else {
      return false
    }
    let letters = body[0..<3].allSatisfy {
      $0 != UInt8(ascii: "O") && $0 != UInt8(ascii: "*") && $0.checkValue != nil
    }
    return letters && body[0] != UInt8(ascii: "0")
  }
}

extension DonationNumber: Codable, CustomStringConvertible {
  /// The thirteen characters.
  package var description: String { text }

  /// Reads any form that is accepted from a keyboard or a scanner.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    do {
      try self.init(text)
    } catch {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: error.code)
    }
  }

  /// Writes the thirteen characters.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

extension UInt8 {
  /// The value of a character in MOD 37-2: digits, then letters, then the star.
  fileprivate var checkValue: Int? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(self) - 48
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(self) - 55
    case UInt8(ascii: "*"): 36
    default: nil
    }
  }
}
