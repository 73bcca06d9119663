import Domain
import Foundation

/// Records as CSV (RFC 4180), by the same encoding that makes their JSON.
///
/// Columns follow the order in which a record encodes its members; objects
/// inside become columns of their own, arrays one cell.
package enum CSV {
  package static func encode(_ records: [some Encodable]) throws -> [UInt8] {
    let rows = try records.map { record in
      let row = Row()
      try record.encode(to: CellEncoder(row: row, name: ""))
      return row.cells
    }
    var names: [String] = []
    for row in rows {
      for cell in row where !names.contains(cell.name) { names.append(cell.name) }
    }
    // Nothing to show, and so nobody to ask for the columns.
    guard !names.isEmpty else { return [] }
    var lines = [names.map(quoted).joined(separator: ",")]
    for row in rows {
      let values = Dictionary(row.map { ($0.name, $0.text) }, uniquingKeysWith: { $1 })
      lines.append(names.map { quoted(values[$0] ?? "") }.joined(separator: ","))
    }
    return Array((lines.joined(separator: "\r\n") + "\r\n").utf8)
  }

  /// A cell that a spreadsheet cannot take for a formula.
  ///
  /// Plain negative numbers and blood groups are none.
  private static func quoted(_ text: String) -> String {
    let harmless = Double(text) != nil || BloodGroup(code: text) != nil
    // By bytes: a sign with an accent on it is still that sign.
    let seemsFormula = text.utf8.first.map { "=+-@\t\r".utf8.contains($0) } ?? false
    return CSVText.quoted(seemsFormula && !harmless ? "'" + text : text, ",")
  }
}

/// The cells of one record, in the order in which they were encoded.
private final class Row {
  var cells: [(name: String, text: String)] = []
}

/// Keys that are data, such as blood groups: JSON keeps them as they are, and so do
/// the names of columns.
private protocol KeyedByData {}
extension Dictionary: KeyedByData where Key == String {}

/// Writes one value, or the members of one object, into a row.
private struct CellEncoder: Encoder {
  let row: Row
  let name: String
  var keepsNames = false
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    KeyedEncodingContainer(
      Members(row: row, prefix: name.isEmpty ? "" : name + ".", keepsNames: keepsNames))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    row.cells.append((name, ""))
    return Elements(row: row, name: name)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    Scalar(row: row, name: name)
  }

  /// A value that is one cell, or is encoded further.
  func write<T: Encodable>(_ value: T) throws {
    if let date = value as? Date {
      row.cells.append((name, Instant.format(date)))
    } else {
      try value.encode(
        to: CellEncoder(row: row, name: name, keepsNames: value is any KeyedByData))
    }
  }
}

private struct Members<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let row: Row
  let prefix: String
  let keepsNames: Bool
  var codingPath: [any CodingKey] { [] }

  private func name(_ key: Key) -> String {
    if keepsNames { return prefix + key.stringValue }
    return prefix + key.stringValue.replacing(/[A-Z]/) { "_" + $0.output.lowercased() }
  }

  func encodeNil(forKey key: Key) { row.cells.append((name(key), "")) }

  func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
    try CellEncoder(row: row, name: name(key)).write(value)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    CellEncoder(row: row, name: name(key)).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    CellEncoder(row: row, name: name(key)).unkeyedContainer()
  }

  func superEncoder() -> any Encoder { CellEncoder(row: row, name: prefix) }
  func superEncoder(forKey key: Key) -> any Encoder { CellEncoder(row: row, name: name(key)) }
}

/// The elements of an array, joined in one cell by blanks.
private struct Elements: UnkeyedEncodingContainer {
  let row: Row
  let name: String
  var count = 0
  var codingPath: [any CodingKey] { [] }

  mutating func encode<T: Encodable>(_ value: T) throws {
    let inner = Row()
    try CellEncoder(row: inner, name: "").write(value)
    append(
      inner.cells.map { $0.name.isEmpty ? $0.text : "\($0.name)=\($0.text)" }
        .joined(separator: ";"))
  }

  mutating func encodeNil() { append("") }

  private mutating func append(_ text: String) {
    let index = row.cells.count - 1
    row.cells[index].text += (count == 0 ? "" : " ") + text
    count += 1
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) -> KeyedEncodingContainer<Nested> {
    CellEncoder(row: row, name: name).container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { self }
  mutating func superEncoder() -> any Encoder { CellEncoder(row: row, name: name) }
}

private struct Scalar: SingleValueEncodingContainer {
  let row: Row
  let name: String
  var codingPath: [any CodingKey] { [] }

  mutating func encodeNil() { row.cells.append((name, "")) }
  mutating func encode(_ value: String) { row.cells.append((name, value)) }
  mutating func encode(_ value: Bool) { row.cells.append((name, value ? "true" : "false")) }

  mutating func encode<T: Encodable>(_ value: T) throws {
    if let number = value as? any Numeric {
      row.cells.append((name, "\(number)"))
    } else {
      try CellEncoder(row: row, name: name).write(value)
    }
  }
}
