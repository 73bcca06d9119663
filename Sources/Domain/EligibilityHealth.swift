extension EligibilityRules {
  func deferral(_ deferral: OpenDeferral, on day: Day) -> Finding? {
    guard deferral.holds(against: kind, on: day) else { return nil }
    return Finding(
      .deferral, .refuse, policy.record, clearsOn: deferral.end, .deferral(deferral))
  }

  /// A pass where no deferral holds; the ones that do speak for themselves.
  func noDeferral(on day: Day) -> Finding? {
    for deferral in facts.deferrals where deferral.holds(against: kind, on: day) { return nil }
    return Finding(.deferral, .pass, policy.record)
  }
}

extension EligibilityRules {
  /// A reactive result bars for ever unless a rule names an end.
  func reactive(_ result: ReactiveResult, on day: Day) -> Finding? {
    guard result.on <= day else { return nil }
    let rule = policy.reactives.first { $0.concerns(result.marker) && $0.isInForce(on: day) }
    guard let rule else { return Finding(.reactive, .refuse, policy.record) }
    let clears = rule.barsFor.map { result.on.adding($0) }
    if let clears, clears <= day { return nil }
    return Finding(.reactive, .refuse, rule, clearsOn: clears)
  }

  func noReactive(on day: Day) -> Finding? {
    for result in facts.reactives where reactive(result, on: day) != nil { return nil }
    return Finding(.reactive, .pass, policy.record)
  }
}

extension EligibilityRules {
  /// Whether a rule on a sign asks for a measurement of this donor.
  func concerns(_ rule: SignRule) -> Bool {
    facts.examination != nil && rule.kinds.includes(kind) && rule.sex.includes(facts.sex)
      && rule.concerns(regular: hasGiven)
  }

  /// A measurement speaks for its own day; the next day it has to be taken again.
  func sign(
    _ rule: SignRule, _ bound: RuleCode.Bound, _ limit: Double, on day: Day
  ) -> Finding? {
    guard let examination = facts.examination, examination.on == day, rule.isInForce(on: day)
    else { return nil }
    let value = examination.measured[rule.sign]
    let code = RuleCode.sign(rule.sign, bound)
    let basis = Basis.sign(rule.sign, value, bound, limit)
    let tomorrow = day.adding(days: 1)
    guard let value else { return Finding(code, .unknown, rule, clearsOn: tomorrow, basis) }
    let isWithin = bound == .minimum ? value >= limit : value <= limit
    return Finding(
      code, isWithin ? .pass : rule.beyond.verdict, rule, clearsOn: tomorrow, basis)
  }
}

extension EligibilityRules {
  /// What an answer of the questionnaire means; nil if it stands against nothing.
  func answer(_ answer: ToldReason, on day: Day) -> Finding? {
    if let on = answer.on, on > day { return nil }
    var isKnown = false
    var worst: Finding?
    for rule in policy.deferrals where rule.reason == answer.reason && rule.isInForce(on: day) {
      isKnown = true
      guard rule.kinds.includes(kind), let found = self.answer(answer, rule, on: day) else {
        continue
      }
      if worst?.clearsOn.map({ $0 < found.clearsOn ?? .last }) ?? (worst == nil) { worst = found }
    }
    if isKnown { return worst }
    return Finding(.answers, .unknown, policy.record, .answer(answer, nil, until: nil))
  }

  private func answer(_ answer: ToldReason, _ rule: DeferralRule, on day: Day) -> Finding? {
    func against(_ outcome: RuleOutcome.Verdict, _ until: Day? = nil) -> Finding {
      Finding(.answers, outcome, rule, clearsOn: until, .answer(answer, rule, until: until))
    }
    switch rule.kind {
    case .none: return nil
    case .physician: return against(.refer)
    case .permanent, .untilLifted: return against(.refuse)
    case .temporary:
      guard let on = answer.on, let term = rule.term(for: answer) else { return against(.unknown) }
      let clears = on.adding(term)
      return day < clears ? against(.refuse, clears) : nil
    }
  }

  /// A pass where the questionnaire was filled in and nothing stands against it.
  func noAnswer(on day: Day) -> Finding? {
    guard let answers = facts.answers else { return nil }
    for answer in answers where self.answer(answer, on: day) != nil { return nil }
    return Finding(.answers, .pass, policy.record)
  }
}
