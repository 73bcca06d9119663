extension Policy {
  /// The first day after `day` on which a rule about donors comes into force or goes out of it.
  func nextChange(after day: Day) -> Day? {
    var next: Day?
    func look(_ rules: [some Dated]) {
      for rule in rules {
        for change in [rule.effectiveFrom, rule.effectiveUntil] {
          guard let change, change > day else { continue }
          if next.map({ change < $0 }) ?? true { next = change }
        }
      }
    }
    look(intervals)
    look(caps)
    look(ages)
    look(signs)
    look(deferrals)
    look(reactives)
    return next
  }

  /// The first day of the policy, and every later one on which a rule about donors changes.
  var stages: [Day] {
    var days = [effectiveFrom]
    while let last = days.last, let next = nextChange(after: last) { days.append(next) }
    return days
  }
}
