/// The rules of eligibility for one donor, one kind of donation and one policy.
struct EligibilityRules {
  let facts: DonorFacts
  let kind: DonationKind
  let policy: Policy

  /// Every rule's answer on a day, in the order they are explained.
  func outcomes(on day: Day) -> [RuleOutcome] {
    ages(on: day) + deferrals(on: day) + intervals(on: day) + caps(on: day)
  }

  /// The first day from `start` on which every rule passes.
  ///
  /// A rule that refuses names the day it clears, and does not pass before
  /// it; so the search may leap from the latest of these days to the next.
  func firstClearDay(from start: Day, _ outcomes: [RuleOutcome]) -> Day? {
    var (day, outcomes) = (start, outcomes)
    while true {
      let blocking = outcomes.filter { $0.outcome != .pass }
      if blocking.isEmpty { return day }
      let clears = blocking.compactMap(\.clearsOn)
      guard clears.count == blocking.count, let latest = clears.max(), latest > day else {
        return nil
      }
      day = latest
      outcomes = self.outcomes(on: day)
    }
  }
}

extension EligibilityRules {
  private func ages(on day: Day) -> [RuleOutcome] {
    let age = facts.birthDate.age(on: day)
    let hasGiven = facts.donations.contains { $0.outcome.countsForInterval }
    return policy.ages.flatMap { rule -> [RuleOutcome] in
      guard rule.kinds?.contains(kind) ?? true, !(rule.firstTime == true && hasGiven) else {
        return []
      }
      let beyond: RuleOutcome.Verdict = rule.beyond == .refer ? .refer : .refuse
      var found: [RuleOutcome] = []
      if let minimum = rule.minimum {
        found.append(
          RuleOutcome(
            "age_minimum", age >= minimum ? .pass : beyond, rule,
            clearsOn: facts.birthDate.birthday(age: minimum),
            ["age": "\(age)", "minimum": "\(minimum)"]))
      }
      if let maximum = rule.maximum {
        found.append(
          RuleOutcome(
            "age_maximum", age <= maximum ? .pass : beyond, rule,
            ["age": "\(age)", "maximum": "\(maximum)"]))
      }
      return found
    }
  }

  /// One answer for each deferral that holds, or one pass.
  private func deferrals(on day: Day) -> [RuleOutcome] {
    let holding = facts.deferrals.filter { deferral in
      deferral.from <= day && deferral.until.map { day < $0 } ?? true
    }
    guard !holding.isEmpty else { return [RuleOutcome("donor_deferred", .pass, policy.record)] }
    return holding.map { deferral in
      RuleOutcome(
        "donor_deferred", .refuse, policy.record, clearsOn: deferral.until,
        [
          "reason": deferral.reason, "from": "\(deferral.from)",
          "until": deferral.until?.description ?? "",
        ])
    }
  }
}

extension EligibilityRules {
  /// The worst answer over all earlier donations, or a pass.
  private func intervals(on day: Day) -> [RuleOutcome] {
    var worst: RuleOutcome?
    for donation in facts.donations where donation.outcome.countsForInterval {
      let found = interval(after: donation, on: day)
      guard found.outcome != .pass else { continue }
      guard let clears = found.clearsOn else { return [found] }
      if let known = worst?.clearsOn, known >= clears { continue }
      worst = found
    }
    return [worst ?? RuleOutcome("interval_not_elapsed", .pass, policy.record)]
  }

  private func interval(after donation: PastDonation, on day: Day) -> RuleOutcome {
    let rules = policy.intervals.filter { rule in
      rule.from.contains(donation.kind) && rule.to.contains(kind) && rule.concerns(facts.sex)
    }
    func clears(_ rule: IntervalRule) -> Day { donation.on.adding(rule.atLeast) }
    var given = ["previous": donation.kind.rawValue, "previous_on": "\(donation.on)"]
    // Where a general and a special rule both apply, the longer rest counts.
    guard let rule = rules.max(by: { clears($0) < clears($1) }) else {
      return RuleOutcome("interval_not_elapsed", .unknown, policy.record, given)
    }
    given["at_least"] = "\(rule.atLeast)"
    return RuleOutcome(
      "interval_not_elapsed", day >= clears(rule) ? .pass : .refuse, rule,
      clearsOn: clears(rule), given)
  }

  private func caps(on day: Day) -> [RuleOutcome] {
    policy.caps.filter { $0.kinds.contains(kind) && $0.concerns(facts.sex) }.map { rule in
      // The day on which each donation of the year stops being counted.
      let leaves = facts.donations
        .filter { $0.outcome.countsForInterval && rule.kinds.contains($0.kind) }
        .map { rule.period.end(after: $0.on) }
        .filter { $0 > day }
        .sorted()
      let given = ["count": "\(leaves.count)", "at_most": "\(rule.atMost)"]
      let surplus = leaves.count - rule.atMost
      guard surplus >= 0 else { return RuleOutcome("yearly_cap_reached", .pass, rule, given) }
      return RuleOutcome(
        "yearly_cap_reached", .refuse, rule,
        clearsOn: leaves.indices.contains(surplus) ? leaves[surplus] : nil, given)
    }
  }
}

extension CapPeriod {
  /// The first day on which a donation given on `day` is no longer counted.
  fileprivate func end(after day: Day) -> Day {
    switch self {
    case .rollingYear: day.adding(months: 12)
    case .calendarYear: Day(year: day.year + 1, month: 1, day: 1) ?? .last
    }
  }
}

extension IntervalRule {
  fileprivate func concerns(_ sex: Sex) -> Bool { self.sex == nil || self.sex == sex }
}

extension CapRule {
  fileprivate func concerns(_ sex: Sex) -> Bool { self.sex == nil || self.sex == sex }
}

extension RuleOutcome {
  /// An answer; a pass has no day on which it clears.
  fileprivate init(
    _ code: String, _ outcome: Verdict, _ rule: some Cited, clearsOn: Day? = nil,
    _ facts: [String: String] = [:]
  ) {
    self.init(
      code: code, outcome: outcome, clearsOn: outcome == .pass ? nil : clearsOn,
      explanation: nil, facts: facts, source: rule.source, legalStatus: rule.legalStatus)
  }
}

/// The donor's own record, where the answer rests on it and on no rule of a policy.
private struct DonorRecord: Cited {
  let source: String
  let legalStatus: LegalStatus
}

extension Policy {
  fileprivate var record: some Cited {
    DonorRecord(source: "\(identity)", legalStatus: .confirmed)
  }
}
