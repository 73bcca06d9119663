import Crypto
import Domain
import Foundation

/// A file of rows: its digest, its header, and a reader that starts where it is told.
struct ImportSource {
  let handle: FileHandle
  let bytes: Int
  /// SHA-256 of the whole file, by which an import that was not finished is found.
  let digest: Data
  let header: ImportHeader
  /// Where the first row after the header begins.
  let start: Int

  /// Opens a file and reads it once, for its digest.
  ///
  /// - Throws: ``ImportMistake``
  init(path: String, kind: ImportKind) throws {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw ImportMistake.unreadable(path: path)
    }
    self.handle = handle
    var hash = SHA256()
    var bytes = 0
    var head: [UInt8] = []
    do {
      while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
        hash.update(data: piece)
        bytes += piece.count
        if head.isEmpty { head = Array(piece.prefix(3)) }
      }
    } catch {
      throw ImportMistake.unreadable(path: path)
    }
    digest = Data(hash.finalize())
    self.bytes = bytes
    guard bytes > 0 else { throw ImportMistake.empty }
    if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) {
      throw ImportMistake.notUTF8
    }
    let mark = head == [0xEF, 0xBB, 0xBF] ? 3 : 0
    // Any line break ends the header; its own separator is not known yet.
    var first = try Self.reader(handle, delimiter: 0, offset: mark, row: 1)
    guard let line = try first.next(1) else { throw ImportMistake.empty }
    header = try ImportHeader(Array(line.bytes[..<line.bounds[0].end]), of: kind)
    start = line.endOffset
  }

  /// Reads on from a place in the file, before the record of a row.
  func reader(from offset: Int, row: Int) throws -> RecordReader {
    try Self.reader(handle, delimiter: header.delimiter, offset: offset, row: row)
  }

  private static func reader(
    _ handle: FileHandle, delimiter: UInt8, offset: Int, row: Int
  ) throws -> RecordReader {
    try handle.seek(toOffset: UInt64(offset))
    return RecordReader(delimiter: delimiter, offset: offset, row: row) { count in
      Array(try handle.read(upToCount: count) ?? Data())
    }
  }
}
