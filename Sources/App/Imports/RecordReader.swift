import Foundation

/// Records of CSV (RFC 4180), cut apart while the file is read: one stretch is in memory.
///
/// Lines may end in CR LF, LF or CR; a line break within quotation marks is part of its field.
struct RecordReader {
  /// Some records as they stand in the file.
  struct Stretch: Sendable {
    var bytes: [UInt8] = []
    /// Where each record ends, its line break left out, and where the next begins.
    var bounds: [(end: Int, next: Int)] = []
    /// The row of the first one, as a spreadsheet counts.
    var firstRow: Int
    /// Where in the file the next record begins.
    var endOffset: Int

    var lastRow: Int { firstRow + bounds.count - 1 }
  }

  /// A record without an end within this many bytes has lost a quotation mark.
  static let longest = 1 << 20

  private let read: (Int) throws -> [UInt8]
  private let delimiter: UInt8
  private var buffer: [UInt8] = []
  private var position = 0
  private var offset: Int
  private var row: Int

  /// Reads on from an offset in the file, before the record of a row.
  init(
    delimiter: UInt8, offset: Int, row: Int, read: @escaping (Int) throws -> [UInt8]
  ) {
    self.delimiter = delimiter
    self.offset = offset
    self.row = row
    self.read = read
  }

  private enum Place { case fieldStart, plain, quoted, quoteInQuoted }

  /// The next records; nil at the end of the file.
  ///
  /// - Throws: ``ImportMistake``
  mutating func next(_ count: Int) throws -> Stretch? {
    var stretch = Stretch(firstRow: row, endOffset: offset)
    var begin = 0
    var place = Place.fieldStart
    while stretch.bounds.count < count {
      guard let byte = try peek() else {
        guard stretch.bytes.count > begin else { break }
        if place == .quoted { throw ImportMistake.quoteNotClosed(row: row) }
        end(&stretch, at: stretch.bytes.count)
        break
      }
      position += 1
      offset += 1
      if place != .quoted, byte == 0x0A || byte == 0x0D {
        let length = stretch.bytes.count
        stretch.bytes.append(byte)
        if byte == 0x0D, try peek() == 0x0A {
          position += 1
          offset += 1
          stretch.bytes.append(0x0A)
        }
        end(&stretch, at: length)
        begin = stretch.bytes.count
        place = .fieldStart
        continue
      }
      stretch.bytes.append(byte)
      place = after(byte, place)
      if stretch.bytes.count - begin > Self.longest {
        throw ImportMistake.quoteNotClosed(row: row)
      }
    }
    stretch.endOffset = offset
    return stretch.bounds.isEmpty ? nil : stretch
  }

  private func after(_ byte: UInt8, _ place: Place) -> Place {
    switch (place, byte) {
    case (.fieldStart, 0x22): .quoted
    case (.quoted, 0x22): .quoteInQuoted
    case (.quoted, _): .quoted
    case (.quoteInQuoted, 0x22): .quoted
    case (_, delimiter): .fieldStart
    default: .plain
    }
  }

  private mutating func end(_ stretch: inout Stretch, at length: Int) {
    stretch.bounds.append((length, stretch.bytes.count))
    row += 1
  }

  private mutating func peek() throws -> UInt8? {
    if position == buffer.count {
      buffer = try read(1 << 18)
      position = 0
      if buffer.isEmpty { return nil }
    }
    return buffer[position]
  }
}

extension RecordReader.Stretch {
  /// The records as fields.
  func records(delimiter: UInt8) -> [CSVRecord] {
    var begin = 0
    return bounds.enumerated().map { index, bound in
      defer { begin = bound.next }
      return CSVRecord(bytes[begin..<bound.end], row: firstRow + index, delimiter: delimiter)
    }
  }
}
