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
  /// Everybody who came.
  package let registered: Int
  package let undecided: Int
  package let deferred: Int
  package let deferredByReason: [String: Int]
  package let walkedOut: Int
  package let donated: Int
  package let donatedByOutcome: [String: Int]
  /// Donations by the donor's confirmed group; `unknown` until it is.
  package let donatedByBloodGroup: [String: Int]
}
