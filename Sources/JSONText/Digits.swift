extension [UInt8] {
  /// Appends the last `width` digits of a number that is not negative, zeros in front.
  package mutating func append(digits number: Int, _ width: Int) {
    var divisor = 1
    for _ in 1..<width { divisor *= 10 }
    while divisor > 0 {
      append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / divisor % 10))
      divisor /= 10
    }
  }
}
