/// What is known of a donor that decides whether they may give.
package struct DonorFacts: Hashable, Sendable {
  package let sex: Sex
  package let birthDate: Day
  /// Every deferral on record, also past ones.
  package let deferrals: [OpenDeferral]
  /// Every earlier donation, also of other kinds and of other outcomes.
  package private(set) var donations: [PastDonation]
  /// Every test of an earlier donation that was reactive.
  package let reactives: [ReactiveResult]
  /// Today's measurements; nil while nobody has examined the donor.
  package let examination: Examination?
  /// What the questionnaire brought up; nil while it was not filled in.
  package let answers: [ToldReason]?

  /// Gathers the facts.
  package init(
    sex: Sex, birthDate: Day, deferrals: [OpenDeferral] = [], donations: [PastDonation] = [],
    reactives: [ReactiveResult] = [], examination: Examination? = nil, answers: [ToldReason]? = nil
  ) {
    self.sex = sex
    self.birthDate = birthDate
    self.deferrals = deferrals
    self.donations = donations
    self.reactives = reactives
    self.examination = examination
    self.answers = answers
  }

  /// The same donor after one more donation.
  package func having(given donation: PastDonation) -> DonorFacts {
    var facts = self
    facts.donations.append(donation)
    return facts
  }
}

/// A reason not to give, for a while or for good.
package struct OpenDeferral: Hashable, Sendable, Codable {
  /// The stable code of the reason.
  package let reason: String
  /// The first day it holds.
  package let from: Day
  /// The first day on which the donor may give again; nothing if it has no end.
  package let until: Day?
  /// True where no end is to be expected; otherwise one without an end waits to be lifted.
  package let isPermanent: Bool?
  /// The kinds of donation it stands against, or all.
  package let kinds: [DonationKind]?
  /// The day on which it was lifted; it has counted up to the day before.
  package let endedOn: Day?
  /// The day on which it was found to be a mistake; then it has never counted.
  package let voidedOn: Day?

  /// Holds from `from` up to the day before `until`.
  package init(
    reason: String, from: Day, until: Day?, isPermanent: Bool? = nil,
    kinds: [DonationKind]? = nil, endedOn: Day? = nil, voidedOn: Day? = nil
  ) {
    self.reason = reason
    self.from = from
    self.until = until
    self.isPermanent = isPermanent
    self.kinds = kinds
    self.endedOn = endedOn
    self.voidedOn = voidedOn
  }

  /// The first day on which it no longer holds, however that came.
  package var end: Day? {
    guard let until, let endedOn else { return until ?? endedOn }
    return min(until, endedOn)
  }

  /// Whether it stands against a kind of donation on a day.
  package func holds(against kind: DonationKind, on day: Day) -> Bool {
    voidedOn == nil && from <= day && end.map { day < $0 } ?? true && kinds.includes(kind)
  }
}

/// A donation that was given before.
package struct PastDonation: Hashable, Sendable, Codable {
  package let kind: DonationKind
  package let on: Day
  package let outcome: DonationOutcome
  /// How much was drawn; the usual amount is taken where it is not known.
  package let volumeMl: Int?

  /// Names the donation.
  package init(
    kind: DonationKind, on: Day, outcome: DonationOutcome = .completed, volumeMl: Int? = nil
  ) {
    self.kind = kind
    self.on = on
    self.outcome = outcome
    self.volumeMl = volumeMl
  }
}

/// What one rule says about one donor on one day.
package struct RuleOutcome: Hashable, Sendable, Codable {
  /// The four answers a rule can give.
  package enum Verdict: String, CaseIterable, Hashable, Sendable, Codable {
    case pass
    case refuse
    /// A physician decides.
    case refer
    /// The policy is silent or a fact is missing, and silence is no consent.
    case unknown
  }

  /// The stable name of the rule.
  package let code: String
  /// Its answer.
  package fileprivate(set) var outcome: Verdict
  /// The first day on which the answer changes to a pass, if there is one.
  @OrNull package var clearsOn: Day?
  /// The sentence in the reader's language, once somebody has put it there.
  @OrNull package var explanation: String?
  /// What fills the gaps of the sentence.
  package var facts: [String: String]
  /// Where the rule stands written.
  package let source: String
  /// How sure it is.
  package let legalStatus: LegalStatus
  /// The words for a value that is not confirmed, once somebody has put them there.
  @OrNull package var legalNote: String?

  /// Rules that differ only in what they measure share their sentence, and one
  /// answer may be told in several ways: the keys to try, the most special first.
  package var sentences: [String] {
    let subject =
      facts["sign"] == nil ? code : code.hasSuffix("_minimum") ? "sign_minimum" : "sign_maximum"
    let plain = "rule.\(subject).\(outcome.rawValue)"
    return (facts["term"].map { ["\(plain).\($0)"] } ?? []) + [plain]
  }

  private enum CodingKeys: String, CodingKey {
    case code, outcome, explanation, facts, source
    case clearsOn = "clears_on"
    case legalStatus = "legal_status"
    case legalNote = "legal_note"
  }
}

/// Whether a donor may give a kind of donation on a day, and why.
///
/// It holds everything needed to show it again years later: the policy's name
/// and version, and of each rule the facts, the source and the status it had.
package struct EligibilityDecision: Hashable, Sendable, Codable {
  /// True if every rule passes.
  package let eligible: Bool
  /// The first day, not before the one asked about, on which every rule passes.
  @OrNull package var firstEligibleOn: Day?
  /// The policy that decided.
  package let policy: PolicyVersion
  /// Every rule that was asked, also the ones that pass.
  package var rules: [RuleOutcome]

  /// True if nothing stands in the way but the word of a physician.
  package var needsPhysician: Bool {
    !eligible && rules.allSatisfy { $0.outcome == .pass || $0.outcome == .refer }
  }

  /// The decision for those who may not know why a donor was deferred.
  ///
  /// Deferrals and reactive results become one answer: how many there are, and of which
  /// of the two, would tell of an infection.
  package var withoutReasons: EligibilityDecision {
    let barring = [RuleCode.deferral.text, RuleCode.reactive.text]
    let bars = rules.filter { barring.contains($0.code) && $0.outcome != .pass }
    var decision = self
    decision.rules.removeAll { barring.contains($0.code) }
    guard var told = rules.first(where: { $0.code == barring[0] }) else { return decision }
    if !bars.isEmpty {
      told.outcome = .refuse
      told.facts = [:]
      let ends = bars.compactMap(\.clearsOn)
      told.clearsOn = ends.count == bars.count ? ends.max() : nil
    }
    decision.rules.append(told)
    return decision
  }

  private enum CodingKeys: String, CodingKey {
    case eligible, policy, rules
    case firstEligibleOn = "first_eligible_on"
  }
}

/// The one decision used at the desk, at a drive, at a booking and for a call list.
package enum Eligibility {
  /// Decides whether a donor may give on a day under a policy.
  package static func decide(
    _ facts: DonorFacts, _ kind: DonationKind, on day: Day, policy: Policy
  ) -> EligibilityDecision {
    let rules = EligibilityRules(facts: facts, kind: kind, policy: policy)
    let findings = rules.findings(on: day)
    return EligibilityDecision(
      eligible: findings.allSatisfy { $0.outcome == .pass },
      firstEligibleOn: rules.firstClearDay(from: day, findings),
      policy: policy.identity, rules: findings.map(RuleOutcome.init))
  }

  /// Whether ``decide(_:_:on:policy:)`` would say yes, without the words.
  ///
  /// Nothing is built for a donor whom every rule lets pass, so a busy desk
  /// asks this first and for the reasons only after a no.
  package static func admits(
    _ facts: DonorFacts, _ kind: DonationKind, on day: Day, policy: Policy
  ) -> Bool {
    EligibilityRules(facts: facts, kind: kind, policy: policy).pass(on: day)
  }
}
