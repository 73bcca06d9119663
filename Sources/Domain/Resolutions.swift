package import FoundationEssentials

/// What two persons have to agree on.
package enum ResolutionKind: String, Codable, Sendable, CaseIterable {
  /// Which of a donor's determinations stand, after some disagreed.
  case groupConflict = "group_conflict"
  /// That a deferral was a mistake and never counted.
  case deferralVoid = "deferral_void"
  /// That a unit which was called back may be used after all.
  case recallLifting = "recall_lifting"
  /// That an emergency gets a group which the rules would not give it.
  case emergencyOverride = "emergency_override"

  /// The roles that may propose it; a hospital's physician may ask, but not decide.
  package var proposers: Set<Role> {
    self == .emergencyOverride ? [.hospital, .coordinator] : [.laboratory]
  }
}

/// A step that one person proposed and another one decides.
package struct Resolution: Codable, Sendable, Hashable {
  package let id: ID<Resolution>
  package let kind: ResolutionKind
  /// By its kind a donor, a deferral, a unit or a line of a request.
  package let subjectId: UUID
  /// Of a conflict: the determinations that shall stand.
  package let determinationIds: [ID<Determination>]
  /// Of a conflict: all that were known to whoever proposed.
  package let seenIds: [ID<Determination>]
  /// Of an override: the group to give.
  @OrNull package var bloodGroup: BloodGroup?
  package let reason: String
  /// What the first signature means, in the words of who gave it.
  package let meaning: String
  package let state: ResolutionState
  package let proposedAt: Date
  package let proposedBy: ID<Account>
  @OrNull package var decidedAt: Date?
  @OrNull package var decidedBy: ID<Account>?
  @OrNull package var decisionReason: String?
  /// What the second signature means.
  @OrNull package var decisionMeaning: String?

  /// Proposes a step; `seen` are the determinations known of its donor.
  package init(
    _ draft: ResolutionDraft, seen: [ID<Determination>], at now: Date, by account: ID<Account>
  ) {
    id = draft.id
    kind = draft.kind
    subjectId = draft.subject
    determinationIds = draft.determinations
    seenIds = seen
    bloodGroup = draft.bloodGroup
    reason = draft.reason
    meaning = draft.meaning
    state = .open
    proposedAt = now
    proposedBy = account
  }

  /// Lets only another person decide who has signed in, and only once.
  package func checkDecision(by actor: Actor) throws(ResolutionRefusal) {
    guard state.canBecome(.confirmed) else { throw .notOpen(state: state) }
    guard actor.isAnotherPerson(than: proposedBy) else { throw .secondPersonRequired }
    guard actor.isPresent else { throw .needsSession }
  }
}

/// What the first person writes down.
package struct ResolutionDraft: Sendable, Hashable {
  package var id: ID<Resolution>
  package var kind: ResolutionKind
  package var subject: UUID
  package var determinations: [ID<Determination>]
  package var bloodGroup: BloodGroup?
  package var reason: String
  package var meaning: String

  /// Collects the entries.
  package init(
    id: ID<Resolution>, kind: ResolutionKind, subject: UUID,
    determinations: [ID<Determination>] = [], bloodGroup: BloodGroup? = nil, reason: String,
    meaning: String
  ) {
    self.id = id
    self.kind = kind
    self.subject = subject
    self.determinations = determinations
    self.bloodGroup = bloodGroup
    self.reason = reason
    self.meaning = meaning
  }
}

/// What the second person writes down.
package struct DecisionDraft: Sendable, Hashable {
  package var resolution: ID<Resolution>
  package var reason: String?
  package var meaning: String

  /// Collects the entries.
  package init(resolution: ID<Resolution>, reason: String?, meaning: String) {
    self.resolution = resolution
    self.reason = reason
    self.meaning = meaning
  }
}

/// Why a step of two persons is not proposed or not decided.
package enum ResolutionRefusal: Refusal {
  /// Who proposed cannot decide as well.
  case secondPersonRequired
  /// A token proves nobody's presence.
  case needsSession
  case notOpen(state: ResolutionState)
  /// Somebody proposed the same, and nobody has decided it.
  case alreadyProposed
  /// Something is known now that the proposal does not know.
  case outdated
  /// No two standing determinations disagree.
  case noConflict
  /// What would stand disagrees, or is of one sample only.
  case standingUnconfirmed
  case unitNotRecalled
  /// What the unit was called back for still speaks against it.
  case unitNotSafe
  case notAnEmergency
  case nothingOutstanding
  /// The group would harm the patient: no person may decide that.
  case overrideIncompatible
  /// The rules give this group already.
  case overrideNotNeeded
  /// There is no unit of the group to give.
  case nothingFound

  package var code: String {
    switch self {
    case .secondPersonRequired: "second_person_required"
    case .needsSession: "decision_needs_session"
    case .notOpen: "resolution_not_open"
    case .alreadyProposed: "resolution_already_proposed"
    case .outdated: "resolution_outdated"
    case .noConflict: "no_group_conflict"
    case .standingUnconfirmed: "standing_group_unconfirmed"
    case .unitNotRecalled: "unit_not_recalled"
    case .unitNotSafe: "unit_not_safe"
    case .notAnEmergency: "not_an_emergency"
    case .nothingOutstanding: "nothing_outstanding"
    case .overrideIncompatible: "override_incompatible"
    case .overrideNotNeeded: "override_not_needed"
    case .nothingFound: "override_nothing_found"
    }
  }

  package var facts: [String: String] {
    if case .notOpen(let state) = self { ["state": state.rawValue] } else { [:] }
  }
}
