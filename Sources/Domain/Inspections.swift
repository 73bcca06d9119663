package import FoundationEssentials

/// What somebody found who looked at a unit that came back.
package struct InspectionDraft: Sendable, Hashable {
  package var unit: ID<Unit>
  package var outcome: Outcome
  /// How long it was out of controlled storage; the statement without which nothing is fit.
  package var minutesOutside: Int?
  package var reason: String?

  /// Whether it may be used again.
  package enum Outcome: String, Codable, Sendable, CaseIterable {
    case fit, unfit
  }

  /// Collects the entries.
  package init(unit: ID<Unit>, outcome: Outcome, minutesOutside: Int?, reason: String?) {
    self.unit = unit
    self.outcome = outcome
    self.minutesOutside = minutesOutside
    self.reason = reason
  }

  /// The entries as the history keeps them.
  package var detail: [String: String] {
    var detail = ["outcome": outcome.rawValue]
    detail["minutes_outside"] = minutesOutside.map(String.init)
    detail["reason"] = reason
    return detail
  }
}

/// Why a unit cannot be inspected, discarded or transfused.
package enum UnitRefusal: Refusal {
  /// Only what came back is inspected.
  case notReturned(state: UnitState)
  /// Its last day is over.
  case expired(on: Day)
  /// The policy takes this component back never.
  case neverTakenBack(Component)
  /// It was out of controlled storage for too long.
  case tooLongOutside(minutes: Int, atMost: Int)
  /// It is not in the hands of whoever would discard it, or gone already.
  case notDiscardable(state: UnitState)
  /// Only what was issued can be transfused.
  case notIssued(state: UnitState)

  package var code: String {
    switch self {
    case .notReturned: "unit_not_returned"
    case .expired: "unit_expired"
    case .neverTakenBack: "unit_never_taken_back"
    case .tooLongOutside: "unit_too_long_outside"
    case .notDiscardable: "unit_not_discardable"
    case .notIssued: "unit_not_issued"
    }
  }

  package var facts: [String: String] {
    switch self {
    case .notReturned(let state), .notDiscardable(let state), .notIssued(let state):
      ["state": state.rawValue]
    case .expired(let day): ["expired_on": day.description]
    case .neverTakenBack(let component): ["component": component.rawValue]
    case .tooLongOutside(let minutes, let atMost):
      ["minutes": String(minutes), "at_most": String(atMost)]
    }
  }
}

extension Unit {
  /// Where an inspected unit goes: behind the counter, or away for good.
  ///
  /// Fit says that it was stored in order, which the policy measures; whether it may be
  /// given is another question, asked of all that is known of its donor.
  package func inspected(
    _ draft: InspectionDraft, at now: Date, under policy: Policy
  ) throws(UnitRefusal) -> UnitState {
    guard state == .returned else { throw .notReturned(state: state) }
    guard draft.outcome == .fit else { return .discarded }
    guard expiresAt > now else { throw .expired(on: expiresOn) }
    guard let atMost = policy.minutesOutside(of: component) else {
      throw .neverTakenBack(component)
    }
    guard let minutes = draft.minutesOutside, minutes <= atMost else {
      throw .tooLongOutside(minutes: draft.minutesOutside ?? 0, atMost: atMost)
    }
    return .quarantined
  }

  /// Lets only those discard a unit who have it in their hands: a hospital what it
  /// received, the centre what is there.
  package func checkDiscard(by role: Role) throws(UnitRefusal) {
    let here: Set<UnitState> =
      role == .hospital ? [.received] : [.quarantined, .available, .held, .returned, .expired]
    guard here.contains(state) else { throw .notDiscardable(state: state) }
  }
}

/// What was given to a patient, and when.
package struct TransfusionDraft: Sendable, Hashable {
  package var unit: ID<Unit>
  package var transfusedAt: Date

  /// Collects the entries.
  package init(unit: ID<Unit>, transfusedAt: Date) {
    self.unit = unit
    self.transfusedAt = transfusedAt
  }
}

/// Why a unit is thrown away.
package struct DiscardDraft: Sendable, Hashable {
  package var unit: ID<Unit>
  package var reason: String

  /// Collects the entries.
  package init(unit: ID<Unit>, reason: String) {
    self.unit = unit
    self.reason = reason
  }
}
