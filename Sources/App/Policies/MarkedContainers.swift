import Yams

/// The members of a mapping.
struct MarkedMembers<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let decoder: MarkedDecoder
  let mapping: Node.Mapping?

  var codingPath: [any CodingKey] { [] }
  var allKeys: [Key] {
    (mapping?.keys.compactMap(\.string) ?? []).compactMap { name in
      let key = Key(stringValue: name)
      if let key { asked(key) }
      return key
    }
  }

  func contains(_ key: Key) -> Bool {
    asked(key)
    return mapping?[key.stringValue] != nil
  }

  func decodeNil(forKey key: Key) throws -> Bool {
    contains(key) ? mapping?[key.stringValue]?.null != nil : true
  }

  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
    asked(key)
    let part = decoder.part(mapping?[key.stringValue], key.stringValue)
    if part.node != nil { return try part.value(type) }
    if let mapping {
      decoder.log.note("The member \(key.stringValue) is missing.", at: mapping.mark)
    }
    return try part.standIn(type)
  }

  private func asked(_ key: Key) {
    if let mapping { decoder.log.ask(key.stringValue, of: mapping, at: decoder.path) }
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try superDecoder(forKey: key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try superDecoder(forKey: key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { decoder }

  func superDecoder(forKey key: Key) throws -> any Decoder {
    asked(key)
    return decoder.part(mapping?[key.stringValue], key.stringValue)
  }
}

/// The elements of a list.
struct MarkedElements: UnkeyedDecodingContainer {
  let decoder: MarkedDecoder
  let nodes: [Node]
  var currentIndex = 0

  var codingPath: [any CodingKey] { [] }
  var count: Int? { nodes.count }
  var isAtEnd: Bool { currentIndex >= nodes.count }

  init(decoder: MarkedDecoder, nodes: [Node]) {
    self.decoder = decoder
    self.nodes = nodes
  }

  mutating func decodeNil() throws -> Bool { false }

  mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try next().value(type) }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> {
    try next().container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try next().unkeyedContainer()
  }

  mutating func superDecoder() throws -> any Decoder { next() }

  private mutating func next() -> MarkedDecoder {
    defer { currentIndex += 1 }
    return decoder.part(isAtEnd ? nil : nodes[currentIndex], "\(currentIndex)")
  }
}

/// One word or number.
struct MarkedValue: SingleValueDecodingContainer {
  let decoder: MarkedDecoder

  var codingPath: [any CodingKey] { [] }

  func decodeNil() -> Bool { decoder.node?.null != nil }

  func decode(_ type: String.Type) throws -> String {
    guard let node = decoder.node else { return decoder.sample }
    guard let text = node.string, node.null == nil else { throw wrong("not a text") }
    return text
  }

  func decode(_ type: Bool.Type) throws -> Bool {
    switch try decode(String.self) {
    case "true": true
    case "false": false
    default: throw wrong("not true or false")
    }
  }

  func decode(_ type: Double.Type) throws -> Double {
    guard let number = Double(try decode(String.self)), number.isFinite else {
      throw wrong("not a number")
    }
    return number
  }

  func decode(_ type: Float.Type) throws -> Float { Float(try decode(Double.self)) }
  func decode(_ type: Int.Type) throws -> Int { try whole() }
  func decode(_ type: Int8.Type) throws -> Int8 { try whole() }
  func decode(_ type: Int16.Type) throws -> Int16 { try whole() }
  func decode(_ type: Int32.Type) throws -> Int32 { try whole() }
  func decode(_ type: Int64.Type) throws -> Int64 { try whole() }
  func decode(_ type: UInt.Type) throws -> UInt { try whole() }
  func decode(_ type: UInt8.Type) throws -> UInt8 { try whole() }
  func decode(_ type: UInt16.Type) throws -> UInt16 { try whole() }
  func decode(_ type: UInt32.Type) throws -> UInt32 { try whole() }
  func decode(_ type: UInt64.Type) throws -> UInt64 { try whole() }
  func decode<T: Decodable>(_ type: T.Type) throws -> T { try T(from: decoder) }

  private func whole<Number: FixedWidthInteger>() throws -> Number {
    guard let number = Number(try decode(String.self)) else { throw wrong("not a whole number") }
    return number
  }

  private func wrong(_ what: String) -> DecodingError {
    .dataCorrupted(.init(codingPath: [], debugDescription: what))
  }
}
