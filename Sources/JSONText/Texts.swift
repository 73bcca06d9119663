extension [UInt8] {
  /// Appends a text as it stands between the quotes of JSON.
  mutating func appendEscaped(_ text: String) {
    let start = count
    append(contentsOf: text.utf8)
    escape(from: start)
  }

  /// Escapes what stands at the end as JSON demands it between quotes.
  mutating func escape(from start: Int) {
    guard let first = self[start...].firstIndex(where: Self.needsEscape) else { return }
    let rest = Array(self[first...])
    removeSubrange(first...)
    reserveCapacity(count + rest.count * 2)
    for byte in rest {
      if Self.needsEscape(byte) { appendEscape(byte) } else { append(byte) }
    }
  }

  private static func needsEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  private mutating func appendEscape(_ byte: UInt8) {
    append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte)
    case 0x08: append(UInt8(ascii: "b"))
    case 0x09: append(UInt8(ascii: "t"))
    case 0x0A: append(UInt8(ascii: "n"))
    case 0x0C: append(UInt8(ascii: "f"))
    case 0x0D: append(UInt8(ascii: "r"))
    default:
      append(contentsOf: "u00".utf8)
      append(UInt8(ascii: byte < 0x10 ? "0" : "1"))
      let low = byte & 15
      append(low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10)
    }
  }

  /// Appends the name of a member as `snake_case`: `donorID` → `donor_id`.
  ///
  /// A word begins at a capital, and in a row of capitals at the last one before a small letter.
  /// Names are of ASCII; anything else stays as it is.
  mutating func appendSnakeCase(_ name: String) {
    let start = count
    append(contentsOf: name.utf8)
    guard let capital = nextCapital(from: start + 1) else { return lower(from: start) }
    let letters = Array(self[start...])
    removeSubrange(capital...)
    appendWords(letters, from: capital - start)
    lower(from: start)
  }

  private mutating func appendWords(_ letters: [UInt8], from first: Int) {
    var (word, next) = (first, Optional(first))
    while let capital = next {
      append(UInt8(ascii: "_"))
      guard let small = letters[capital...].firstIndex(where: Self.isSmall) else { break }
      if small > capital + 1 {
        append(contentsOf: letters[word..<(small - 1)])
        append(UInt8(ascii: "_"))
        word = small - 1
      }
      next = letters.nextCapital(from: small + 1)
      append(contentsOf: letters[word..<(next ?? letters.count)])
      word = next ?? letters.count
    }
    append(contentsOf: letters[word...])
  }

  private func nextCapital(from start: Int) -> Int? {
    guard start < count else { return nil }
    return self[start...].firstIndex { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
  }

  private static func isSmall(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
  }

  private mutating func lower(from start: Int) {
    for index in start..<count where (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self[index]) {
      self[index] |= 0x20
    }
  }
}
