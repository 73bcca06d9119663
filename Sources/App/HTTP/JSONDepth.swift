/// How deep a JSON document nests, told without reading it.
///
/// A decoder goes down one call for each bracket, so it must not be shown a tower of them.
enum JSONDepth {
  /// Objects and arrays within each other; no form of the contract has more than four.
  static let limit = 32

  /// Whether more than `limit` brackets are open at once anywhere.
  static func isExceeded(by json: [UInt8]) -> Bool {
    var depth = 0
    return json.containsOutsideTexts { byte in
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      default: break
      }
      return depth > limit
    }
  }
}

extension Sequence<UInt8> {
  /// Whether, read as JSON, it has a byte outside its texts that breaks a limit; of a text only
  /// the quotation mark that opens it is asked about.
  func containsOutsideTexts(where breaks: (UInt8) -> Bool) -> Bool {
    var isInText = false
    var isEscaped = false
    for byte in self {
      if isInText {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInText = false
        }
        continue
      }
      isInText = byte == UInt8(ascii: "\"")
      if breaks(byte) { return true }
    }
    return false
  }
}
