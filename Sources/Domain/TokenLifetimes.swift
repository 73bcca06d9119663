package import FoundationEssentials

extension AccountKind {
  /// The longest that a token may live, in days: a program is looked after for years, a
  /// person signs in anyway.
  package var longestTokenDays: Int {
    switch self {
    case .person: 365
    case .machine: 5 * 365
    }
  }

  /// Whether a token of such an account may end then.
  package func admits(tokenUntil end: Date, from now: Date) -> Bool {
    end <= now + Double(longestTokenDays) * 86_400
  }
}
