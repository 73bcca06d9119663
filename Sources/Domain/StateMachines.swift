/// The stages of something, and which one may follow which.
package protocol Lifecycle: CaseIterable, Hashable, Sendable, Codable {
  /// The stages that may come next; none after a final one.
  var next: Set<Self> { get }
}

extension Lifecycle {
  /// Whether `stage` may follow this one.
  package func canBecome(_ stage: Self) -> Bool { next.contains(stage) }

  /// True where nothing can follow.
  package var isFinal: Bool { next.isEmpty }
}

/// Where a drive stands.
package enum DriveState: String, Lifecycle {
  case planned, open, closed, cancelled

  package var next: Set<DriveState> {
    switch self {
    case .planned: [.open, .cancelled]
    case .open: [.closed, .cancelled]
    case .closed, .cancelled: []
    }
  }
}

/// Where a donation stands.
package enum DonationState: String, Lifecycle {
  case collected, released, rejected

  package var next: Set<DonationState> {
    switch self {
    case .collected: [.released, .rejected]
    // A reactive result that comes later makes a released donation unsafe for ever.
    case .released: [.rejected]
    case .rejected: []
    }
  }
}

/// Where a unit stands.
package enum UnitState: String, Lifecycle {
  case quarantined, available, held, issued, received, returned, transfused, expired, discarded

  package var next: Set<UnitState> {
    switch self {
    case .quarantined: [.available, .expired, .discarded]
    case .available: [.quarantined, .held, .expired, .discarded]
    case .held: [.quarantined, .available, .issued, .expired, .discarded]
    case .issued: [.received, .returned, .transfused, .discarded]
    case .received: [.returned, .transfused, .discarded]
    // What comes back goes through quarantine before it is offered again.
    case .returned: [.quarantined, .expired, .discarded]
    case .expired: [.discarded]
    case .transfused, .discarded: []
    }
  }
}

/// Where a hospital's request stands.
package enum RequestState: String, Lifecycle {
  case open, fulfilled, cancelled, lapsed

  package var next: Set<RequestState> {
    switch self {
    case .open: [.fulfilled, .cancelled, .lapsed]
    case .fulfilled, .cancelled, .lapsed: []
    }
  }
}

/// Where the promise of one unit to one request stands.
package enum AllocationState: String, Lifecycle {
  case held, issued, received, returned, released, expired, withdrawn

  package var next: Set<AllocationState> {
    switch self {
    case .held: [.issued, .released, .expired, .withdrawn]
    case .issued: [.received, .returned]
    case .received: [.returned]
    case .returned, .released, .expired, .withdrawn: []
    }
  }
}

/// Where a step that two persons take together stands.
package enum ResolutionState: String, Lifecycle {
  case open, confirmed, rejected

  package var next: Set<ResolutionState> {
    switch self {
    case .open: [.confirmed, .rejected]
    case .confirmed, .rejected: []
    }
  }
}

/// Where a donor's record stands; deferral and eligibility are computed, never kept.
package enum DonorState: String, Lifecycle {
  case active, merged, anonymised

  package var next: Set<DonorState> {
    switch self {
    case .active: [.merged, .anonymised]
    // A wrong merge is undone and restores the record exactly.
    case .merged: [.active]
    case .anonymised: []
    }
  }
}
