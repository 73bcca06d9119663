import Crypto
import Domain
import FoundationEssentials

/// The keys of identities: those that seal values, and those that look them up.
///
/// As text, a line for each key: what it is for, its number, and 256 bits in base64.
/// The first of each purpose is the current one; the others only read.
///
///     seal 2 3q2+7wAB…
///     seal 1 AAECAwQF…
///     lookup 1 EBESExQV…
package struct KeyRing: Sendable, Hashable, Redacted {
  package let keys: [Key]
  private let seals: [Key]
  private let lookups: [Key]

  /// What a key is for.
  package enum Purpose: String, Codable, Sendable, CaseIterable {
    /// Sealing values with AES-GCM.
    case seal
    /// Finding values by HMAC-SHA-256.
    case lookup
  }

  /// One key.
  package struct Key: Sendable, Hashable, Redacted {
    package let purpose: Purpose
    /// Told with every value that the key made; never given twice.
    package let number: Int
    let secret: Data
    /// The secret as ciphers take it, and a code that begins with it: to make them takes longer
    /// than to use them.
    let symmetric: SymmetricKey
    let begunCode: HMAC<SHA256>
    /// The number in two bytes, the first of every value that the key makes.
    let prefix: Data

    init(purpose: Purpose, number: Int, secret: Data) {
      self.purpose = purpose
      self.number = number
      self.secret = secret
      symmetric = SymmetricKey(data: secret)
      begunCode = HMAC(key: symmetric)
      prefix = Data([UInt8(number >> 8), UInt8(number & 0xFF)])
    }

    /// Whether they are for the same, by number and secret.
    package static func == (left: Key, right: Key) -> Bool {
      (left.purpose, left.number, left.secret) == (right.purpose, right.number, right.secret)
    }

    /// Hashes what makes two keys the same.
    package func hash(into hasher: inout Hasher) {
      hasher.combine(purpose)
      hasher.combine(number)
      hasher.combine(secret)
    }

    /// A key that nobody can guess.
    package static func random(_ purpose: Purpose, _ number: Int) -> Key {
      Key(
        purpose: purpose, number: number,
        secret: SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) })
    }

    /// What a database keeps to tell whether a server has the same key.
    var proof: Data {
      let text = "tamshy key \(purpose.rawValue) \(number)"
      return Data(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: symmetric))
    }

    /// The purpose and the number.
    package var description: String { "\(purpose.rawValue) \(number)" }
  }

  /// Takes keys, of each purpose at least one.
  ///
  /// - Throws: ``KeyRingMistake``
  package init(_ keys: [Key]) throws(KeyRingMistake) {
    for purpose in Purpose.allCases {
      let numbers = keys.filter { $0.purpose == purpose }.map(\.number)
      guard !numbers.isEmpty else { throw KeyRingMistake("it has no key of the kind \(purpose)") }
      guard Set(numbers).count == numbers.count else {
        throw KeyRingMistake("two keys of the kind \(purpose) have the same number")
      }
    }
    guard Set(keys.map(\.secret)).count == keys.count else {
      throw KeyRingMistake("two of its keys are the same")
    }
    self.keys = keys
    seals = keys.filter { $0.purpose == .seal }
    lookups = keys.filter { $0.purpose == .lookup }
  }

  /// A new key for each purpose.
  package static func random() throws(KeyRingMistake) -> KeyRing {
    try KeyRing(Purpose.allCases.map { Key.random($0, 1) })
  }

  /// The keys of a purpose, the current one first.
  package func keys(_ purpose: Purpose) -> [Key] {
    switch purpose {
    case .seal: seals
    case .lookup: lookups
    }
  }

  /// The key that makes new values.
  package func current(_ purpose: Purpose) -> Key {
    guard let key = keys(purpose).first else {
      preconditionFailure("a ring has keys of every purpose")
    }
    return key
  }

  func key(_ purpose: Purpose, _ number: Int) -> Key? {
    keys.first { $0.purpose == purpose && $0.number == number }
  }

  /// How many keys there are.
  package var description: String { "KeyRing of \(keys.count) keys" }
}

/// Why a text is no ring of keys; never a part of the text.
package struct KeyRingMistake: Error, Sendable, Hashable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}
