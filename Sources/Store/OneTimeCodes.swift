import Crypto
import Domain
import FoundationEssentials
import Postgres
import SQL

/// What somebody types to prove that he has his telephone, or the sheet for the day without it.
package enum SecondFactorCode: Sendable, Hashable {
  case oneTime(String)
  case recovery(String)

  /// Reads what was typed, in any grouping; nil for what cannot be a code.
  package init?(_ typed: String) {
    let text = typed.lowercased().filter { !$0.isWhitespace && $0 != "-" }
    switch text.utf8.count {
    case OneTimeCodeRule.digits where text.utf8.allSatisfy { (48...57).contains($0) }:
      self = .oneTime(text)
    case ReadableSecret.length where text.allSatisfy { ReadableSecret.alphabet.contains($0) }:
      self = .recovery(text)
    default: return nil
    }
  }

  /// Of which sort it is, for the session and the audit.
  var sort: SessionFactor {
    switch self {
    case .oneTime: .oneTimeCode
    case .recovery: .recoveryCode
    }
  }
}

/// A secret of 125 random bits that can be read aloud and typed.
enum ReadableSecret {
  /// Crockford's: nobody takes one of its signs for another.
  static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")
  /// Letters without the hyphens between their groups.
  static let length = 25

  static func random() -> String {
    let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
    let letters = bytes.prefix(length).map { alphabet[Int($0 & 31)] }
    return stride(from: 0, to: length, by: 5)
      .map { String(letters[$0..<($0 + 5)]) }.joined(separator: "-")
  }

  /// Under what it is kept: enough random bits need no slow hash.
  static func digest(_ text: String) -> Data {
    Data(SHA256.hash(data: Data(text.filter { $0 != "-" }.utf8)))
  }
}

/// What a telephone makes its codes of.
struct OneTimeSecret: Sendable {
  let bytes: Data

  init(bytes: Data) { self.bytes = bytes }

  /// 160 random bits, as RFC 4226 asks.
  static func random() -> OneTimeSecret {
    OneTimeSecret(bytes: SymmetricKey(size: .bits256).withUnsafeBytes { Data($0.prefix(20)) })
  }

  /// The code of a period.
  ///
  /// Telephones know this hash alone; that it has collisions does an HMAC no harm.
  func code(in period: Int) -> String {
    let counter = Data((0..<8).map { UInt8(truncatingIfNeeded: period >> (56 - 8 * $0)) })
    let code = HMAC<Insecure.SHA1>.authenticationCode(
      for: counter, using: SymmetricKey(data: bytes))
    return OneTimeCodeRule.text(of: Array(code))
  }

  /// As telephones are told: base32 of RFC 4648.
  var text: String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    let bits = bytes.flatMap { byte in (0..<8).map { byte >> (7 - $0) & 1 } }
    return String(
      stride(from: 0, to: bits.count, by: 5).map { start in
        alphabet[bits[start..<min(start + 5, bits.count)].reduce(0) { $0 << 1 | Int($1) }]
      })
  }
}

extension Transaction {
  /// Uses a code up; false for one that is not good, or no longer.
  func use(
    _ code: SecondFactorCode, of account: ID<Account>, at now: Date, with keys: Keychain
  ) throws -> Bool {
    switch code {
    case .recovery(let text):
      return try run(.useRecoveryCode, account, ReadableSecret.digest(text), now) == 1
    case .oneTime(let digits):
      // Without keys no secret can be read, and no code is good.
      guard keys.ring != nil, let factor = try secondFactor(of: account) else { return false }
      let secret = try factor.opened(of: account, with: keys)
      let periods = OneTimeCodeRule.periods(at: now, after: factor.lastPeriod)
      guard let period = periods.first(where: { secret.code(in: $0) == digits }) else {
        return false
      }
      try run(.noteCodeUse, account, period)
      return true
    }
  }
}
