import Crypto
import Dispatch
package import Foundation

/// Passwords that were stolen somewhere and published, in a file of the operator's.
///
/// The file is that of Have I Been Pwned: lines of `SHA-1:count`, sorted. The hash is how
/// the file is sorted and protects nothing.
package struct BreachedPasswords: Sendable {
  private let file: URL
  /// A disk may be slow, and the threads that answer requests are few.
  private static let readers = DispatchQueue(
    label: "tamshy.breached", attributes: .concurrent)

  /// Names the file.
  ///
  /// - Throws: when it cannot be read, or does not begin as such a file does.
  package init(_ file: URL) throws {
    self.file = file
    let handle = try FileHandle(forReadingFrom: file)
    defer { try? handle.close() }  // Only read.
    let start = try handle.read(upToCount: Self.digits) ?? Data()
    guard start.count == Self.digits, start.allSatisfy({ Self.alphabet.contains($0) }) else {
      throw CocoaError(.fileReadCorruptFile)
    }
  }

  /// Whether a password is among them.
  package func contain(_ password: String) async throws -> Bool {
    try await withCheckedThrowingContinuation { continuation in
      Self.readers.async { continuation.resume(with: Result { try find(password) }) }
    }
  }

  /// Looks a password up by halves: the file has gigabytes.
  private func find(_ password: String) throws -> Bool {
    let digest = Insecure.SHA1.hash(data: Data(password.utf8))
    let hash = Data(
      digest.flatMap { byte in [byte >> 4, byte & 15].map { Self.alphabet[Int($0)] } })
    let handle = try FileHandle(forReadingFrom: file)
    defer { try? handle.close() }  // Only read.
    // The line, if there is one, begins in low..<high; a line begins at low.
    var (low, high) = (UInt64(0), try handle.seekToEnd())
    while high - low > Self.stretch {
      let middle = low + (high - low) / 2
      let piece = try handle.bytes(Self.stretch / 8, from: middle)
      guard let end = piece.firstIndex(of: Self.newline) else { return false }
      let line = piece[(end + 1)...].prefix(Self.digits)
      let start = middle + UInt64(end + 1)
      if start < high, !hash.lexicographicallyPrecedes(line) {
        low = start
      } else {
        high = middle + 1
      }
    }
    return try handle.bytes(high - low + Self.stretch / 8, from: low)
      .split(separator: Self.newline).contains { $0.prefix(Self.digits) == hash }
  }

  private static let digits = 40
  private static let stretch: UInt64 = 4096
  private static let newline = UInt8(ascii: "\n")
  private static let alphabet = Array("0123456789ABCDEF".utf8)
}

extension FileHandle {
  fileprivate func bytes(_ count: UInt64, from offset: UInt64) throws -> Data {
    try seek(toOffset: offset)
    return Data(try read(upToCount: Int(count)) ?? Data())
  }
}
