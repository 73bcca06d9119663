/// Takes the elements of an array, one after another.
struct ArrayEncoder: UnkeyedEncodingContainer {
  let sheet: Sheet
  let depth: Int
  private(set) var count = 0

  init(sheet: Sheet, depth: Int) {
    self.sheet = sheet
    self.depth = depth
  }

  var codingPath: [any CodingKey] { [] }

  private mutating func next() {
    count += 1
    sheet.next(at: depth)
  }

  mutating func encodeNil() {
    next()
    sheet.writeNull()
  }

  mutating func encode(_ value: String) {
    next()
    sheet.write(value)
  }

  mutating func encode<T: Encodable>(_ value: T) throws {
    next()
    try sheet.write(value)
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy: Nested.Type
  ) -> KeyedEncodingContainer<Nested> {
    next()
    sheet.open(isObject: true, at: sheet.depth)
    return KeyedEncodingContainer(ObjectEncoder<Nested>(sheet: sheet, depth: sheet.depth - 1))
  }

  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    next()
    sheet.open(isObject: false, at: sheet.depth)
    return ArrayEncoder(sheet: sheet, depth: sheet.depth - 1)
  }

  mutating func superEncoder() -> any Encoder {
    sheet.complain("a type that inherits")
    return ValueEncoder(sheet: sheet, depth: sheet.depth, start: sheet.length)
  }
}
