/// What a password must be: long, and none that everybody tries first.
///
/// NIST SP 800-63B 5.1.1.2 and OWASP ASVS 5.0 V6.2: no rules of composition, no
/// expiry, twelve characters at least.
package enum PasswordRule {
  /// Characters at least.
  package static let shortest = 12
  /// Characters at most.
  package static let longest = 128

  /// What is wrong with a password; nil for one that will do.
  ///
  /// The text must be in NFC, the login folded.
  package static func mistake(
    in password: String, for login: String, among guesses: FirstGuesses
  ) -> PasswordMistake? {
    let length = password.unicodeScalars.count
    if length < shortest { return .tooShort }
    if length > longest { return .tooLong }
    let folded = password.lowercased()
    if guesses.contain(folded) || repeatsItself(folded) { return .common }
    let name = login.prefix { $0 != "@" }
    if folded == login || (name.count >= 4 && folded.contains(name)) { return .holdsLogin }
    return nil
  }

  /// Whether the text is a short piece over and over, or a run up or down.
  private static func repeatsItself(_ text: String) -> Bool {
    let scalars = Array(text.unicodeScalars.map(\.value))
    for period in 1...4
    where zip(scalars, scalars.dropFirst(period)).allSatisfy({ $0 == $1 }) {
      return true
    }
    let steps = Set(zip(scalars, scalars.dropFirst()).map { Int($1) - Int($0) })
    return steps == [1] || steps == [-1]
  }
}

/// Why a password is not taken.
package enum PasswordMistake: Hashable, Sendable, CaseIterable {
  case tooShort
  case tooLong
  case common
  case breached
  case holdsLogin

  /// The stable name of the mistake.
  package var code: String {
    switch self {
    case .tooShort: "password_too_short"
    case .tooLong: "password_too_long"
    case .common: "password_common"
    case .breached: "password_breached"
    case .holdsLogin: "password_holds_login"
    }
  }

  /// The numbers of its sentence.
  package var facts: [String: String] {
    switch self {
    case .tooShort: ["minimum": String(PasswordRule.shortest)]
    case .tooLong: ["limit": String(PasswordRule.longest)]
    case .common, .breached, .holdsLogin: [:]
    }
  }
}
