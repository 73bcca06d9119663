/// Why and by when somebody takes a deferral back.
package struct DeferralEnd: Sendable, Hashable {
  package var deferral: ID<Deferral>
  /// The civil day on which it is taken back.
  package var on: Day
  package var reason: String

  /// Collects the entries.
  package init(deferral: ID<Deferral>, on: Day, reason: String) {
    self.deferral = deferral
    self.on = on
    self.reason = reason
  }
}

/// Why a deferral cannot be ended or voided.
package enum DeferralRefusal: Refusal {
  /// It was found to be a mistake before.
  case alreadyVoided
  /// It was ended early before.
  case alreadyEnded(on: Day)
  /// It has not begun, so there is nothing to end: a mistake is voided.
  case notBegun(from: Day)
  /// It has no end; a wrong one is voided.
  case isPermanent
  /// It came from a reactive test; one person cannot take it back.
  case needsTwoPersons

  package var code: String {
    switch self {
    case .alreadyVoided: "deferral_already_voided"
    case .alreadyEnded: "deferral_already_ended"
    case .notBegun: "deferral_not_begun"
    case .isPermanent: "deferral_is_permanent"
    case .needsTwoPersons: "deferral_needs_two_persons"
    }
  }

  package var facts: [String: String] {
    switch self {
    case .alreadyVoided, .needsTwoPersons, .isPermanent: [:]
    case .alreadyEnded(let day): ["ended_on": day.description]
    case .notBegun(let day): ["from": day.description]
    }
  }
}

extension Deferral {
  /// Whether a test for an infection brought it, so that no single person may lift it.
  package var isAutomatic: Bool { source == "automatic" }

  /// Lets one person end it early: it counted up to that day.
  ///
  /// A permanent one has no end that could come early. Where it should never have been, it
  /// is voided; where a doctor judges anew, he writes down another one after that.
  package func checkEnd(on day: Day) throws(DeferralRefusal) {
    guard !isAutomatic else { throw .needsTwoPersons }
    guard voidedAt == nil else { throw .alreadyVoided }
    if let endedOn { throw .alreadyEnded(on: endedOn) }
    guard kind != .permanent else { throw .isPermanent }
    guard from <= day else { throw .notBegun(from: from) }
  }

  /// Lets it be voided, by one person or, if it is of a test, by two: it never counted.
  package func checkVoid(byTwoPersons: Bool) throws(DeferralRefusal) {
    guard byTwoPersons || !isAutomatic else { throw .needsTwoPersons }
    guard voidedAt == nil else { throw .alreadyVoided }
  }
}
