import Domain
import Foundation

/// The drives of the demonstration and who came to them.
struct Drives {
  let scenery: Scenery
  let now: Date

  /// Donations by group as the Kostanay centre published them for 3 to 5 January
  /// 2024 (ockkostanay.kz): 190 came, 153 gave.
  private static let published: [(group: String, count: Int)] = [
    ("O+", 42), ("O-", 10), ("A+", 42), ("A-", 5), ("B+", 34), ("B-", 1), ("AB+", 15),
    ("AB-", 4),
  ]
  private static let camePublished = 190

  /// Twenty-five doctors and nurses; among them the rare group was found.
  private static let lobby: [(group: String, count: Int)] = [
    ("O+", 8), ("O-", 2), ("A+", 7), ("A-", 1), ("B+", 5), ("AB+", 2),
  ]

  /// One drive with its visitors.
  struct Plan: Sendable {
    let number: Int
    let site: ID<Site>
    let drive: Drive
    let opens: Date
    let closes: Date
    let visitors: [Visitor]
  }

  /// Somebody who came; without a group, somebody who gave nothing.
  struct Visitor: Sendable {
    let number: Int
    let donor: DonorDraft
    let group: BloodGroup?
    let arrives: Date
  }

  var all: [Plan] {
    var cast = Cast()
    let week = shuffled(Self.published, Self.camePublished)
    let perDay = (week.count + 2) / 3
    var plans: [Plan] = []
    for day in 0..<3 {
      let today = Array(week.dropFirst(day * perDay).prefix(perDay))
      plans.append(
        plan(
          day, today, first: day * perDay, daysAgo: 7 - day, at: scenery.kostanay, &cast,
          name: Wording(texts: [
            "kk": "Донор күні, \(day + 1)-күн", "ru": "День донора, \(day + 1)-й день",
            "en": "Donor day, day \(day + 1)",
          ])))
    }
    plans.append(
      plan(
        3, shuffled(Self.lobby, 25), first: week.count, daysAgo: 4, at: scenery.factory, &cast,
        name: Wording(texts: [
          "kk": "Дәрігерлер қан тапсырады", "ru": "Врачи сдают кровь", "en": "Doctors give blood",
        ])))
    return plans
  }

  private func plan(
    _ number: Int, _ groups: [BloodGroup?], first: Int, daysAgo: Int, at site: Site,
    _ cast: inout Cast, name: Wording
  ) -> Plan {
    let zone = TimeZone(identifier: site.timeZone) ?? .gmt
    let date = Day(now, in: zone).adding(days: -daysAgo)
    let opens = date.startOfDay(in: zone) + 9 * 3600
    let visitors = groups.enumerated().map { index, group in
      Visitor(
        number: first + index, donor: cast.donor(number: first + index, bornBefore: date),
        group: group, arrives: opens + Double(index) * 240)
    }
    return Plan(
      number: number, site: site.id,
      drive: Drive(
        id: Lot.id("drive", number), name: name, hostId: nil, siteId: site.id, date: date,
        startsAt: opens, endsAt: opens + 8 * 3600, capacity: max(groups.count, 40)),
      opens: opens, closes: opens + 9 * 3600, visitors: visitors)
  }

  /// The groups in an order that looks like a queue, those who gave nothing among
  /// them.
  private func shuffled(_ counts: [(group: String, count: Int)], _ came: Int) -> [BloodGroup?] {
    var queue: [BloodGroup?] = counts.flatMap { entry in
      [BloodGroup?](repeating: BloodGroup(code: entry.group), count: entry.count)
    }
    queue += [BloodGroup?](repeating: nil, count: max(came - queue.count, 0))
    var lot = Lot(seed: UInt64(came))
    for index in queue.indices.reversed() where index > 0 {
      queue.swapAt(index, lot.below(index + 1))
    }
    return queue
  }
}
