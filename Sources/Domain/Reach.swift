package import FoundationEssentials

/// What decides whether a donor may be spoken to.
package struct ReachFacts: Codable, Sendable, Hashable {
  package let state: DonorState
  /// The ways that lead to the donor, by contacts in use.
  package let channels: [Channel]
  package let consents: [GivenConsent]
  /// What the donor said last.
  package let unavailableUntil: Day?
  package let attempts: [PastContact]

  /// Gathers the facts.
  package init(
    state: DonorState = .active, channels: [Channel], consents: [GivenConsent] = [],
    unavailableUntil: Day? = nil, attempts: [PastContact] = []
  ) {
    self.state = state
    self.channels = channels
    self.consents = consents
    self.unavailableUntil = unavailableUntil
    self.attempts = attempts
  }
}

/// A consent as rules see it.
package struct GivenConsent: Codable, Sendable, Hashable {
  package let purpose: Purpose
  package let channel: Channel
  package let givenAt: Date
  package let withdrawnAt: Date?

  /// Names a consent.
  package init(purpose: Purpose, channel: Channel, givenAt: Date, withdrawnAt: Date? = nil) {
    self.purpose = purpose
    self.channel = channel
    self.givenAt = givenAt
    self.withdrawnAt = withdrawnAt
  }
}

/// An attempt to speak to the donor, as rules see it.
package struct PastContact: Codable, Sendable, Hashable {
  package let purpose: Purpose
  package let at: Date
  package let outcome: ContactOutcome

  /// Names an attempt.
  package init(purpose: Purpose, at: Date, outcome: ContactOutcome) {
    self.purpose = purpose
    self.at = at
    self.outcome = outcome
  }
}

/// How often one donor may be spoken to.
package struct ContactLimitRule: Cited, Codable {
  /// The purposes counted together, or all.
  package let purposes: [Purpose]?
  /// The number that may not be exceeded.
  package let atMost: Int
  /// In any such time.
  package let period: Term
  package let source: String
  package let legalStatus: LegalStatus

  private enum CodingKeys: String, CodingKey {
    case purposes, period, source
    case atMost = "at_most"
    case legalStatus = "legal_status"
  }
}

/// Whether a donor may be spoken to on a day, and every rule's word on it.
package struct ReachDecision: Codable, Sendable, Hashable {
  package let purpose: Purpose
  package let channel: Channel
  /// True if every rule passes.
  package let reachable: Bool
  /// The first day, not before the one asked about, on which every rule passes; null while
  /// somebody has to do something first.
  @OrNull package var firstReachableOn: Day?
  package let policy: PolicyVersion
  package var rules: [RuleOutcome]

  private enum CodingKeys: String, CodingKey {
    case purpose, channel, reachable, policy, rules
    case firstReachableOn = "first_reachable_on"
  }
}

/// The one place where it is decided whether a donor may be spoken to.
package enum Reach {
  /// Says yes or no for a purpose, a channel and a day in a zone, and why.
  package static func decide(
    _ facts: ReachFacts, _ purpose: Purpose, by channel: Channel, on day: Day, in zone: TimeZone,
    policy: Policy
  ) -> ReachDecision {
    let question = ReachQuestion(
      facts: facts, purpose: purpose, channel: channel, zone: zone, policy: policy)
    let rules = question.rules(on: day)
    return ReachDecision(
      purpose: purpose, channel: channel, reachable: rules.allSatisfy { $0.outcome == .pass },
      firstReachableOn: question.firstDay(from: day, rules), policy: policy.identity, rules: rules)
  }
}

/// What is asked, with all that is needed to answer.
private struct ReachQuestion {
  let facts: ReachFacts
  let purpose: Purpose
  let channel: Channel
  let zone: TimeZone
  let policy: Policy

  func rules(on day: Day) -> [RuleOutcome] {
    [isActive, isKnown, consent(on: day), availability(on: day)]
      + (policy.contactLimits ?? []).filter { $0.purposes?.contains(purpose) ?? true }
      .map { limit($0, on: day) }
  }

  /// The first day on which all rules pass; nil if one waits for somebody to act.
  func firstDay(from day: Day, _ rules: [RuleOutcome]) -> Day? {
    let refusals = rules.filter { $0.outcome != .pass }
    let days = refusals.compactMap(\.clearsOn)
    guard days.count == refusals.count else { return nil }
    return days.max() ?? day
  }

  private var isActive: RuleOutcome {
    outcome("donor_active", facts.state == .active, Practice.ofRegister)
  }

  private var isKnown: RuleOutcome {
    outcome(
      "contact_known", facts.channels.contains(channel), Practice.ofRegister,
      ["channel": channel.rawValue])
  }

  /// The last word on purpose and channel counts: a consent that is older than a withdrawal
  /// was withdrawn with it.
  private func consent(on day: Day) -> RuleOutcome {
    let given = facts.consents.filter { consent in
      consent.purpose == purpose && consent.channel == channel
        && Day(consent.givenAt, in: zone) <= day
    }
    let withdrawal = given.compactMap(\.withdrawnAt).filter { Day($0, in: zone) <= day }.max()
    let holds = given.contains { consent in
      let isWithdrawn = consent.withdrawnAt.map { Day($0, in: zone) <= day } ?? false
      return !isWithdrawn && withdrawal.map { consent.givenAt > $0 } ?? true
    }
    var told = ["purpose": purpose.rawValue, "channel": channel.rawValue]
    if !holds, let withdrawal {
      told["term"] = "withdrawn"
      told["withdrawn_on"] = "\(Day(withdrawal, in: zone))"
    }
    return outcome("consent_given", holds, Practice.ofLaw, told)
  }

  private func availability(on day: Day) -> RuleOutcome {
    let until = facts.unavailableUntil.flatMap { $0 > day ? $0 : nil }
    return outcome(
      "donor_available", until == nil, Practice.ofRegister,
      until.map { ["until": "\($0)"] } ?? [:], clearsOn: until)
  }

  private func limit(_ rule: ContactLimitRule, on day: Day) -> RuleOutcome {
    let ends = facts.attempts.filter { attempt in
      attempt.outcome != .wrongNumber && rule.purposes?.contains(attempt.purpose) ?? true
        && Day(attempt.at, in: zone) <= day
    }
    .map { Day($0.at, in: zone).adding(rule.period) }.filter { $0 > day }.sorted()
    // So many have to leave the period that there is room for one.
    let surplus = ends.count + 1 - rule.atMost
    return outcome(
      "contact_limit_reached", surplus <= 0, rule,
      ["count": "\(ends.count)", "at_most": "\(rule.atMost)", "period": "\(rule.period)"],
      clearsOn: surplus > 0 && surplus <= ends.count ? ends[surplus - 1] : nil)
  }

  private func outcome(
    _ code: String, _ passes: Bool, _ rule: some Cited, _ facts: [String: String] = [:],
    clearsOn: Day? = nil
  ) -> RuleOutcome {
    RuleOutcome(
      code: code, outcome: passes ? .pass : .refuse, clearsOn: passes ? nil : clearsOn,
      explanation: nil, facts: facts, source: rule.source, legalStatus: rule.legalStatus,
      legalNote: nil)
  }
}

/// Where rules come from that are no numbers.
private struct Practice: Cited {
  let source: String
  let legalStatus: LegalStatus

  static let ofRegister = Practice(
    source: "Practice of this register; no legal text read", legalStatus: .draft)
  static let ofLaw = Practice(
    source: "Law 94-V of 21 May 2013 on personal data: consent and its withdrawal; text not read",
    legalStatus: .draft)
}
