/// How deep a JSON document nests, told without reading it.
///
/// A decoder goes down one call for each bracket, so it must not be shown a tower of them.
enum JSONDepth {
  /// Objects and arrays within each other; no form of the contract has more than four.
  static let limit = 32

  /// Whether more than `limit` brackets are open at once anywhere.
  static func isExceeded(by json: [UInt8]) -> Bool {
    var depth = 0
    var isInText = false
    var isEscaped = false
    for byte in json {
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
      switch byte {
      case UInt8(ascii: "\""): isInText = true
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        if depth > limit { return true }
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      default: break
      }
    }
    return false
  }
}
