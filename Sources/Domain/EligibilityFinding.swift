/// One rule's answer before it is put into words.
///
/// It points at what it rests on instead of copying it: most answers are a
/// pass that nobody reads.
struct Finding {
  /// The stable name of the rule.
  var code: RuleCode
  var outcome: RuleOutcome.Verdict
  /// The first day on which the answer is a pass, as far as this rule knows.
  var clearsOn: Day?
  var basis: Basis
  let source: String
  let legalStatus: LegalStatus

  init(
    _ code: RuleCode, _ outcome: RuleOutcome.Verdict, _ rule: some Cited, clearsOn: Day? = nil,
    _ basis: Basis = .none
  ) {
    self.code = code
    self.outcome = outcome
    self.clearsOn = outcome == .pass ? nil : clearsOn
    self.basis = basis
    source = rule.source
    legalStatus = rule.legalStatus
  }
}

/// The stable names of the rules.
enum RuleCode: Hashable {
  case kind, age(Bound), deferral, reactive, interval, yearlyCap, periodCap, volumeCap, answers
  case sign(VitalSign, Bound)

  /// The side on which a bound lies.
  enum Bound: String { case minimum, maximum }

  var text: String {
    switch self {
    case .kind: "kind_not_governed"
    case .age(let bound): "age_\(bound.rawValue)"
    case .deferral: "donor_deferred"
    case .reactive: "reactive_result"
    case .interval: "interval_not_elapsed"
    case .yearlyCap: "yearly_cap_reached"
    case .periodCap: "period_cap_reached"
    case .volumeCap: "volume_cap_reached"
    case .answers: "questionnaire"
    case .sign(let sign, let bound): "\(sign.name)_\(bound.rawValue)"
    }
  }
}

/// What an answer rests on.
enum Basis {
  case none
  case kind(DonationKind)
  case age(Int, RuleCode.Bound, Int)
  case deferral(OpenDeferral)
  case rest(PastDonation, Term?)
  case cap(given: Int, CapRule, atMost: Int)
  case sign(VitalSign, Double?, RuleCode.Bound, Double)
  case answer(ToldReason, DeferralRule?, until: Day?)

  /// What fills the gaps of the sentence.
  var facts: [String: String] {
    switch self {
    case .none: [:]
    case .kind(let kind): ["kind": kind.rawValue]
    case .age(let age, let bound, let limit):
      ["age": "\(age)", bound.rawValue: "\(limit)"]
    case .deferral(let deferral): deferral.facts
    case .rest(let donation, let term):
      ["previous": donation.kind.rawValue, "previous_on": "\(donation.on)"]
        .adding("at_least", term?.description)
    case .cap(let given, let rule, let atMost):
      ["count": "\(given)", "at_most": "\(atMost)", "period": rule.period.fact]
    case .sign(let sign, let value, let bound, let limit):
      ["sign": sign.rawValue, bound.rawValue: plain(limit)].adding("value", value.map(plain))
    case .answer(let answer, let rule, let until):
      ["reason": answer.reason]
        .adding("until", until?.description)
        .adding("term", rule.map { until == nil ? $0.kind.rawValue : "temporary" })
    }
  }
}

extension OpenDeferral {
  fileprivate var facts: [String: String] {
    ["reason": reason, "from": "\(from)", "until": end?.description ?? ""]
      .adding("term", end != nil ? "temporary" : isPermanent == true ? "permanent" : "until_lifted")
  }
}

extension [String: String] {
  fileprivate func adding(_ name: String, _ value: String?) -> Self {
    guard let value else { return self }
    return merging([name: value]) { _, new in new }
  }
}

/// A number without a fraction it does not have: `125`, `37.5`.
private func plain(_ number: Double) -> String {
  Int(exactly: number).map(String.init) ?? "\(number)"
}

extension RuleOutcome {
  /// Puts a finding into words as far as the domain goes.
  init(_ finding: Finding) {
    self.init(
      code: finding.code.text, outcome: finding.outcome, clearsOn: finding.clearsOn,
      explanation: nil, facts: finding.basis.facts, source: finding.source,
      legalStatus: finding.legalStatus, legalNote: nil)
  }
}
