package import FoundationEssentials

/// A day on which blood is collected at a place.
package struct Drive: Codable, Sendable, Hashable {
  package let id: ID<Drive>
  package let name: Wording
  @OrNull package var hostId: ID<Host>?
  package let siteId: ID<Site>
  package let date: Day
  package let startsAt: Date
  package let endsAt: Date
  /// How many donors the chairs and the team can take.
  @OrNull package var capacity: Int?
  package let state: DriveState
  @OrNull package var openedAt: Date?
  @OrNull package var closedAt: Date?

  /// Describes a drive.
  package init(
    id: ID<Drive>, name: Wording, hostId: ID<Host>?, siteId: ID<Site>, date: Day,
    startsAt: Date, endsAt: Date, capacity: Int?, state: DriveState = .planned,
    openedAt: Date? = nil, closedAt: Date? = nil
  ) {
    self.id = id
    self.name = name
    self.hostId = hostId
    self.siteId = siteId
    self.date = date
    self.startsAt = startsAt
    self.endsAt = endsAt
    self.capacity = capacity
    self.state = state
    self.openedAt = openedAt
    self.closedAt = closedAt
  }
}

/// Why a drive cannot be opened, closed, or worked at.
package enum DriveRefusal: Refusal {
  /// Only a planned drive opens.
  case notPlanned(state: DriveState)
  /// Only an open drive closes, admits visitors or donations.
  case notOpen(state: DriveState)
  /// Somebody who came is neither bled, deferred nor gone.
  case visitsUndecided(count: Int)

  package var code: String {
    switch self {
    case .notPlanned: "drive_not_planned"
    case .notOpen: "drive_not_open"
    case .visitsUndecided: "visits_undecided"
    }
  }

  package var facts: [String: String] {
    switch self {
    case .notPlanned(let state), .notOpen(let state): ["state": state.rawValue]
    case .visitsUndecided(let count): ["count": String(count)]
    }
  }
}

/// How a visit ended.
package enum VisitOutcome: String, Codable, Sendable, CaseIterable {
  case donated, deferred
  case walkedOut = "walked_out"
}

/// A person's coming to a drive, whether or not blood was given.
package struct Visit: Codable, Sendable, Hashable {
  package let id: ID<Visit>
  package let driveId: ID<Drive>
  package let donorId: ID<Donor>
  package let arrivedAt: Date
  /// Null while the person waits or is examined.
  @OrNull package var outcome: VisitOutcome?
  @OrNull package var deferralReason: String?
  @OrNull package var decidedAt: Date?

  /// Describes a visit.
  package init(
    id: ID<Visit>, driveId: ID<Drive>, donorId: ID<Donor>, arrivedAt: Date,
    outcome: VisitOutcome?, deferralReason: String?, decidedAt: Date?
  ) {
    self.id = id
    self.driveId = driveId
    self.donorId = donorId
    self.arrivedAt = arrivedAt
    self.outcome = outcome
    self.deferralReason = deferralReason
    self.decidedAt = decidedAt
  }
}

/// Why a visit cannot be written down or decided.
package enum VisitRefusal: Refusal {
  /// The donor is here already and waits.
  case alreadyHere
  /// The visit has its outcome.
  case alreadyDecided

  package var code: String {
    switch self {
    case .alreadyHere: "visit_already_open"
    case .alreadyDecided: "visit_already_decided"
    }
  }

  package var facts: [String: String] { [:] }
}

/// What a drive gave: every sum in it agrees with the others.
package struct DriveReport: Codable, Sendable, Hashable {
  package let driveId: ID<Drive>
  package let state: DriveState
  /// How many donors it was planned for.
  @OrNull package var capacity: Int?
  /// Everybody who came.
  package let registered: Int
  /// How many more came than it was planned for; nobody is sent away for that.
  package let overCapacity: Int
  package let undecided: Int
  package let deferred: Int
  /// Null for those who may not know reasons.
  @OrNull package var deferredByReason: [String: Int]?
  package let walkedOut: Int
  package let donated: Int
  package let donatedByOutcome: [String: Int]
  /// Donations by the donor's confirmed group; `unknown` until it is.
  package let donatedByBloodGroup: [String: Int]

  /// Collects the counts.
  package init(
    driveId: ID<Drive>, state: DriveState, capacity: Int? = nil, registered: Int,
    undecided: Int, deferred: Int, deferredByReason: [String: Int]?, walkedOut: Int,
    donated: Int, donatedByOutcome: [String: Int], donatedByBloodGroup: [String: Int]
  ) {
    self.driveId = driveId
    self.state = state
    self.capacity = capacity
    self.registered = registered
    overCapacity = capacity.map { max(0, registered - $0) } ?? 0
    self.undecided = undecided
    self.deferred = deferred
    self.deferredByReason = deferredByReason
    self.walkedOut = walkedOut
    self.donated = donated
    self.donatedByOutcome = donatedByOutcome
    self.donatedByBloodGroup = donatedByBloodGroup
  }
}

/// What a host may know of a drive in its house: no reason, and no number so small
/// that colleagues could tell whom it counts.
package struct HostReport: Codable, Sendable, Hashable {
  package let driveId: ID<Drive>
  package let state: DriveState
  /// Null where the number is too small to be told.
  @OrNull package var registered: Int?
  @OrNull package var donated: Int?
  /// Donations by confirmed group; null cells are too small to be told.
  package let donatedByBloodGroup: [String: Int?]

  /// Counts below this are not told.
  package static let smallestCell = 5

  /// Takes from a report what its host may know.
  package init(_ report: DriveReport) {
    driveId = report.driveId
    state = report.state
    // The difference of two numbers that are told is told as well.
    let difference = report.registered - report.donated
    registered =
      difference == 0 || Self.told(difference) != nil ? Self.told(report.registered) : nil
    donated = Self.told(report.donated)
    donatedByBloodGroup = Self.told(report.donatedByBloodGroup)
  }

  private static func told(_ count: Int) -> Int? { count < smallestCell ? nil : count }

  /// Hides small cells, and the next larger ones until the hidden cannot be computed
  /// from the sum: at least two cells, and together no small number.
  private static func told(_ cells: [String: Int]) -> [String: Int?] {
    let ascending = cells.filter { $0.value > 0 }.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
    var hidden: Set<String> = []
    var sum = 0
    for (name, count) in ascending {
      let isUncovered = !hidden.isEmpty && (hidden.count < 2 || sum < smallestCell)
      guard count < smallestCell || isUncovered else { break }
      hidden.insert(name)
      sum += count
    }
    return cells.filter { $0.value > 0 }.reduce(into: [:]) { told, cell in
      told[cell.key] = .some(hidden.contains(cell.key) ? nil : cell.value)
    }
  }
}
