/// How long a deferral is meant to hold.
package enum DeferralKind: String, CaseIterable, Hashable, Sendable, Codable {
  /// Up to a day that is known.
  case temporary
  /// Until a doctor lifts it.
  case untilLifted = "until_lifted"
  /// For ever: it cannot be ended, only voided as a mistake.
  case permanent
}

/// Why donors are deferred, as the list of reasons has it.
package struct DeferralReason: Hashable, Sendable {
  /// The stable code, as policies and records name it: `tattoo_or_piercing`.
  package let code: String
  /// How long it usually holds, where the policy says nothing of it.
  package let kind: DeferralKind
  /// The words for those who write it down.
  package let text: Names
  /// The words that the donor may read: they name no diagnosis.
  package let forDonor: Names

  /// Describes a reason.
  package init(code: String, kind: DeferralKind, text: Names, forDonor: Names) {
    self.code = code
    self.kind = kind
    self.text = text
    self.forDonor = forDonor
  }
}

/// What the rules of a policy say of a reason and the day of its event.
package enum DeferralTerm: Hashable, Sendable {
  /// Up to the day before this one.
  case until(Day)
  /// Until a doctor lifts it, who also decides where the policy leaves it to him.
  case untilLifted
  /// For ever.
  case permanent
  /// It stands against nothing.
  case noBar
  /// The policy names no such reason, or no term for it.
  case unknown
}

extension Policy {
  /// How long a donor with this reason is deferred by the rules in force on a day.
  ///
  /// The term is counted in civil days and clamped months from the day of the event. Of
  /// several rules the longest counts.
  package func term(of reason: String, event: Day, on day: Day) -> DeferralTerm {
    let rules = deferrals.filter { $0.reason == reason && $0.isInForce(on: day) }
    if rules.contains(where: { $0.kind == .permanent }) { return .permanent }
    if rules.contains(where: { $0.kind == .untilLifted || $0.kind == .physician }) {
      return .untilLifted
    }
    let ends = rules.filter { $0.kind == .temporary }.compactMap(\.lasts)
      .map { event.adding($0) }
    if let last = ends.max() { return .until(last) }
    return rules.contains { $0.kind == .none } ? .noBar : .unknown
  }
}
