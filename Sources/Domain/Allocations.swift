package import FoundationEssentials

/// A line that still waits for units, as the allocation sees it under lock.
package struct OpenLine: Codable, Sendable {
  package let lineId: ID<RequestLine>
  package let requestId: ID<Request>
  package let component: Component
  package let bloodGroup: BloodGroup
  package let attributes: [String]
  package let substitution: Substitution
  @OrNull package var patientGroup: BloodGroup?
  package let neededBy: Date
  /// The hospital's region; stock of the same region is tried first.
  package let region: String
  package let outstanding: Int
}

/// The search for units for one line: which groups to try, near before far.
///
/// Identical group first, then substitutes by scarcity, O-negative last. Every
/// group is tried in the hospital's own region before elsewhere.
package struct Search: Sendable {
  /// The line, and how many units it still needs.
  package let line: OpenLine
  package private(set) var wanted: Int
  /// A unit must keep beyond this moment: when it is needed, and a margin.
  package let keepsBeyond: Date
  private var steps: [Step]

  /// One group, near or anywhere.
  package struct Step: Hashable, Sendable {
    package let group: BloodGroup
    package let near: Bool
  }

  /// Plans the search for a line under a policy.
  package init(_ line: OpenLine, under policy: Policy) {
    self.line = line
    wanted = line.outstanding
    keepsBeyond = line.neededBy.addingTimeInterval(
      Double(policy.expiryMarginHours.value) * 3600)
    let groups = policy.ranked(
      line.component, for: line.bloodGroup, substitution: line.substitution
    ).filter {
      line.component.match(donor: $0, recipient: line.patientGroup).isSafe
        || line.patientGroup == nil
    }
    steps = groups.flatMap { [Step(group: $0, near: true), Step(group: $0, near: false)] }
      .reversed()
  }

  /// Where to look next; nil when the line is served or nothing is left to try.
  package var next: Step? { wanted > 0 ? steps.last : nil }

  /// Leaves the present step, because it has no more to give.
  package mutating func moveOn() { _ = steps.popLast() }

  /// Takes units from those found, in the order in which they were found.
  package mutating func take(from found: inout [FoundUnit]) -> [FoundUnit] {
    let taken = Array(found.prefix(wanted))
    found.removeFirst(taken.count)
    wanted -= taken.count
    return taken
  }
}

/// A unit that may be promised, locked for this decision.
package struct FoundUnit: Codable, Sendable, Hashable {
  package let id: ID<Unit>
  package let din: DonationNumber
  package let component: Component
  package let bloodGroup: BloodGroup
  package let expiresOn: Day

  /// Describes a unit that was found.
  package init(
    id: ID<Unit>, din: DonationNumber, component: Component, bloodGroup: BloodGroup,
    expiresOn: Day
  ) {
    self.id = id
    self.din = din
    self.component = component
    self.bloodGroup = bloodGroup
    self.expiresOn = expiresOn
  }
}

/// A unit promised to a line.
package struct Allocation: Codable, Sendable, Hashable {
  package let id: ID<Allocation>
  package let unitId: ID<Unit>
  package let lineId: ID<RequestLine>
  package let requestId: ID<Request>
  package let rankReason: RankReason
  package let heldAt: Date
  /// When the promise ends by itself.
  package let heldUntil: Date
  package let allocatedBy: ID<Account>

  /// Describes a promise.
  package init(
    id: ID<Allocation>, unitId: ID<Unit>, lineId: ID<RequestLine>, requestId: ID<Request>,
    rankReason: RankReason, heldAt: Date, heldUntil: Date, allocatedBy: ID<Account>
  ) {
    self.id = id
    self.unitId = unitId
    self.lineId = lineId
    self.requestId = requestId
    self.rankReason = rankReason
    self.heldAt = heldAt
    self.heldUntil = heldUntil
    self.allocatedBy = allocatedBy
  }
}
