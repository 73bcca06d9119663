import Foundation
import Store

/// The file that holds the keys of identities, readable by its owner alone.
struct KeyFile: Sendable {
  let path: String

  /// The keys in the file.
  func read() throws -> KeyRing {
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw Failure.unavailable("The key file \(path) cannot be read.")
    }
    do {
      return try KeyRing(text: text)
    } catch {
      throw Failure.badData("The key file \(path) is not usable: \(error).")
    }
  }

  var exists: Bool { FileManager.default.fileExists(atPath: path) }

  /// Puts other keys into the file, whole or not at all; nobody else can read it at any
  /// moment.
  func write(_ ring: KeyRing) throws {
    let draft = path + ".new"
    try? FileManager.default.removeItem(atPath: draft)  // What a killed command left.
    let mode: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
    // Empty at first: its mode must be right before anything is in it.
    guard FileManager.default.createFile(atPath: draft, contents: nil, attributes: mode),
      let handle = FileHandle(forWritingAtPath: draft)
    else { throw Failure.unavailable("The key file \(draft) cannot be written.") }
    try handle.write(contentsOf: Data(ring.text.utf8))
    // Before a value is sealed with a key, the key must be where no power cut takes it.
    try handle.synchronize()
    try handle.close()
    guard rename(draft, path) == 0 else {
      throw Failure.unavailable("The key file \(path) cannot be replaced.")
    }
  }

  /// The keys of the file for a server, read again when they change.
  func keychain() throws -> Keychain { Keychain(try read()) { try read() } }
}

extension Settings {
  /// The keys that the settings name: in the environment or in a file.
  ///
  /// - Throws: ``Failure`` when they name none, and do not say either that there are none.
  func keychain() throws -> Keychain {
    if let text = privacyKey {
      if text.trimmingCharacters(in: .whitespaces) == "none" { return .none }
      do {
        return Keychain(try KeyRing(text: text))
      } catch {
        throw Failure.badData("TAMSHY_PRIVACY_KEY is not usable: \(error).")
      }
    }
    guard let path = privacyKeyFile else {
      throw Failure.unavailable(
        """
        No keys for the donors' identities are given. Make a file of them with
          tamshy keys create --file PATH
        and name it in TAMSHY_PRIVACY_KEY_FILE. To serve without them, so that nobody can be
        registered and no contact is shown, set TAMSHY_PRIVACY_KEY=none.
        """)
    }
    return try KeyFile(path: path).keychain()
  }
}

extension Registry {
  /// Compares the keys with the database's, before anything is served.
  func admit(_ keys: Keychain) async throws {
    guard let ring = keys.ring else { return }
    do {
      try await admit(ring, at: Date())
    } catch let mismatch as KeyMismatch {
      throw Failure.badData(mismatch.description)
    }
  }
}
