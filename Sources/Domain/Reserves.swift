/// What the O− stock of a component is, and how much of it is asked for.
package struct ReserveFacts: Codable, Sendable, Hashable {
  package let component: Component
  /// O− units on the shelf.
  package let issuable: Int
  /// O− units asked for in the days over which the policy averages demand.
  package let asked: Int

  /// Describes the stock.
  package init(component: Component, issuable: Int, asked: Int) {
    self.component = component
    self.issuable = issuable
    self.asked = asked
  }

  /// How many units lie above the reserve; negative when it is broken into.
  package func spare(under policy: Policy) -> Int {
    let daily = Double(asked) / Double(policy.demandDays.value)
    return issuable - policy.oNegativeReserve.value.size(dailyDemand: daily)
  }
}

extension Reserve {
  /// The units to keep: the larger of so many days of demand and so many units.
  package func size(dailyDemand: Double) -> Int {
    max(units, Int((Double(days) * dailyDemand).rounded(.up)))
  }
}

extension Search {
  /// Whether its next units would be O− ones.
  private var seeksONegative: Bool { next?.group == .oNegative && line.component.hasRedCells }

  /// Whether it would spend O− units on another group without haste.
  ///
  /// Who is O− himself, or in danger, is who the reserve is kept for.
  package var spendsReserve: Bool {
    seeksONegative && line.bloodGroup != .oNegative && line.urgency >= .routine
  }

  /// Leaves the reserve to emergencies: what is spare beside the needs of those whom it
  /// is kept for is shared among the others in their order.
  package static func keepReserve(
    in searches: inout [Search], _ facts: [ReserveFacts], under policy: Policy
  ) {
    for stock in facts {
      var spare = stock.spare(under: policy)
      for search in searches
      where search.line.component == stock.component && search.seeksONegative
        && !search.spendsReserve
      {
        spare -= search.wanted
      }
      for index in searches.indices
      where searches[index].line.component == stock.component
        && searches[index].spendsReserve
      {
        let share = min(max(spare, 0), searches[index].wanted)
        spare -= share
        searches[index].spare(allBut: share)
      }
    }
  }
}

extension Component {
  /// Whether O− of it suits everybody.
  fileprivate var hasRedCells: Bool { self == .redCells || self == .wholeBlood }
}
