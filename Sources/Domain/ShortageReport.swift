package import FoundationEssentials

/// Which blood is short where, how long it lasts and who waits for it.
package struct ShortageReport: Codable, Sendable, Hashable {
  package let generatedAt: Date
  package let asOf: Date
  /// The region's code, or `KZ` for the whole country.
  package let place: String
  package let component: Component
  /// The name of the bands that turn days of supply into a phase.
  package let profile: String
  /// Whether the bands were read in a legal text or are a draft.
  package let profileLegalStatus: LegalStatus
  package let rows: [ShortageLine]

  /// Joins the lines of a report.
  package init(
    at now: Date, place: String, component: Component, policy: Policy, rows: [ShortageLine]
  ) {
    generatedAt = now
    asOf = now
    self.place = place
    self.component = component
    profile = policy.phaseBands.value.profile
    profileLegalStatus = policy.phaseBands.legalStatus
    self.rows = rows
  }
}

/// The supply of one group.
package struct ShortageLine: Codable, Sendable, Hashable {
  package let group: BloodGroup
  package let issuable: Int
  /// Promised to a request and still on the shelf.
  package let reserved: Int
  package let quarantined: Int
  /// When what is in quarantine can be expected out of it.
  package let quarantine: [QuarantineDue]
  /// Issued and not yet received.
  package let inTransit: Int
  package let expiring: ExpiryProfile
  package let demand: Demand
  /// Issuable units over the mean daily demand of 28 days; null without demand.
  @OrNull package var daysOfSupply: Double?
  package let phase: Phase
  @OrNull package var phaseSince: Date?
  package let openRequests: OpenRequests
}

/// Units that leave quarantine on a day, if their tests allow.
package struct QuarantineDue: Codable, Sendable, Hashable {
  package let release: Day
  package let units: Int
}

/// Units asked for, served or not, over three windows.
package struct Demand: Codable, Sendable, Hashable {
  package let d7: Int
  package let d28: Int
  package let d90: Int

  /// Nothing was asked for.
  package static let none = Demand(d7: 0, d28: 0, d90: 0)

  /// Counts units asked for in the last 7, 28 and 90 days.
  package init(d7: Int, d28: Int, d90: Int) {
    self.d7 = d7
    self.d28 = d28
    self.d90 = d90
  }
}

/// Who waits for a group.
package struct OpenRequests: Codable, Sendable, Hashable {
  package let count: Int
  /// Units asked for and neither promised nor given.
  package let unmetUnits: Int
  package let byUrgency: [String: Int]
  /// When the longest-waiting unmet request was made.
  @OrNull package var oldestSince: Date?

  /// Nobody waits.
  package static let none = OpenRequests(
    count: 0, unmetUnits: 0, byUrgency: [:], oldestSince: nil)

  /// Counts who waits.
  package init(count: Int, unmetUnits: Int, byUrgency: [String: Int], oldestSince: Date?) {
    self.count = count
    self.unmetUnits = unmetUnits
    self.byUrgency = byUrgency
    self.oldestSince = oldestSince
  }
}

/// What a report is made of, as the database counts it at one moment.
package struct ShortageFacts: Sendable {
  package var stock: [StockCell]
  package var quarantine: [QuarantineCell]
  package var demand: [DemandCell]
  package var waiting: [WaitingCell]
  package var phases: [PhaseCell]

  /// Collects the counts.
  package init(
    stock: [StockCell], quarantine: [QuarantineCell], demand: [DemandCell],
    waiting: [WaitingCell], phases: [PhaseCell]
  ) {
    self.stock = stock
    self.quarantine = quarantine
    self.demand = demand
    self.waiting = waiting
    self.phases = phases
  }

  /// Units of a group in one state with one last day.
  package struct StockCell: Codable, Sendable {
    package let bloodGroup: BloodGroup
    package let state: UnitState
    package let expiresOn: Day
    /// Whole days from today at the site to the last day; negative when past.
    package let daysLeft: Int
    package let units: Int
  }

  /// Units in quarantine by day of collection.
  package struct QuarantineCell: Codable, Sendable {
    package let bloodGroup: BloodGroup
    package let collectedOn: Day
    package let units: Int
  }

  /// Units asked for.
  package struct DemandCell: Codable, Sendable {
    package let bloodGroup: BloodGroup
    package let d7: Int
    package let d28: Int
    package let d90: Int
  }

  /// Open requests of one urgency.
  package struct WaitingCell: Codable, Sendable {
    package let bloodGroup: BloodGroup
    package let urgency: Urgency
    package let requests: Int
    package let unmetUnits: Int
    @OrNull package var oldestSince: Date?
  }

  /// The phase a group was last seen in.
  package struct PhaseCell: Codable, Sendable {
    package let bloodGroup: BloodGroup
    package let phase: Phase
    package let since: Date
  }

  /// The lines of the report for some groups, in their order.
  package func lines(
    for groups: [BloodGroup], of component: Component, on today: Day, under policy: Policy
  ) -> [ShortageLine] {
    groups.map { line(for: $0, of: component, on: today, under: policy) }
  }

  private func line(
    for group: BloodGroup, of component: Component, on today: Day, under policy: Policy
  ) -> ShortageLine {
    let cells = stock.filter { $0.bloodGroup == group }
    func units(_ states: UnitState...) -> Int {
      cells.filter { states.contains($0.state) }.reduce(0) { $0 + $1.units }
    }
    let usable = cells.filter { $0.state == .available && $0.daysLeft >= 0 }
    let issuable = usable.reduce(0) { $0 + $1.units }
    let demand = demandOf(group)
    let days = Domain.daysOfSupply(
      issuable: issuable, demand: demand.d28, overDays: 28)
    let phase = Phase(daysOfSupply: days, bands: policy.phaseBands.value)
    let known = phases.first { $0.bloodGroup == group && $0.phase == phase }
    return ShortageLine(
      group: group, issuable: issuable, reserved: units(.held),
      quarantined: units(.quarantined, .returned),
      quarantine: dueOut(group, component, policy), inTransit: units(.issued),
      expiring: ExpiryProfile(
        usable.map { (today.adding(days: $0.daysLeft), $0.units) }, on: today),
      demand: demand, daysOfSupply: days, phase: phase, phaseSince: known?.since,
      openRequests: waitingFor(group))
  }

  private func demandOf(_ group: BloodGroup) -> Demand {
    demand.first { $0.bloodGroup == group }
      .map { Demand(d7: $0.d7, d28: $0.d28, d90: $0.d90) } ?? .none
  }

  private func dueOut(
    _ group: BloodGroup, _ component: Component, _ policy: Policy
  ) -> [QuarantineDue] {
    guard let term = policy.quarantine(of: component) else { return [] }
    return quarantine.filter { $0.bloodGroup == group }
      .map { QuarantineDue(release: $0.collectedOn.adding(term), units: $0.units) }
      .sorted { $0.release < $1.release }
  }

  private func waitingFor(_ group: BloodGroup) -> OpenRequests {
    let cells = waiting.filter { $0.bloodGroup == group }
    return OpenRequests(
      count: cells.reduce(0) { $0 + $1.requests },
      unmetUnits: cells.reduce(0) { $0 + $1.unmetUnits },
      byUrgency: Dictionary(
        cells.map { ($0.urgency.rawValue, $0.requests) }, uniquingKeysWith: +),
      oldestSince: cells.compactMap(\.oldestSince).min())
  }
}
