import Domain

/// A group that is short, or for which somebody waits, in one sentence.
struct ShortGroup: Sendable {
  let label: String
  let spoken: String
  let phase: PhaseMark
  let sentence: String

  /// The short groups of a report, the worst first.
  static func all(of report: ShortageReport, in book: Phrasebook) -> [ShortGroup] {
    report.rows.filter(\.isShort).sorted(by: ShortageLine.isWorse)
      .map { ShortGroup($0, in: book) }
  }

  private init(_ line: ShortageLine, in book: Phrasebook) {
    let writing = Writing(language: book.language)
    label = line.group.label
    spoken = book("group.\(line.group.code)")
    phase = PhaseMark(line.phase, in: book)
    let waiting = [
      "waiting": writing.list(line.openRequests.spoken(in: book)),
      "unmet": writing.count(line.openRequests.unmetUnits),
    ]
    if let days = line.daysOfSupply.map(writing.days) {
      sentence =
        line.openRequests.unmetUnits == 0
        ? book(.lasts, ["days": days])
        : book(.lastsWaiting, waiting.merging(["days": days]) { $1 })
    } else {
      sentence = book(.waitingOnly, waiting)
    }
  }
}

extension ShortageLine {
  fileprivate var isShort: Bool {
    switch phase {
    case .red, .amber, .preAmber: true
    case .green, .noDemand: openRequests.unmetUnits > 0
    }
  }

  /// The fewer days a stock lasts the worse it is; of equals, the one more units are missing of.
  fileprivate static func isWorse(_ left: ShortageLine, _ right: ShortageLine) -> Bool {
    let (days, others) = (left.daysOfSupply ?? .infinity, right.daysOfSupply ?? .infinity)
    return days == others
      ? left.openRequests.unmetUnits > right.openRequests.unmetUnits : days < others
  }
}
