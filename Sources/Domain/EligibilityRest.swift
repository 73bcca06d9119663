extension EligibilityRules {
  /// The worst answer over all earlier donations, or a pass.
  func rest(on day: Day) -> Finding? {
    var worst: Finding?
    for donation in facts.donations where donation.outcome.countsForInterval {
      guard let found = rest(after: donation, on: day) else { continue }
      guard let clears = found.clearsOn else { return found }
      if let known = worst?.clearsOn, known >= clears { continue }
      worst = found
    }
    return worst ?? Finding(.interval, .pass, policy.record)
  }

  /// What stands against a donation after an earlier one; nil if nothing does.
  private func rest(after donation: PastDonation, on day: Day) -> Finding? {
    // Where a general and a special rule both apply, the longer rest counts.
    var longest: (rule: IntervalRule, clears: Day)?
    for rule in policy.intervals
    where rule.from.contains(donation.kind) && rule.to.contains(kind)
      && rule.sex.includes(facts.sex) && rule.isInForce(on: day)
    {
      let clears = donation.on.adding(rule.atLeast)
      if clears > longest?.clears ?? .first { longest = (rule, clears) }
    }
    guard let (rule, clears) = longest else {
      return Finding(.interval, .unknown, policy.record, .rest(donation, nil))
    }
    if day >= clears { return nil }
    return Finding(.interval, .refuse, rule, clearsOn: clears, .rest(donation, rule.atLeast))
  }
}

extension EligibilityRules {
  /// How much of what one rule allows in a period has been given already.
  func cap(_ rule: CapRule, on day: Day) -> Finding? {
    guard rule.isInForce(on: day) else { return nil }
    let code: RuleCode =
      rule.atMostMl != nil ? .volumeCap : rule.period.isYear ? .yearlyCap : .periodCap
    let limit = rule.atMostMl ?? rule.atMost ?? 0
    var given = 0
    for donation in facts.donations where rule.counts(donation, on: day) {
      given += amount(of: donation, rule)
    }
    let basis = Basis.cap(given: given, rule, atMost: limit)
    let surplus = given + nextAmount(rule) - limit
    if surplus <= 0 { return Finding(code, .pass, rule, basis) }
    return Finding(
      code, .refuse, rule, clearsOn: dayFreeing(surplus, of: rule, after: day), basis)
  }

  /// The day on which so many donations have left the period that there is room again.
  private func dayFreeing(_ surplus: Int, of rule: CapRule, after day: Day) -> Day? {
    let leaving = facts.donations.filter { rule.counts($0, on: day) }
      .map { (on: rule.period.end(after: $0.on), amount: amount(of: $0, rule)) }
      .sorted { $0.on < $1.on }
    var freed = 0
    for donation in leaving {
      freed += donation.amount
      if freed >= surplus { return donation.on }
    }
    return nil
  }

  private func amount(of donation: PastDonation, _ rule: CapRule) -> Int {
    guard rule.atMostMl != nil else { return 1 }
    return donation.volumeMl ?? policy.volume(of: donation.kind)?.target ?? 0
  }

  private func nextAmount(_ rule: CapRule) -> Int {
    rule.atMostMl == nil ? 1 : policy.volume(of: kind)?.target ?? 0
  }
}

extension CapRule {
  /// Whether a donation is still counted on a day.
  fileprivate func counts(_ donation: PastDonation, on day: Day) -> Bool {
    kinds.contains(donation.kind) && counts(donation.outcome)
      && period.end(after: donation.on) > day
  }

  private func counts(_ outcome: DonationOutcome) -> Bool {
    outcomes?.contains(outcome) ?? outcome.countsForInterval
  }
}

extension CapPeriod {
  /// The first day on which a donation given on `day` is no longer counted.
  fileprivate func end(after day: Day) -> Day {
    switch self {
    case .rolling(let term): day.adding(term)
    case .calendarYear: Day(year: day.year + 1, month: 1, day: 1) ?? .last
    }
  }

  /// Whether it is as long as a year.
  fileprivate var isYear: Bool {
    switch self {
    case .rolling(let term): Day.first.adding(term) >= Day.first.adding(years: 1)
    case .calendarYear: true
    }
  }

  /// How the gap of a sentence names it.
  var fact: String {
    switch self {
    case .rolling(let term): "\(term)"
    case .calendarYear: description
    }
  }
}
