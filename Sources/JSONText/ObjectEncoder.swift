/// Takes the members of an object, one after another.
struct ObjectEncoder<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let sheet: Sheet
  let depth: Int

  var codingPath: [any CodingKey] { [] }

  private func name(_ key: Key) { sheet.name(key.stringValue, at: depth) }

  func encodeNil(forKey key: Key) {
    name(key)
    sheet.writeNull()
  }

  func encode(_ value: Bool, forKey key: Key) {
    name(key)
    sheet.write(value)
  }

  func encode(_ value: String, forKey key: Key) {
    name(key)
    sheet.write(value)
  }

  func encode(_ value: Int, forKey key: Key) { number(value, key) }
  func encode(_ value: Int8, forKey key: Key) { number(value, key) }
  func encode(_ value: Int16, forKey key: Key) { number(value, key) }
  func encode(_ value: Int32, forKey key: Key) { number(value, key) }
  func encode(_ value: Int64, forKey key: Key) { number(value, key) }
  func encode(_ value: UInt, forKey key: Key) { number(value, key) }
  func encode(_ value: UInt8, forKey key: Key) { number(value, key) }
  func encode(_ value: UInt16, forKey key: Key) { number(value, key) }
  func encode(_ value: UInt32, forKey key: Key) { number(value, key) }
  func encode(_ value: UInt64, forKey key: Key) { number(value, key) }

  func encode(_ value: Double, forKey key: Key) throws {
    name(key)
    try sheet.write(decimal: value)
  }

  func encode(_ value: Float, forKey key: Key) throws {
    name(key)
    try sheet.write(decimal: value)
  }

  func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
    name(key)
    try sheet.write(value)
  }

  private func number(_ value: some BinaryInteger, _ key: Key) {
    name(key)
    sheet.write(whole: value)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    name(key)
    sheet.open(isObject: true, at: sheet.depth)
    return KeyedEncodingContainer(ObjectEncoder<Nested>(sheet: sheet, depth: sheet.depth - 1))
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    name(key)
    sheet.open(isObject: false, at: sheet.depth)
    return ArrayEncoder(sheet: sheet, depth: sheet.depth - 1)
  }

  func superEncoder() -> any Encoder { refusingEncoder() }
  func superEncoder(forKey key: Key) -> any Encoder { refusingEncoder() }

  private func refusingEncoder() -> any Encoder {
    sheet.complain("a type that inherits")
    return ValueEncoder(sheet: sheet, depth: sheet.depth, start: sheet.length)
  }
}
