/// What is known of a donor that decides whether they may give.
package struct DonorFacts: Hashable, Sendable {
  package let sex: Sex
  package let birthDate: Day
  /// Deferrals that are neither ended by a doctor nor voided.
  package let deferrals: [OpenDeferral]
  /// Every earlier donation, also of other kinds and of other outcomes.
  package let donations: [PastDonation]

  /// Gathers the facts.
  package init(
    sex: Sex, birthDate: Day, deferrals: [OpenDeferral] = [], donations: [PastDonation] = []
  ) {
    self.sex = sex
    self.birthDate = birthDate
    self.deferrals = deferrals
    self.donations = donations
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

  /// Holds from `from` up to the day before `until`.
  package init(reason: String, from: Day, until: Day?) {
    self.reason = reason
    self.from = from
    self.until = until
  }
}

/// A donation that was given before.
package struct PastDonation: Hashable, Sendable, Codable {
  package let kind: DonationKind
  package let on: Day
  package let outcome: DonationOutcome

  /// Names the donation.
  package init(kind: DonationKind, on: Day, outcome: DonationOutcome = .completed) {
    self.kind = kind
    self.on = on
    self.outcome = outcome
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
    /// The policy is silent, and silence is no consent.
    case unknown
  }

  /// The stable name of the rule.
  package let code: String
  /// Its answer.
  package let outcome: Verdict
  /// The first day on which the answer changes to a pass, if there is one.
  @OrNull package var clearsOn: Day?
  /// The sentence in the reader's language, once somebody has put it there.
  @OrNull package var explanation: String?
  /// What fills the gaps of the sentence.
  package let facts: [String: String]
  /// Where the rule stands written.
  package let source: String
  /// How sure it is.
  package let legalStatus: LegalStatus

  private enum CodingKeys: String, CodingKey {
    case code, outcome, explanation, facts, source
    case clearsOn = "clears_on"
    case legalStatus = "legal_status"
  }
}

/// Whether a donor may give a kind of donation on a day, and why.
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

  private enum CodingKeys: String, CodingKey {
    case eligible, policy, rules
    case firstEligibleOn = "first_eligible_on"
  }
}

/// The one decision used at the desk, at a drive and for a call list.
package enum Eligibility {
  /// Decides whether a donor may give on a day under a policy.
  package static func decide(
    _ facts: DonorFacts, _ kind: DonationKind, on day: Day, policy: Policy
  ) -> EligibilityDecision {
    let rules = EligibilityRules(facts: facts, kind: kind, policy: policy)
    let outcomes = rules.outcomes(on: day)
    return EligibilityDecision(
      eligible: outcomes.allSatisfy { $0.outcome == .pass },
      firstEligibleOn: rules.firstClearDay(from: day, outcomes),
      policy: policy.identity, rules: outcomes)
  }
}
