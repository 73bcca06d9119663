import FoundationEssentials

/// A type that is read from the text of a cell directly.
protocol ColumnScalar {
  /// Reads the text as PostgreSQL writes it; nil if it is no such value.
  init?(columnText: Span<UInt8>)
}

extension String: ColumnScalar {
  init?(columnText: Span<UInt8>) {
    self = unsafe columnText.withUnsafeBufferPointer {
      unsafe String(decoding: $0, as: UTF8.self)
    }
  }
}

extension Bool: ColumnScalar {
  init?(columnText: Span<UInt8>) {
    guard columnText.count == 1 else { return nil }
    switch columnText[0] {
    case UInt8(ascii: "t"): self = true
    case UInt8(ascii: "f"): self = false
    default: return nil
    }
  }
}

extension ColumnScalar where Self: FixedWidthInteger {
  init?(columnText: Span<UInt8>) {
    let isNegative = columnText.count > 0 && columnText[0] == UInt8(ascii: "-")
    let start = isNegative ? 1 : 0
    guard columnText.count > start else { return nil }
    var value: Self = 0
    for index in start..<columnText.count {
      let digit = columnText[index] &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      let (product, overflowed) = value.multipliedReportingOverflow(by: 10)
      // Counted downwards below zero, so that the smallest number fits.
      let (sum, exceeded) =
        isNegative
        ? product.subtractingReportingOverflow(Self(digit))
        : product.addingReportingOverflow(Self(digit))
      guard !overflowed, !exceeded else { return nil }
      value = sum
    }
    self = value
  }
}

extension Int: ColumnScalar {}
extension Int8: ColumnScalar {}
extension Int16: ColumnScalar {}
extension Int32: ColumnScalar {}
extension Int64: ColumnScalar {}
extension UInt: ColumnScalar {}
extension UInt8: ColumnScalar {}
extension UInt16: ColumnScalar {}
extension UInt32: ColumnScalar {}
extension UInt64: ColumnScalar {}

extension Double: ColumnScalar {
  init?(columnText: Span<UInt8>) {
    guard let text = String(columnText: columnText) else { return nil }
    self.init(text)
  }
}

extension Float: ColumnScalar {
  init?(columnText: Span<UInt8>) {
    guard let text = String(columnText: columnText) else { return nil }
    self.init(text)
  }
}

extension Decimal: ColumnScalar {
  init?(columnText: Span<UInt8>) {
    guard let text = String(columnText: columnText),
      text.allSatisfy({ "-.0123456789".contains($0) })
    else { return nil }
    self.init(string: text)
  }
}

extension Date: ColumnScalar {
  init?(columnText: Span<UInt8>) {
    guard let stamp = Timestamp(text: columnText) else { return nil }
    self = stamp.date
  }
}

extension UUID: ColumnScalar {
  init?(columnText: Span<UInt8>) {
    guard columnText.count == 36 else { return nil }
    var bytes = InlineArray<16, UInt8>(repeating: 0)
    var position = 0
    for index in bytes.indices {
      if [4, 6, 8, 10].contains(index) {
        guard columnText[position] == UInt8(ascii: "-") else { return nil }
        position += 1
      }
      guard let byte = hexByte(columnText, at: position) else { return nil }
      bytes[index] = byte
      position += 2
    }
    self.init(
      uuid: (
        bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7], bytes[8],
        bytes[9], bytes[10], bytes[11], bytes[12], bytes[13], bytes[14], bytes[15]
      ))
  }
}

extension Data: ColumnScalar {
  init?(columnText: Span<UInt8>) {
    guard let bytes = byteaBytes(columnText) else { return nil }
    self.init(bytes)
  }
}

/// `bytea` in the hex form that every session asks for: `\x00ff`.
func byteaBytes(_ text: Span<UInt8>) -> [UInt8]? {
  guard text.count >= 2, text.count.isMultiple(of: 2), text[0] == UInt8(ascii: "\\"),
    text[1] == UInt8(ascii: "x")
  else { return nil }
  var bytes: [UInt8] = []
  bytes.reserveCapacity(text.count / 2 - 1)
  for position in stride(from: 2, to: text.count, by: 2) {
    guard let byte = hexByte(text, at: position) else { return nil }
    bytes.append(byte)
  }
  return bytes
}

private func hexByte(_ text: Span<UInt8>, at position: Int) -> UInt8? {
  guard let high = hexDigit(text[position]), let low = hexDigit(text[position + 1]) else {
    return nil
  }
  return high << 4 | low
}

private func hexDigit(_ character: UInt8) -> UInt8? {
  switch character {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
  default: nil
  }
}
