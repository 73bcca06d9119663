/// Decodes one row by the names of its columns.
struct RowDecoder: Decoder {
  let reply: Reply
  let row: Int

  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy: Key.Type) throws -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(RowContainer(reply: reply, row: row))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try CellDecoder(reply: reply, row: row, column: reply.onlyColumn()).unkeyedContainer()
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer {
    CellDecoder(reply: reply, row: row, column: try reply.onlyColumn())
  }
}

/// The cells of a row, by coding key.
///
/// A column that is missing is an error even where the property is optional: a forgotten column
/// must never look like a NULL.
private struct RowContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let reply: Reply
  let row: Int

  var codingPath: [any CodingKey] { [] }
  var allKeys: [Key] {
    (0..<reply.columns.count).compactMap { Key(stringValue: reply.columns.key($0)) }
  }

  func contains(_ key: Key) -> Bool { true }

  func decodeNil(forKey key: Key) throws -> Bool {
    reply.isNull(row: row, column: try column(key))
  }

  func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try cell(key).text() }
  func decode(_ type: String.Type, forKey key: Key) throws -> String { try cell(key).text() }
  func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try cell(key).text() }
  func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try cell(key).text() }
  func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try cell(key).text() }
  func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try cell(key).text() }
  func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try cell(key).text() }
  func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try cell(key).text() }
  func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try cell(key).text() }
  func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try cell(key).text() }
  func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try cell(key).text() }
  func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try cell(key).text() }
  func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try cell(key).text() }
  func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try cell(key).text() }

  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
    try cell(key).decode(type)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try cell(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try cell(key).unkeyedContainer()
  }

  // A type that inherits decodes its parent from the same row.
  func superDecoder() throws -> any Decoder { RowDecoder(reply: reply, row: row) }
  func superDecoder(forKey key: Key) throws -> any Decoder { try cell(key) }

  private func cell(_ key: Key) throws -> CellDecoder {
    CellDecoder(reply: reply, row: row, column: try column(key))
  }

  private func column(_ key: Key) throws -> Int {
    if let index = reply.columns.index(of: key.stringValue) { return index }
    throw PostgresError(
      .decoding, "the query answers no such column", query: reply.query, column: key.stringValue)
  }
}
