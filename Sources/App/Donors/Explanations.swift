import Domain

extension EligibilityDecision {
  /// The decision with the sentence that a nurse can say aloud for each rule, and the
  /// warning beside every value that is not confirmed.
  func explained(in book: Phrasebook) -> EligibilityDecision {
    var decision = self
    for index in decision.rules.indices {
      let rule = decision.rules[index]
      let tellsReason = rule.code != "donor_deferred" || rule.facts["reason"] != nil
      decision.rules[index].explanation =
        tellsReason || rule.outcome == .pass
        ? rule.sentences.lazy.compactMap { book.sentence($0, rule.facts) }.first
        : book.sentence("code.donor_deferred")
      if rule.legalStatus == .draft { decision.rules[index].legalNote = book("legal.draft") }
    }
    return decision
  }
}
