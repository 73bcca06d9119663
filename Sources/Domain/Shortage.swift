/// How many days a stock lasts at the mean demand of a period.
///
/// Nothing where there was no demand: such a stock has no end, and is not
/// endless either.
package func daysOfSupply(issuable: Int, demand: Int, overDays days: Int) -> Double? {
  guard demand > 0, days > 0 else { return nil }
  return Double(max(issuable, 0)) * Double(days) / Double(demand)
}

/// How serious a shortage is.
package enum Phase: String, CaseIterable, Hashable, Sendable, Codable {
  case green
  case preAmber = "pre-amber"
  case amber
  case red
  case noDemand = "no_demand"

  /// The phase a stock stands in; without demand there is none.
  package init(daysOfSupply days: Double?, bands: PhaseBands) {
    switch days {
    case nil: self = .noDemand
    case let days? where days >= bands.green: self = .green
    case let days? where days >= bands.preAmber: self = .preAmber
    case let days? where days >= bands.amber: self = .amber
    default: self = .red
    }
  }
}

/// From how many days of supply on each phase holds, the bound included.
package struct PhaseBands: Hashable, Sendable, Codable {
  /// The profile's name, such as `3-2-1`.
  package let profile: String
  package let green: Double
  package let preAmber: Double
  package let amber: Double

  /// Sets the bounds.
  package init(profile: String, green: Double, preAmber: Double, amber: Double) {
    self.profile = profile
    self.green = green
    self.preAmber = preAmber
    self.amber = amber
  }

  private enum CodingKeys: String, CodingKey {
    case profile, green, amber
    case preAmber = "pre_amber"
  }
}

/// The one word the public is told about a group.
package enum SupplyWord: String, CaseIterable, Hashable, Sendable, Codable {
  case veryLow = "very_low"
  case low
  case needMore = "need_more"
  case ok
  case good

  /// The word for a stock; without demand the donor is not told to worry.
  package init(daysOfSupply days: Double?, bands: SupplyWordBands) {
    switch days {
    case nil: self = .ok
    case let days? where days >= bands.good: self = .good
    case let days? where days >= bands.ok: self = .ok
    case let days? where days >= bands.needMore: self = .needMore
    case let days? where days >= bands.low: self = .low
    default: self = .veryLow
    }
  }
}

/// From how many days of supply on each word is used, the bound included.
package struct SupplyWordBands: Hashable, Sendable, Codable {
  package let low: Double
  package let needMore: Double
  package let ok: Double
  package let good: Double

  /// Sets the bounds.
  package init(low: Double, needMore: Double, ok: Double, good: Double) {
    self.low = low
    self.needMore = needMore
    self.ok = ok
    self.good = good
  }

  private enum CodingKeys: String, CodingKey {
    case low, ok, good
    case needMore = "need_more"
  }
}

/// How many units expire how soon; each count includes the ones before it.
package struct ExpiryProfile: Hashable, Sendable, Codable {
  /// Units with at most three days left.
  package private(set) var le3 = 0
  /// Units with at most seven days left.
  package private(set) var le7 = 0
  /// Units with at most fourteen days left.
  package private(set) var le14 = 0
  /// Units with at most 28 days left.
  package private(set) var le28 = 0
  /// Units that keep longer than 28 days.
  package private(set) var more = 0

  /// Counts units by their last usable day; those past it are not stock any more.
  package init(_ stock: [(expiresOn: Day, count: Int)], on today: Day) {
    for (expiresOn, count) in stock {
      let left = today.days(until: expiresOn)
      guard left >= 0 else { continue }
      if left <= 3 { le3 += count }
      if left <= 7 { le7 += count }
      if left <= 14 { le14 += count }
      if left <= 28 { le28 += count } else { more += count }
    }
  }
}
