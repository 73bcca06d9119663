/// The rules of eligibility for one donor, one kind of donation and one policy.
struct EligibilityRules {
  let facts: DonorFacts
  let kind: DonationKind
  let policy: Policy
  /// Whether blood was ever drawn from this donor.
  let hasGiven: Bool

  init(facts: DonorFacts, kind: DonationKind, policy: Policy) {
    self.facts = facts
    self.kind = kind
    self.policy = policy
    hasGiven = facts.donations.contains { $0.outcome.countsForInterval }
  }

  /// One thing to ask, always the same on every day.
  enum Question {
    case kind
    case age(AgeRule, RuleCode.Bound, Int)
    /// Whether no deferral holds at all.
    case noDeferral
    case deferral(OpenDeferral)
    case noReactive
    case reactive(ReactiveResult)
    case rest
    case cap(CapRule)
    case sign(SignRule, RuleCode.Bound, Double)
    /// Whether no answer stands against the donation.
    case noAnswer
    case answer(ToldReason)
  }

  /// The answer to a question on a day; nil where no rule in force asks it.
  func answer(_ question: Question, on day: Day) -> Finding? {
    switch question {
    case .kind: kindFinding()
    case .age(let rule, let bound, let limit): age(rule, bound, limit, on: day)
    case .noDeferral: noDeferral(on: day)
    case .deferral(let deferral): self.deferral(deferral, on: day)
    case .noReactive: noReactive(on: day)
    case .reactive(let result): reactive(result, on: day)
    case .rest: rest(on: day)
    case .cap(let rule): cap(rule, on: day)
    case .sign(let rule, let bound, let limit): sign(rule, bound, limit, on: day)
    case .noAnswer: noAnswer(on: day)
    case .answer(let answer): self.answer(answer, on: day)
    }
  }

  /// Every question in the order in which answers are explained, until `body` has heard enough.
  private func ask(_ body: (Question) -> Bool) {
    guard body(.kind) else { return }
    for rule in policy.ages where rule.kinds.includes(kind) && rule.concerns(regular: hasGiven) {
      if let minimum = rule.minimum { guard body(.age(rule, .minimum, minimum)) else { return } }
      if let maximum = rule.maximum { guard body(.age(rule, .maximum, maximum)) else { return } }
    }
    for deferral in facts.deferrals { guard body(.deferral(deferral)) else { return } }
    guard body(.noDeferral) else { return }
    for result in facts.reactives { guard body(.reactive(result)) else { return } }
    guard body(.noReactive), body(.rest) else { return }
    for rule in policy.caps where rule.kinds.contains(kind) && rule.sex.includes(facts.sex) {
      guard body(.cap(rule)) else { return }
    }
    for rule in policy.signs where concerns(rule) {
      if let minimum = rule.minimum { guard body(.sign(rule, .minimum, minimum)) else { return } }
      if let maximum = rule.maximum { guard body(.sign(rule, .maximum, maximum)) else { return } }
    }
    for answer in facts.answers ?? [] { guard body(.answer(answer)) else { return } }
    _ = body(.noAnswer)
  }

  /// Whether every rule passes on a day.
  func pass(on day: Day) -> Bool {
    var passes = true
    ask { question in
      if let found = answer(question, on: day), found.outcome != .pass { passes = false }
      return passes
    }
    return passes
  }

  /// Every rule's answer on a day, each with the day on which it really clears.
  func findings(on day: Day) -> [Finding] {
    var findings: [Finding] = []
    ask { question in
      guard var finding = answer(question, on: day) else { return true }
      if finding.outcome != .pass { finding.clearsOn = firstPass(question, from: day) }
      findings.append(finding)
      return true
    }
    return findings
  }
}

extension EligibilityRules {
  /// The first day from `start` on which every rule passes.
  ///
  /// A rule that refuses names the day it clears, and does not pass before
  /// it; so the search may leap from the latest of these days to the next.
  func firstClearDay(from start: Day, _ findings: [Finding]) -> Day? {
    var (day, findings) = (start, findings)
    while true {
      var latest = day
      var isClear = true
      for finding in findings where finding.outcome != .pass {
        guard let clears = finding.clearsOn else { return nil }
        latest = max(latest, clears)
        isClear = false
      }
      if isClear { return day }
      guard latest > day else { return nil }
      day = latest
      if pass(on: day) { return day }
      findings = self.findings(on: day)
    }
  }

  /// The first day from `start` on which one question is answered with a pass.
  ///
  /// An answer's own day counts on the rules staying as they are, so the
  /// search halts where one comes into force or goes out of it.
  private func firstPass(_ question: Question, from start: Day) -> Day? {
    var day = start
    while true {
      guard let finding = answer(question, on: day), finding.outcome != .pass else { return day }
      let change = policy.nextChange(after: day)
      guard let next = [finding.clearsOn, change].compactMap({ $0 }).filter({ $0 > day }).min()
      else { return nil }
      day = next
    }
  }
}

extension EligibilityRules {
  private func kindFinding() -> Finding? {
    policy.kinds.contains(kind)
      ? nil : Finding(.kind, .unknown, policy.record, .kind(kind))
  }

  private func age(_ rule: AgeRule, _ bound: RuleCode.Bound, _ limit: Int, on day: Day) -> Finding?
  {
    guard rule.isInForce(on: day) else { return nil }
    let age = facts.birthDate.age(on: day)
    let isWithin = bound == .minimum ? age >= limit : age <= limit
    return Finding(
      .age(bound), isWithin ? .pass : rule.beyond.verdict, rule,
      clearsOn: bound == .minimum ? facts.birthDate.birthday(age: limit) : nil,
      .age(age, bound, limit))
  }
}

/// The donor's own record, where the answer rests on it and on no rule of a policy.
struct DonorRecord: Cited {
  let source: String
  let legalStatus: LegalStatus
}

extension Policy {
  /// What an answer cites that rests on the record alone.
  var record: DonorRecord { DonorRecord(source: "\(identity)", legalStatus: .confirmed) }
}

extension Optional where Wrapped == Beyond {
  /// Outside a bound nobody may give, unless the rule leaves it to a physician.
  var verdict: RuleOutcome.Verdict { self == .refer ? .refer : .refuse }
}

extension Optional where Wrapped == [DonationKind] {
  /// A rule that names no kinds concerns all of them.
  func includes(_ kind: DonationKind) -> Bool { self?.contains(kind) ?? true }
}

extension Optional where Wrapped == Sex {
  /// A rule that names no sex concerns both.
  func includes(_ sex: Sex) -> Bool { self == nil || self == sex }
}
