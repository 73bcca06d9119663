extension Policy {
  /// What is missing or contradicts itself, one sentence each; empty for a sound policy.
  package func validate() -> [String] {
    problemsOfHeading + problemsOfSources + problemsOfCoverage + problemsOfBounds
      + problemsOfStock
  }

  private var problemsOfHeading: [String] {
    var found: [String] = []
    if code.isEmpty { found.append("The policy has no code.") }
    if version < 1 { found.append("The version must be 1 or more.") }
    for (language, name) in [
      ("kk", jurisdiction.kk), ("ru", jurisdiction.ru), ("en", jurisdiction.en),
    ] where name.isEmpty {
      found.append("The jurisdiction has no name in \(language).")
    }
    if kinds.isEmpty { found.append("The policy governs no kind of donation.") }
    if markers.isEmpty { found.append("No marker is required.") }
    if Set(requiredMarkers).count != markers.count { found.append("A marker stands twice.") }
    return found
  }

  private var problemsOfSources: [String] {
    let rules: [any Cited] =
      markers as [any Cited] + intervals + caps + ages + volumes + shelfLives + scarcity
      + (quarantine ?? [])
      + [phaseBands, supplyWordBands, demandDays, holdHours, expiryMarginHours, oNegativeReserve]
    let unsourced = rules.count { $0.source.isEmpty }
    return unsourced == 0 ? [] : ["\(unsourced) values have no source."]
  }

  private var problemsOfCoverage: [String] {
    var found: [String] = []
    for to in kinds {
      for from in kinds {
        for sex in Sex.allCases where !hasInterval(from, to, sex) {
          found.append("No interval from \(from.rawValue) to \(to.rawValue), \(sex.rawValue).")
        }
      }
      if volume(of: to) == nil { found.append("No volume for \(to.rawValue).") }
      if !hasMinimumAge(for: to) { found.append("No youngest age for \(to.rawValue).") }
    }
    for component in Set(kinds.flatMap(\.components)).sorted(by: { $0.rawValue < $1.rawValue }) {
      let lives = shelfLives.filter { $0.component == component && $0.modification == nil }
      if lives.count != 1 || lives[0].lasts == nil {
        found.append("\(component.rawValue) needs exactly one shelf life from collection.")
      }
      if scarcity.count(where: { $0.components.contains(component) }) != 1 {
        found.append("\(component.rawValue) needs exactly one scarcity order.")
      }
    }
    return found
  }

  private func hasInterval(_ from: DonationKind, _ to: DonationKind, _ sex: Sex) -> Bool {
    intervals.contains { rule in
      rule.from.contains(from) && rule.to.contains(to) && (rule.sex ?? sex) == sex
    }
  }

  private func hasMinimumAge(for kind: DonationKind) -> Bool {
    ages.contains { rule in
      rule.minimum != nil && rule.firstTime != true && rule.kinds?.contains(kind) ?? true
    }
  }

  private var problemsOfBounds: [String] {
    var found: [String] = []
    for rule in caps where rule.atMost < 1 || rule.kinds.isEmpty {
      found.append("A cap must allow at least one donation of some kind.")
    }
    for rule in ages where rule.minimum == nil && rule.maximum == nil {
      found.append("An age rule has no bound.")
    }
    for rule in ages where (rule.minimum ?? 0) > (rule.maximum ?? .max) {
      found.append("An age rule has its bounds the wrong way round.")
    }
    for rule in volumes
    where !(0 < rule.minimum && rule.minimum <= rule.target && rule.target <= rule.maximum) {
      found.append("The volumes of \(rule.kind.rawValue) are not in order.")
    }
    return found
  }

  private var problemsOfStock: [String] {
    var found: [String] = []
    for rule in scarcity where rule.order.count != 8 || Set(rule.order).count != 8 {
      found.append("A scarcity order does not name each of the eight groups once.")
    }
    let phases = phaseBands.value
    if !(phases.green > phases.preAmber && phases.preAmber > phases.amber && phases.amber > 0) {
      found.append("The bands of the phases do not descend.")
    }
    let words = supplyWordBands.value
    if !(words.good > words.ok && words.ok > words.needMore && words.needMore > words.low
      && words.low > 0)
    {
      found.append("The bands of the public words do not descend.")
    }
    if demandDays.value < 1 { found.append("Demand is averaged over no day.") }
    if holdHours.value < 1 { found.append("A hold ends before it begins.") }
    if expiryMarginHours.value < 0 { found.append("The expiry margin is negative.") }
    if oNegativeReserve.value.days < 0 || oNegativeReserve.value.units < 0 {
      found.append("The reserve of O− is negative.")
    }
    return found
  }
}
