package import FoundationEssentials

/// Codes that a telephone makes of a secret and the time: RFC 6238, six digits, half a minute.
package enum OneTimeCodeRule {
  /// How long one code is shown.
  package static let seconds = 30
  /// How long a code that is no longer shown is still taken: somebody is typing it.
  package static let graceSeconds = 10
  /// Digits of a code.
  package static let digits = 6

  /// The periods whose code is taken at a moment: none that was used, and none before it.
  package static func periods(at now: Date, after last: Int) -> [Int] {
    let times = [now, now - Double(graceSeconds)]
    let periods = times.map { Int(($0.timeIntervalSince1970 / Double(seconds)).rounded(.down)) }
    return Array(Set(periods)).sorted().filter { $0 > last }
  }

  /// The digits of an authentication code, after RFC 4226, 5.3.
  package static func text(of code: [UInt8]) -> String {
    let start = Int((code.last ?? 0) & 15)
    let number = code.dropFirst(start).prefix(4).reduce(0) { $0 << 8 | Int($1) } & 0x7FFF_FFFF
    let text = String(number % 1_000_000)
    return String(repeating: "0", count: digits - text.count) + text
  }
}

/// Why a second factor is not made, confirmed or removed.
package enum SecondFactorRefusal: Refusal {
  case alreadyConfirmed
  case notMade

  /// The stable name of the rule.
  package var code: String {
    switch self {
    case .alreadyConfirmed: "second_factor_already_confirmed"
    case .notMade: "second_factor_not_made"
    }
  }
}
