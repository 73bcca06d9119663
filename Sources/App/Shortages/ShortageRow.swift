import Domain
import Foundation

/// One group of the report, in words and figures.
struct ShortageRow: Sendable {
  let label: String
  let spoken: String
  /// The word for the sign of the label: a lost minus is dangerous.
  let rhd: String
  let phase: PhaseMark
  let since: String?
  let bar: SupplyBar?
  let issuable: String
  let reserved: String
  let quarantined: String
  let due: [String]
  let inTransit: String
  let expiring: [String]
  let demand: [String]
  let requests: String
  let byUrgency: [String]
  let unmet: String
  let oldest: Moment?

  /// A moment in words and for machines.
  struct Moment: Sendable {
    let text: String
    let machine: String
  }

  init(_ line: ShortageLine, bands: PhaseBands, at now: Date, in book: Phrasebook) {
    let writing = Writing(language: book.language)
    label = line.group.label
    spoken = book("group.\(line.group.code)")
    rhd = book("rhd.\(line.group.rhd.rawValue)")
    phase = PhaseMark(line.phase, in: book)
    since = line.phaseSince.map { book(.since, ["moment": writing.shortMoment($0)]) }
    bar = line.daysOfSupply.map { days in
      let id = "bar-\(line.group.abo.rawValue)-\(line.group.rhd.rawValue)"
      return SupplyBar(days, bands: bands, id: id, in: book)
    }
    issuable = writing.count(line.issuable)
    reserved = writing.count(line.reserved)
    quarantined = writing.count(line.quarantined)
    due = Self.due(line.quarantine, in: book)
    inTransit = writing.count(line.inTransit)
    let profile = line.expiring
    expiring = [profile.le3, profile.le7, profile.le14, profile.le28, profile.more]
      .map(writing.count)
    demand = [line.demand.d7, line.demand.d28, line.demand.d90].map(writing.count)
    requests = writing.count(line.openRequests.count)
    byUrgency = line.openRequests.spoken(in: book)
    unmet = writing.count(line.openRequests.unmetUnits)
    oldest = line.openRequests.oldestSince.map {
      Moment(text: writing.ago($0, at: now), machine: Instant.format($0))
    }
  }

  /// The next two days on which units may leave quarantine, and how many come later.
  private static func due(_ quarantine: [QuarantineDue], in book: Phrasebook) -> [String] {
    let writing = Writing(language: book.language)
    let later = quarantine.dropFirst(2).reduce(0) { $0 + $1.units }
    return quarantine.prefix(2).map {
      book(.due, ["day": writing.shortDay($0.release), "units": writing.count($0.units)])
    } + (later == 0 ? [] : [book(.dueLater, ["units": writing.count(later)])])
  }
}

extension OpenRequests {
  /// How many requests of each urgency wait, the most urgent first.
  func spoken(in book: Phrasebook) -> [String] {
    let writing = Writing(language: book.language)
    return Urgency.allCases.sorted().compactMap { urgency in
      guard let count = byUrgency[urgency.rawValue], count > 0 else { return nil }
      return book("waiting.\(urgency.rawValue)", ["count": writing.count(count)])
    }
  }
}
