/// One record of a CSV file as fields.
struct CSVRecord {
  let row: Int
  private(set) var cells: [String] = []
  /// Fields that are no UTF-8, or go on behind their closing quotation mark.
  private(set) var mistakes: [(field: Int, code: String)] = []

  /// Whether nothing stands in it.
  var isBlank: Bool { cells.allSatisfy(\.isEmpty) && mistakes.isEmpty }

  init(_ bytes: ArraySlice<UInt8>, row: Int, delimiter: UInt8) {
    self.row = row
    var position = bytes.startIndex
    while true {
      if position < bytes.endIndex, bytes[position] == 0x22 {
        addQuoted(bytes, &position, delimiter)
      } else {
        let end = bytes[position...].firstIndex(of: delimiter) ?? bytes.endIndex
        add(bytes[position..<end])
        position = end
      }
      guard position < bytes.endIndex else { break }
      position += 1
    }
  }

  private mutating func addQuoted(
    _ bytes: ArraySlice<UInt8>, _ position: inout Int, _ delimiter: UInt8
  ) {
    var field: [UInt8] = []
    position += 1
    while let quote = bytes[position...].firstIndex(of: 0x22) {
      field += bytes[position..<quote]
      position = quote + 1
      guard position < bytes.endIndex, bytes[position] == 0x22 else { break }
      field.append(0x22)
      position += 1
    }
    let end = bytes[position...].firstIndex(of: delimiter) ?? bytes.endIndex
    if end != position { mistakes.append((cells.count, "quote_misplaced")) }
    position = end
    add(field[...])
  }

  private mutating func add(_ field: ArraySlice<UInt8>) {
    guard let text = String(validating: field, as: UTF8.self) else {
      mistakes.append((cells.count, "malformed_utf8"))
      return cells.append("")
    }
    cells.append(text)
  }
}
