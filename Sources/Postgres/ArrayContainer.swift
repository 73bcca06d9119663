import FoundationEssentials

/// The elements of an array in a cell, one after another.
struct ArrayContainer: UnkeyedDecodingContainer {
  let reply: Reply
  let column: Int
  let elements: [[UInt8]?]
  private(set) var currentIndex = 0

  init(reply: Reply, column: Int, elements: [[UInt8]?]) {
    self.reply = reply
    self.column = column
    self.elements = elements
  }

  var codingPath: [any CodingKey] { [] }
  var count: Int? { elements.count }
  var isAtEnd: Bool { currentIndex == elements.count }

  mutating func decodeNil() throws -> Bool {
    guard !isAtEnd, elements[currentIndex] == nil else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
    let value = try T.self == [UInt8].self ? bytes(as: type) : next().decode(type)
    currentIndex += 1
    return value
  }

  private func bytes<T>(as: T.Type) throws -> T {
    let text = try next().text()
    if let bytes = byteaBytes(text.span) as? T { return bytes }
    throw reply.failure("not bytea", column: column)
  }

  private func next() throws -> ElementDecoder {
    guard !isAtEnd else { throw reply.failure("the array is too short", column: column) }
    return ElementDecoder(reply: reply, column: column, element: elements[currentIndex])
  }

  mutating func nestedContainer<Key: CodingKey>(
    keyedBy type: Key.Type
  ) throws -> KeyedDecodingContainer<Key> {
    try next().container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try next().unkeyedContainer()
  }

  mutating func superDecoder() throws -> any Decoder { try next() }
}

/// One element of an array.
private struct ElementDecoder: Decoder, SingleValueDecodingContainer {
  let reply: Reply
  let column: Int
  let element: [UInt8]?

  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func decodeNil() -> Bool { element == nil }

  func decode<T: Decodable>(_ type: T.Type) throws -> T {
    guard let scalar = T.self as? any ColumnScalar.Type else { return try T(from: self) }
    if let value = read(scalar, from: try text()) as? T { return value }
    throw reply.failure("an element is not a \(T.self)", column: column)
  }

  /// The element's text.
  func text() throws -> [UInt8] {
    guard let element else { throw reply.failure("a NULL in the array", column: column) }
    return element
  }

  private func read<Scalar: ColumnScalar>(_: Scalar.Type, from text: [UInt8]) -> Scalar? {
    Scalar(columnText: text.span)
  }

  func container<Key: CodingKey>(keyedBy: Key.Type) throws -> KeyedDecodingContainer<Key> {
    throw reply.failure("fields were asked for, but it is no JSON", column: column)
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    throw reply.failure("not an array of one dimension", column: column)
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer { self }
}
