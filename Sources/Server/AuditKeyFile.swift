import Foundation
import Store

/// The file with the key that signs the audit.
///
/// Whoever can read it can sign.
struct AuditKeyFile: Sendable {
  let path: String

  /// Reads the key.
  func read() throws -> AuditKey {
    do {
      return try AuditKey(pem: String(contentsOf: URL(filePath: path), encoding: .utf8))
    } catch is AuditKeyUnreadable {
      throw Failure.badData("\(path) is no Ed25519 key in PEM; `tamshy audit key` makes one.")
    } catch {
      throw Failure.unavailable("The audit's key \(path) cannot be read: \(error)")
    }
  }

  /// Reads the key, or makes one where there is no file.
  func readOrMake() throws -> AuditKey {
    if !FileManager.default.fileExists(atPath: path) { try make() }
    return try read()
  }

  /// Makes a key nobody but this user can read; refuses to replace one.
  func make() throws {
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      throw errno == EEXIST
        ? Failure.badData("\(path) is there already; a key is never replaced.")
        : Failure.unavailable("\(path) cannot be written: \(String(cString: strerror(errno)))")
    }
    let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
    try handle.write(contentsOf: Data((AuditKey().pem ?? "").utf8))
    try handle.synchronize()
  }
}
