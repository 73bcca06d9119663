/// Takes one value: a single one, or the content of an object or an array.
struct ValueEncoder: Encoder {
  let sheet: Sheet
  /// Where the brackets of the value are, if it has any.
  let depth: Int
  let start: Int

  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy: Key.Type) -> KeyedEncodingContainer<Key> {
    open(isObject: true)
    return KeyedEncodingContainer(ObjectEncoder<Key>(sheet: sheet, depth: depth))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    open(isObject: false)
    return ArrayEncoder(sheet: sheet, depth: depth)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { self }

  private func open(isObject: Bool) {
    if sheet.depth <= depth, sheet.length != start {
      sheet.complain("a single value and a container in one place")
    }
    sheet.open(isObject: isObject, at: depth)
  }

  /// Refuses a second value in one place.
  private func once() {
    if sheet.length != start { sheet.complain("two values in one place") }
  }
}

extension ValueEncoder: SingleValueEncodingContainer {
  func encodeNil() {
    once()
    sheet.writeNull()
  }

  func encode(_ value: Bool) {
    once()
    sheet.write(value)
  }

  func encode(_ value: String) {
    once()
    sheet.write(value)
  }

  func encode(_ value: Int) { number(value) }
  func encode(_ value: Int8) { number(value) }
  func encode(_ value: Int16) { number(value) }
  func encode(_ value: Int32) { number(value) }
  func encode(_ value: Int64) { number(value) }
  func encode(_ value: UInt) { number(value) }
  func encode(_ value: UInt8) { number(value) }
  func encode(_ value: UInt16) { number(value) }
  func encode(_ value: UInt32) { number(value) }
  func encode(_ value: UInt64) { number(value) }

  func encode(_ value: Double) throws {
    once()
    try sheet.write(decimal: value)
  }

  func encode(_ value: Float) throws {
    once()
    try sheet.write(decimal: value)
  }

  func encode<T: Encodable>(_ value: T) throws {
    once()
    try sheet.write(value)
  }

  private func number(_ value: some BinaryInteger) {
    once()
    sheet.write(whole: value)
  }
}
