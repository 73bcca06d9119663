package import FoundationEssentials

/// When a unit can no longer be used.
package struct Expiry: Hashable, Sendable, Codable {
  /// The last civil day on which it may be used.
  package let expiresOn: Day
  /// The instant from which it may not: it is usable while now is before this.
  package let expiresAt: Date

  /// A unit that is usable up to 23:59 of `day`, local time.
  package init(endOf day: Day, in zone: TimeZone) {
    expiresOn = day
    expiresAt = day.endOfDay(in: zone)
  }

  /// A unit that is usable up to an instant.
  package init(at instant: Date, in zone: TimeZone) {
    // The bound itself is outside: one that falls on midnight ends the day before.
    expiresOn = Day(instant - 0.001, in: zone)
    expiresAt = instant
  }

  private enum CodingKeys: String, CodingKey {
    case expiresOn = "expires_on"
    case expiresAt = "expires_at"
  }
}

/// Why a unit has no expiry or may not be modified.
package enum ShelfLifeRefusal: Refusal {
  /// The policy says nothing about this.
  case notInPolicy(Component, Modification?)
  /// The unit is older than the policy allows for this.
  case tooOld(Component, Modification, collectedOn: Day, latest: Day)
  /// The unit expired before it was modified.
  case alreadyExpired(on: Day)

  /// The stable code.
  package var code: String {
    switch self {
    case .notInPolicy: "shelf_life_not_in_policy"
    case .tooOld: "unit_too_old_to_modify"
    case .alreadyExpired: "unit_expired"
    }
  }

  /// The component, the modification and the days concerned.
  package var facts: [String: String] {
    switch self {
    case .notInPolicy(let component, let modification):
      ["component": component.rawValue, "modification": modification?.rawValue ?? ""]
    case .tooOld(let component, let modification, let collectedOn, let latest):
      [
        "component": component.rawValue, "modification": modification.rawValue,
        "collected_on": "\(collectedOn)", "latest": "\(latest)",
      ]
    case .alreadyExpired(let day):
      ["expired_on": "\(day)"]
    }
  }
}

extension Policy {
  /// When a fresh component expires.
  ///
  /// The day of collection is day 0, and the last day is usable to its end,
  /// counted in the civil days of the centre's zone.
  /// - Throws: ``ShelfLifeRefusal`` when the policy is silent.
  package func expiry(
    of component: Component, collectedOn: Day, in zone: TimeZone
  ) throws(ShelfLifeRefusal) -> Expiry {
    guard let term = rule(component, nil)?.lasts else { throw .notInPolicy(component, nil) }
    return Expiry(endOf: collectedOn.adding(term), in: zone)
  }

  /// When a component expires after it was modified; never later than before.
  /// - Throws: ``ShelfLifeRefusal`` when it may not be modified any more.
  package func expiry(
    of component: Component, _ modification: Modification, at instant: Date,
    collectedOn: Day, before: Expiry, in zone: TimeZone
  ) throws(ShelfLifeRefusal) -> Expiry {
    guard let rule = rule(component, modification) else {
      throw .notInPolicy(component, modification)
    }
    guard instant < before.expiresAt else { throw .alreadyExpired(on: before.expiresOn) }
    let day = Day(instant, in: zone)
    if let latest = rule.within.map(collectedOn.adding), day > latest {
      throw .tooOld(component, modification, collectedOn: collectedOn, latest: latest)
    }
    guard let term = rule.lasts else { return before }
    let after =
      term.unit == .hours
      ? Expiry(at: instant + Double(term.count) * 3600, in: zone)
      : Expiry(endOf: day.adding(term), in: zone)
    return after.expiresAt < before.expiresAt ? after : before
  }

  private func rule(_ component: Component, _ modification: Modification?) -> ShelfLifeRule? {
    shelfLives.first { $0.component == component && $0.modification == modification }
  }
}
