/// Reads a text of digits and marks from the left.
struct DigitReader {
  // A copy, because a span cannot be kept; no instant that PostgreSQL writes is longer.
  private var text = InlineArray<40, UInt8>(repeating: 0)
  private let count: Int
  private var position = 0

  /// Starts at the left; a text that is too long reads as an empty one.
  init(text: Span<UInt8>) {
    count = text.count <= 40 ? text.count : 0
    for index in 0..<count { self.text[index] = text[index] }
  }

  var isAtEnd: Bool { position == count }

  /// Takes the mark if it is next.
  mutating func take(_ mark: Unicode.Scalar) -> Bool {
    guard position < count, text[position] == UInt8(ascii: mark) else { return false }
    position += 1
    return true
  }

  /// Takes exactly so many digits.
  mutating func number(digits: Int) -> Int? {
    guard position + digits <= count else { return nil }
    var value = 0
    for _ in 0..<digits {
      guard let digit = digit() else { return nil }
      value = value * 10 + digit
    }
    return value
  }

  /// Takes the digits of a fraction and answers it in millionths.
  mutating func fraction() -> Int? {
    guard var value = digit() else { return nil }
    var count = 1
    while let digit = digit() {
      count += 1
      if count <= 6 { value = value * 10 + digit }
    }
    while count < 6 {
      value *= 10
      count += 1
    }
    return value
  }

  /// Takes `Z`, `+05`, `-03:30` or `+05:07:40` and answers the seconds east of Greenwich.
  mutating func zone() -> Int? {
    if take("Z") { return 0 }
    let isWest = take("-")
    guard isWest || take("+"), let hours = number(digits: 2) else { return nil }
    var seconds = hours * 3600
    if take(":") {
      guard let minutes = number(digits: 2) else { return nil }
      seconds += minutes * 60
      if take(":") {
        guard let rest = number(digits: 2) else { return nil }
        seconds += rest
      }
    }
    return isWest ? -seconds : seconds
  }

  private mutating func digit() -> Int? {
    guard position < count, case let byte = text[position], byte >= UInt8(ascii: "0"),
      byte <= UInt8(ascii: "9")
    else { return nil }
    position += 1
    return Int(byte - UInt8(ascii: "0"))
  }
}
