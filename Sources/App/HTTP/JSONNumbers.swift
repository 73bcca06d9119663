/// How long the numbers of a JSON document are, told without reading them.
///
/// Foundation's decoder ends the process, with no error to catch, when it is asked for an
/// integer and the number is written with so many digits that its Decimal overflows: 10¹⁸ as
/// `0.000…1e148`. No number of so few bytes can do that.
enum JSONNumbers {
  /// Bytes of a number; every Double there is takes less than half of them.
  static let longest = 64

  /// Whether any number takes more than ``longest`` bytes.
  static func areTooLong(in json: some Sequence<UInt8>) -> Bool {
    var length = 0
    return json.containsOutsideTexts { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
        UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
        length += 1
      default: length = 0
      }
      return length > longest
    }
  }
}
