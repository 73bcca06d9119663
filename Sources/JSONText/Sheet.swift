import FoundationEssentials

/// A text of JSON while it is written: its bytes, and the brackets that are open in it.
final class Sheet {
  private let form: JSONWriter
  private var bytes: [UInt8]
  private var brackets: [Bracket] = []
  /// What a type did that has no JSON; told when all is written, for most of `Encoder` cannot
  /// throw.
  private(set) var misuse: String?
  private var members = Members()

  private struct Bracket {
    let isObject: Bool
    let firstMember: Int
    var isEmpty = true
  }

  init(_ form: JSONWriter, bytes: consuming [UInt8]) {
    self.form = form
    self.bytes = bytes
  }

  /// How many brackets are open.
  var depth: Int { brackets.count }
  /// How much is written.
  var length: Int { bytes.count }

  func takeBytes() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }

  func cut(to length: Int) { bytes.removeSubrange(length...) }

  func complain(_ misuse: String) { self.misuse = self.misuse ?? misuse }

  // Brackets

  /// Opens an object or an array, or goes on with the one that the same encoder has opened.
  func open(isObject: Bool, at depth: Int) {
    if brackets.count > depth {
      if brackets[depth].isObject != isObject { complain("an object and an array in one place") }
      close(to: depth + 1)
    } else {
      bytes.append(UInt8(ascii: isObject ? "{" : "["))
      brackets.append(Bracket(isObject: isObject, firstMember: members.count))
    }
  }

  /// Closes brackets until so many are open.
  func close(to depth: Int) {
    while brackets.count > depth {
      let bracket = brackets.removeLast()
      // After a misuse nobody knows where a member ends; nothing of it will be kept.
      if bracket.isObject, form.sortsMembers, misuse == nil {
        members.close(from: bracket.firstMember, in: &bytes)
      }
      bytes.append(UInt8(ascii: bracket.isObject ? "}" : "]"))
    }
  }

  /// Gets ready for the next element of the container at a depth.
  func next(at depth: Int) {
    guard depth < brackets.count else { return complain("a container was used after its end") }
    close(to: depth + 1)
    if brackets[depth].isEmpty {
      brackets[depth].isEmpty = false
    } else {
      if brackets[depth].isObject, form.sortsMembers { members.end(at: bytes.count) }
      bytes.append(UInt8(ascii: ","))
    }
  }

  /// Writes the name of the next member of the object at a depth.
  func name(_ key: String, isInSnakeCase: Bool = false, at depth: Int) {
    next(at: depth)
    let start = bytes.count
    bytes.append(UInt8(ascii: "\""))
    if isInSnakeCase {
      bytes.append(contentsOf: key.utf8)
    } else {
      bytes.appendSnakeCase(key)
    }
    // Members are sorted by their names, not by how those are escaped.
    if form.sortsMembers { members.begin(at: start, name: bytes[(start + 1)...]) }
    bytes.escape(from: start + 1)
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
  }

  // Values

  func writeNull() { bytes.append(contentsOf: "null".utf8) }

  func write(_ truth: Bool) { bytes.append(contentsOf: (truth ? "true" : "false").utf8) }

  func write(whole number: some BinaryInteger) { bytes.append(contentsOf: String(number).utf8) }

  func write(decimal number: some BinaryFloatingPoint & LosslessStringConvertible) throws {
    guard number.isFinite else {
      throw EncodingError.invalidValue(
        number, .init(codingPath: [], debugDescription: "JSON has no number like that"))
    }
    let text = number.description
    bytes.append(contentsOf: (text.hasSuffix(".0") ? text.dropLast(2) : text[...]).utf8)
  }

  func write(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    bytes.appendEscaped(text)
    bytes.append(UInt8(ascii: "\""))
  }

  /// Writes any value: those that JSON knows by another text than their own first.
  func write<Value: Encodable>(_ value: Value) throws {
    if Value.self == Date.self, let instant = value as? Date { return try write(instant) }
    if Value.self == Decimal.self, let number = value as? Decimal {
      return bytes.append(contentsOf: number.description.utf8)
    }
    if Value.self == Data.self, let data = value as? Data {
      return write(data.base64EncodedString())
    }
    if Value.self == URL.self, let url = value as? URL { return write(url.absoluteString) }
    if Value.self is any StringKeyed.Type, let texts = value as? any StringKeyed {
      return try texts.writeMembers(on: self)
    }
    let (depth, start) = (brackets.count, bytes.count)
    try value.encode(to: ValueEncoder(sheet: self, depth: depth, start: start))
    close(to: depth)
    if bytes.count == start { bytes.append(contentsOf: "{}".utf8) }
  }

  private func write(_ instant: Date) throws {
    bytes.append(UInt8(ascii: "\""))
    try form.instant(instant, &bytes)
    bytes.append(UInt8(ascii: "\""))
  }
}

/// A dictionary whose keys are data, not names of members: they stay as they are.
private protocol StringKeyed {
  func writeMembers(on sheet: Sheet) throws
}

extension Dictionary: StringKeyed where Key == String, Value: Encodable {
  fileprivate func writeMembers(on sheet: Sheet) throws {
    let depth = sheet.depth
    sheet.open(isObject: true, at: depth)
    for (key, value) in self {
      sheet.name(key, isInSnakeCase: true, at: depth)
      try sheet.write(value)
    }
    sheet.close(to: depth)
  }
}
