internal import CArgon2

/// Argon2id, by the reference library: hashes of passwords with their parameters.
package enum Argon2 {
  /// What a hash costs; it stands in the hash itself.
  package struct Cost: Hashable, Sendable {
    package let kibibytes: UInt32
    package let passes: UInt32
    package let lanes: UInt32

    /// Names a cost.
    package init(kibibytes: UInt32, passes: UInt32, lanes: UInt32) {
      self.kibibytes = kibibytes
      self.passes = passes
      self.lanes = lanes
    }

    /// The first choice of the OWASP Password Storage Cheat Sheet: m=19456, t=2, p=1.
    package static let owasp = Cost(kibibytes: 19_456, passes: 2, lanes: 1)

    /// How every hash of this cost begins.
    package var prefix: String { "$argon2id$v=19$m=\(kibibytes),t=\(passes),p=\(lanes)$" }
  }

  /// The library could not do its work, for want of memory most likely.
  package struct Failure: Error {
    /// The code of `argon2.h`.
    package let code: Int32
  }

  /// The hash of a password as text, in the PHC string format.
  package static func hash(
    _ password: [UInt8], salt: [UInt8], cost: Cost
  ) throws(Failure) -> String {
    let length = 32
    let size = argon2_encodedlen(
      cost.passes, cost.kibibytes, cost.lanes, UInt32(salt.count), UInt32(length), Argon2_id)
    var encoded = [CChar](repeating: 0, count: size)
    // Safe because the library writes at most `size` bytes, the terminating zero included.
    let code = unsafe argon2id_hash_encoded(
      cost.passes, cost.kibibytes, cost.lanes, password, password.count, salt, salt.count,
      length, &encoded, size)
    guard code == ARGON2_OK.rawValue else { throw Failure(code: code) }
    return String(
      decoding: encoded.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Whether a password is the one of a hash, compared in constant time.
  package static func verify(_ password: [UInt8], against hash: String) throws(Failure) -> Bool {
    // Safe because both pointers live as long as the call.
    let code = unsafe argon2id_verify(hash, password, password.count)
    if code == ARGON2_OK.rawValue { return true }
    if code == ARGON2_VERIFY_MISMATCH.rawValue { return false }
    throw Failure(code: code)
  }
}
