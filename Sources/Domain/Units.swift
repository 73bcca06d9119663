package import FoundationEssentials

/// A bag on a shelf: one component of one donation.
package struct Unit: Codable, Sendable, Hashable {
  package let id: ID<Unit>
  package let din: DonationNumber
  package let component: Component
  /// Null until the donor's group is determined; binding once released.
  @OrNull package var bloodGroup: BloodGroup?
  package let volumeMl: Int
  package let attributes: [String]
  package let collectedOn: Day
  /// The last civil day of use, at the site.
  package let expiresOn: Day
  package let expiresAt: Date
  package let siteId: ID<Site>
  package let state: UnitState
  /// When it was called back after it had left; barred until the recall is lifted.
  @OrNull package var recalledAt: Date?

  /// Describes a unit.
  package init(
    id: ID<Unit>, din: DonationNumber, component: Component, bloodGroup: BloodGroup?,
    volumeMl: Int, attributes: [String], collectedOn: Day, expiresOn: Day, expiresAt: Date,
    siteId: ID<Site>, state: UnitState, recalledAt: Date? = nil
  ) {
    self.recalledAt = recalledAt
    self.id = id
    self.din = din
    self.component = component
    self.bloodGroup = bloodGroup
    self.volumeMl = volumeMl
    self.attributes = attributes
    self.collectedOn = collectedOn
    self.expiresOn = expiresOn
    self.expiresAt = expiresAt
    self.siteId = siteId
    self.state = state
  }
}

/// What the laboratory says it made of a donation.
package struct ComponentDraft: Sendable, Hashable {
  package var component: Component
  package var volumeMl: Int
  package var attributes: [UnitAttribute]

  /// Collects the entries.
  package init(component: Component, volumeMl: Int, attributes: [UnitAttribute] = []) {
    self.component = component
    self.volumeMl = volumeMl
    self.attributes = attributes
  }
}

/// What the making of components rests on, read under lock.
package struct ComponentFacts: Codable, Sendable {
  package let donationId: ID<Donation>
  package let din: DonationNumber
  package let kind: DonationKind
  package let outcome: DonationOutcome
  package let volumeMl: Int
  @OrNull package var volumeDeviation: VolumeDeviation?
  package let state: DonationState
  package let collectedOn: Day
  /// Where the units are kept.
  package let siteId: ID<Site>
  package let timeZone: String
  /// The group on which the donor's determinations agree so far.
  @OrNull package var bloodGroup: BloodGroup?
  /// Whether it is released and nothing known since speaks against its use.
  package let isClear: Bool
  /// The components made of this donation already.
  package private(set) var made: [Component]

  /// The same donation after more was made of it.
  package func having(made units: [Unit]) -> ComponentFacts {
    var facts = self
    facts.made += units.map(\.component)
    return facts
  }

  /// Makes the units or says why not.
  ///
  /// Units of a donation that is clear are available at once, all others wait.
  package func make(
    _ drafts: [ComponentDraft], at now: Date, under policy: Policy
  ) throws(ComponentRefusal) -> [Unit] {
    guard state != .rejected else { throw .donationRejected }
    guard outcome.yieldsComponents else { throw .outcomeNotUsable(outcome) }
    // The anticoagulant is measured for a full bag: too little or too much blood in it
    // gives no standard component.
    if let volumeDeviation { throw .volumeOutOfLimits(volumeDeviation, volumeMl: volumeMl) }
    var units: [Unit] = []
    for draft in drafts {
      try allow(draft, beside: units.map(\.component))
      let expiry = try expiry(of: draft.component, under: policy)
      units.append(
        Unit(
          id: .new(at: now), din: din, component: draft.component, bloodGroup: bloodGroup,
          volumeMl: draft.volumeMl, attributes: draft.attributes.map(\.rawValue),
          collectedOn: collectedOn, expiresOn: expiry.expiresOn, expiresAt: expiry.expiresAt,
          siteId: siteId, state: isClear ? .available : .quarantined))
    }
    return units
  }

  private func expiry(
    of component: Component, under policy: Policy
  ) throws(ComponentRefusal) -> Expiry {
    guard let zone = TimeZone(identifier: timeZone) else { throw .noShelfLife(component) }
    do {
      return try policy.expiry(of: component, collectedOn: collectedOn, in: zone)
    } catch {
      throw .noShelfLife(component)
    }
  }

  /// A component is made once: sent again, the same bags would be counted twice.
  ///
  /// Whole blood is either kept whole or parted; an apheresis may fill several bags
  /// of one component at once.
  private func allow(
    _ draft: ComponentDraft, beside others: [Component]
  ) throws(ComponentRefusal) {
    guard kind.components.contains(draft.component) else {
      throw .notOfThisKind(draft.component, kind)
    }
    guard !made.contains(draft.component) else { throw .alreadyMade(draft.component) }
    guard kind == .wholeBlood else { return }
    let others = made + others
    let isWhole = draft.component == .wholeBlood
    if others.contains(draft.component) || (isWhole && !others.isEmpty)
      || others.contains(.wholeBlood)
    {
      throw .alreadyMade(draft.component)
    }
  }
}

/// Why components are not made.
package enum ComponentRefusal: Refusal {
  case donationRejected
  case outcomeNotUsable(DonationOutcome)
  case volumeOutOfLimits(VolumeDeviation, volumeMl: Int)
  case notOfThisKind(Component, DonationKind)
  case alreadyMade(Component)
  /// The policy in force names no shelf life, so no expiry can be given.
  case noShelfLife(Component)

  package var code: String {
    switch self {
    case .donationRejected: "donation_rejected"
    case .outcomeNotUsable: "outcome_not_usable"
    case .volumeOutOfLimits: "volume_out_of_limits"
    case .notOfThisKind: "component_not_of_kind"
    case .alreadyMade: "component_already_made"
    case .noShelfLife: "shelf_life_unknown"
    }
  }

  package var facts: [String: String] {
    switch self {
    case .donationRejected: [:]
    case .outcomeNotUsable(let outcome): ["outcome": outcome.rawValue]
    case .volumeOutOfLimits(_, let volumeMl): ["volume_ml": String(volumeMl)]
    case .notOfThisKind(let component, let kind):
      ["component": component.rawValue, "kind": kind.rawValue]
    case .alreadyMade(let component), .noShelfLife(let component):
      ["component": component.rawValue]
    }
  }
}

/// What happened to a unit, newest last.
package struct UnitHistory: Encodable, Sendable, Hashable {
  package let unit: Unit
  package let history: [Step]

  private enum CodingKeys: String, CodingKey { case history }

  /// One thing that happened.
  package struct Step: Codable, Sendable, Hashable {
    package let at: Date
    package let kind: String
    @OrNull package var account: ID<Account>?
    package let detail: [String: String]
  }

  /// Joins a unit and its steps.
  package init(unit: Unit, history: [Step]) {
    self.unit = unit
    self.history = history
  }

  /// Writes the unit's own members and beside them its history.
  package func encode(to encoder: any Encoder) throws {
    try unit.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(history, forKey: .history)
  }
}

/// What is on the shelves of one site, of one component and group.
package struct StockLine: Codable, Sendable, Hashable {
  package let siteId: ID<Site>
  package let component: Component
  @OrNull package var bloodGroup: BloodGroup?
  package let issuable: Int
  package let held: Int
  package let quarantined: Int
  package let inTransit: Int
  /// Issuable units whose last day is within three days, and within seven.
  package let expiringLe3: Int
  package let expiringLe7: Int
}
