/// A deferral that follows from a failed examination, for whoever writes it down.
package struct SuggestedDeferral: Codable, Sendable, Hashable {
  /// The stable code of the reason.
  package let reason: String
  package let kind: DeferralKind
  /// The first civil day on which it would hold.
  package let from: Day
  /// The first civil day on which it would hold no longer; null without an end.
  @OrNull package var until: Day?

  /// Describes a suggestion.
  package init(reason: String, kind: DeferralKind, from: Day, until: Day?) {
    self.reason = reason
    self.kind = kind
    self.from = from
    self.until = until
  }
}

extension EligibilityDecision {
  /// The deferral that the examination itself suggests: of several the longest.
  ///
  /// What the record held against the donor already, such as an earlier deferral or the
  /// rest after a donation, needs none; where a physician decides or a value is missing,
  /// none follows yet.
  package func suggestedDeferral(from day: Day, under policy: Policy) -> SuggestedDeferral? {
    rules.filter { $0.outcome == .refuse }
      .compactMap { $0.suggestion(from: day, under: policy) }
      .reduce(nil) { longest, next in
        longest.map { $0.outlasts(next) ? $0 : next } ?? next
      }
  }
}

extension SuggestedDeferral {
  /// Whether it holds at least as long as another one.
  fileprivate func outlasts(_ other: SuggestedDeferral) -> Bool {
    guard let until else { return kind == .permanent || other.kind != .permanent }
    return other.until.map { until >= $0 } ?? false
  }
}

extension RuleOutcome {
  fileprivate func suggestion(from day: Day, under policy: Policy) -> SuggestedDeferral? {
    if code == RuleCode.answers.text { return suggestionOfAnswer(from: day) }
    guard let sign = facts["sign"].flatMap({ VitalSign(rawValue: $0) }) else { return nil }
    let reason = sign.reason(beyond: code.hasSuffix("_minimum") ? .minimum : .maximum)
    // Without a term of the policy the value is measured anew the next day.
    let ruled = policy.deferral(for: reason, from: day)
    let until = ruled.map(\.until) ?? clearsOn
    let kind: DeferralKind =
      ruled?.isPermanent == true ? .permanent : until == nil ? .untilLifted : .temporary
    return SuggestedDeferral(reason: reason, kind: kind, from: day, until: until)
  }

  private func suggestionOfAnswer(from day: Day) -> SuggestedDeferral? {
    guard let reason = facts["reason"],
      let term = facts["term"].flatMap({ DeferralKind(rawValue: $0) })
    else { return nil }
    return SuggestedDeferral(
      reason: reason, kind: term, from: day, until: facts["until"].flatMap { Day($0) })
  }
}

extension VitalSign {
  /// The stable code of the deferral for a value outside a bound.
  func reason(beyond bound: RuleCode.Bound) -> String {
    switch (self, bound) {
    case (.systolic, _), (.diastolic, _): "blood_pressure"
    case (.pulse, _): "pulse"
    case (.temperature, .maximum): "fever"
    case (_, .minimum): "low_\(name)"
    case (_, .maximum): "high_\(name)"
    }
  }

  /// The reasons for which a failed examination defers.
  package static let reasons: Set<String> = Set(
    allCases.flatMap { [$0.reason(beyond: .minimum), $0.reason(beyond: .maximum)] })

  /// What an instrument can show of a living body, far beyond every medical bound: only what
  /// lies outside is a mistake in writing.
  package var possible: ClosedRange<Double> {
    switch self {
    case .weight: 0...700
    case .haemoglobin, .systolic, .diastolic: 0...400
    case .pulse: 0...500
    case .temperature: 0...50
    case .platelets: 0...10_000
    case .totalProtein: 0...300
    }
  }
}
