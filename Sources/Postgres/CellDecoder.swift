import FoundationEssentials

/// Decodes one cell: a scalar, an array of scalars, or JSON.
struct CellDecoder: Decoder, SingleValueDecodingContainer {
  let reply: Reply
  let row: Int
  let column: Int

  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  /// Reads a scalar from the cell's text.
  func text<T: ColumnScalar>() throws -> T {
    let value = reply.withCell(row: row, column: column) { T(columnText: $0) }
    // An empty text is a value of some types, and NULL looks like one here.
    if let value, !(value is String && decodeNil()) { return value }
    throw reply.failure(decodeNil() ? "NULL" : "not a \(T.self)", column: column)
  }

  func decode<T: Decodable>(_ type: T.Type) throws -> T {
    if reply.columns.isJSON(column) { return try json(type) }
    if let value = try wellKnown(type) { return value }
    return try reply.explained(column: column) { try T(from: self) }
  }

  /// The types whose own `init(from:)` would not ask for their text.
  private func wellKnown<T>(_ type: T.Type) throws -> T? {
    if type == UUID.self { return try (text() as UUID) as? T }
    if type == Date.self { return try (text() as Date) as? T }
    if type == String.self { return try (text() as String) as? T }
    if type == Data.self { return try (text() as Data) as? T }
    if type == Decimal.self { return try (text() as Decimal) as? T }
    if type == [UInt8].self { return try bytes() as? T }
    return nil
  }

  private func bytes() throws -> [UInt8] {
    if let bytes = reply.withCell(row: row, column: column, byteaBytes) { return bytes }
    throw reply.failure(decodeNil() ? "NULL" : "not bytea", column: column)
  }

  /// Decodes JSON; asked for as a text or as bytes it is handed on as it is.
  private func json<T: Decodable>(_ type: T.Type) throws -> T {
    guard !decodeNil() else {
      // Only an optional knows what to do with NULL.
      return try reply.explained(column: column) { try T(from: self) }
    }
    let data = reply.withCell(row: row, column: column) { cell in
      unsafe cell.withUnsafeBufferPointer { unsafe Data($0) }
    }
    if type == String.self, let text = try (text() as String) as? T { return text }
    if type == Data.self, let data = data as? T { return data }
    return try reply.explained(column: column) {
      try PostgresJSON.decoder.decode(type, from: data)
    }
  }

  // As a decoder

  func container<Key: CodingKey>(keyedBy: Key.Type) throws -> KeyedDecodingContainer<Key> {
    throw reply.failure("fields were asked for, but it is no JSON", column: column)
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard !decodeNil() else { throw reply.failure("NULL", column: column) }
    guard let elements = reply.withCell(row: row, column: column, { ArrayText.elements($0) }) else {
      throw reply.failure("not an array of one dimension", column: column)
    }
    return ArrayContainer(reply: reply, column: column, elements: elements)
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

  // As a container of a single value

  func decodeNil() -> Bool { reply.isNull(row: row, column: column) }
  func decode(_ type: Bool.Type) throws -> Bool { try text() }
  func decode(_ type: String.Type) throws -> String { try text() }
  func decode(_ type: Double.Type) throws -> Double { try text() }
  func decode(_ type: Float.Type) throws -> Float { try text() }
  func decode(_ type: Int.Type) throws -> Int { try text() }
  func decode(_ type: Int8.Type) throws -> Int8 { try text() }
  func decode(_ type: Int16.Type) throws -> Int16 { try text() }
  func decode(_ type: Int32.Type) throws -> Int32 { try text() }
  func decode(_ type: Int64.Type) throws -> Int64 { try text() }
  func decode(_ type: UInt.Type) throws -> UInt { try text() }
  func decode(_ type: UInt8.Type) throws -> UInt8 { try text() }
  func decode(_ type: UInt16.Type) throws -> UInt16 { try text() }
  func decode(_ type: UInt32.Type) throws -> UInt32 { try text() }
  func decode(_ type: UInt64.Type) throws -> UInt64 { try text() }
}
