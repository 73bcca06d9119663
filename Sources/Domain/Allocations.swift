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
  package let urgency: Urgency
  package let neededBy: Date
  /// The hospital's region; stock of the same region is tried first.
  package let region: String
  package let outstanding: Int

  /// Describes a line that waits.
  package init(
    lineId: ID<RequestLine>, requestId: ID<Request>, component: Component,
    bloodGroup: BloodGroup, attributes: [String] = [], substitution: Substitution = .compatible,
    patientGroup: BloodGroup? = nil, urgency: Urgency, neededBy: Date, region: String = "",
    outstanding: Int
  ) {
    self.lineId = lineId
    self.requestId = requestId
    self.component = component
    self.bloodGroup = bloodGroup
    self.attributes = attributes
    self.substitution = substitution
    self.patientGroup = patientGroup
    self.urgency = urgency
    self.neededBy = neededBy
    self.region = region
    self.outstanding = outstanding
  }
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
  /// How many it may take at its present step; nil takes all it wants.
  package private(set) var limit: Int?
  /// Whether it went without O− units that are kept for emergencies.
  package private(set) var sparedReserve = false
  private var steps: [Step]

  /// One group, near or anywhere.
  package struct Step: Hashable, Sendable {
    package let group: BloodGroup
    package let near: Bool
  }

  /// Plans the search for a line under a policy.
  package init(_ line: OpenLine, at now: Date, under policy: Policy) {
    self.init(line, in: line.groups(under: policy), at: now, under: policy)
  }

  /// Plans a search for some groups, in their order.
  ///
  /// What was needed before `now` is needed now.
  package init(
    _ line: OpenLine, in groups: [BloodGroup], at now: Date, under policy: Policy
  ) {
    self.line = line
    wanted = line.outstanding
    keepsBeyond = max(line.neededBy, now).addingTimeInterval(
      Double(policy.expiryMarginHours.value) * 3600)
    steps = groups.flatMap { [Step(group: $0, near: true), Step(group: $0, near: false)] }
      .reversed()
  }

  /// Where to look next; nil when the line is served or nothing is left to try.
  package var next: Step? { wanted > 0 ? steps.last : nil }

  /// Leaves the present step, because it has no more to give.
  package mutating func moveOn() {
    _ = steps.popLast()
    limit = nil
  }

  /// Takes no more than so many at its present step; none means to go without the group.
  package mutating func spare(allBut count: Int) {
    guard count <= 0, let group = next?.group else {
      limit = count
      return
    }
    steps.removeAll { $0.group == group }
    limit = nil
    sparedReserve = true
  }

  /// Takes units from those found, in the order in which they were found.
  package mutating func take(from found: inout [FoundUnit]) -> [FoundUnit] {
    let taken = Array(found.prefix(min(wanted, limit ?? wanted)))
    found.removeFirst(taken.count)
    wanted -= taken.count
    limit = limit.map { $0 - taken.count }
    return taken
  }
}

extension OpenLine {
  /// The groups that may be given without asking anybody, the best first.
  package func groups(under policy: Policy) -> [BloodGroup] {
    policy.ranked(component, for: bloodGroup, substitution: substitution).filter {
      patientGroup == nil || component.match(donor: $0, recipient: patientGroup).isSafe
    }
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
