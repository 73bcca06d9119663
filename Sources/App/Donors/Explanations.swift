import Domain

extension EligibilityDecision {
  /// The decision with the sentence that a nurse can say aloud for each rule, and the
  /// warning beside every value that is not confirmed.
  func explained(in book: Phrasebook) -> EligibilityDecision {
    var decision = self
    decision.rules = rules.map { $0.explained(in: book) }
    return decision
  }
}

extension ReachDecision {
  /// The decision with a sentence for each rule, as for eligibility.
  func explained(in book: Phrasebook) -> ReachDecision {
    var decision = self
    decision.rules = rules.map { $0.explained(in: book) }
    return decision
  }
}

extension RuleOutcome {
  fileprivate func explained(in book: Phrasebook) -> RuleOutcome {
    var rule = self
    let tellsReason = code != "donor_deferred" || facts["reason"] != nil
    rule.explanation =
      tellsReason || outcome == .pass
      ? sentences.lazy.compactMap { book.sentence($0, facts) }.first
      : book.sentence("code.donor_deferred")
    if legalStatus == .draft { rule.legalNote = book("legal.draft") }
    return rule
  }
}
