extension Policy {
  var mistakesOfBounds: [PolicyMistake] {
    var found: [PolicyMistake] = []
    for (index, rule) in ages.enumerated() where rule.minimum == nil && rule.maximum == nil {
      found.append(PolicyMistake("An age rule has no bound.", at: "ages", index))
    }
    for (index, rule) in ages.enumerated() where (rule.minimum ?? 0) > (rule.maximum ?? .max) {
      found.append(
        PolicyMistake("An age rule has its bounds the wrong way round.", at: "ages", index))
    }
    for (index, rule) in signs.enumerated() where rule.minimum == nil && rule.maximum == nil {
      found.append(
        PolicyMistake("The rule on \(rule.sign.rawValue) has no bound.", at: "signs", index))
    }
    for (index, rule) in signs.enumerated()
    where (rule.minimum ?? 0) > (rule.maximum ?? .infinity) {
      found.append(
        PolicyMistake(
          "The rule on \(rule.sign.rawValue) has its bounds the wrong way round.",
          at: "signs", index))
    }
    for (index, rule) in volumes.enumerated()
    where !(0 < rule.minimum && rule.minimum <= rule.target && rule.target <= rule.maximum) {
      found.append(
        PolicyMistake(
          "The volumes of \(rule.kind.rawValue) are not in order.", at: "volumes", index))
    }
    return found
  }

  var mistakesOfDonorRules: [PolicyMistake] {
    mistakesOfCaps + mistakesOfDeferrals + mistakesOfDates("intervals", intervals)
      + mistakesOfDates("caps", caps) + mistakesOfDates("ages", ages)
      + mistakesOfDates("signs", signs) + mistakesOfDates("deferrals", deferrals)
      + mistakesOfDates("reactives", reactives)
  }

  private var mistakesOfCaps: [PolicyMistake] {
    var found: [PolicyMistake] = []
    for (index, rule) in caps.enumerated() {
      if (rule.atMost == nil) == (rule.atMostMl == nil) {
        found.append(
          PolicyMistake("A cap needs one of at_most and at_most_ml.", at: "caps", index))
      } else if rule.atMost ?? rule.atMostMl ?? 0 < 1 || rule.kinds.isEmpty {
        found.append(
          PolicyMistake(
            "A cap must allow at least one donation of some kind.", at: "caps", index))
      }
    }
    return found
  }

  private var mistakesOfDeferrals: [PolicyMistake] {
    var found: [PolicyMistake] = []
    for (index, rule) in deferrals.enumerated() {
      if (rule.kind == .temporary) != (rule.lasts != nil) {
        found.append(
          PolicyMistake(
            rule.lasts == nil
              ? "The temporary deferral \(rule.reason) does not say how long it lasts."
              : "Only a temporary deferral lasts for a term; \(rule.reason) is none.",
            at: "deferrals", index))
      }
      let earlier = deferrals.prefix(index).first { $0.isRival(of: rule) }
      if earlier != nil {
        found.append(
          PolicyMistake(
            "The reason \(rule.reason) stands twice for the same time.", at: "deferrals", index,
            "reason"))
      }
    }
    return found
  }

  private func mistakesOfDates(_ member: String, _ rules: [some Dated]) -> [PolicyMistake] {
    rules.enumerated().compactMap { index, rule in
      guard let from = rule.effectiveFrom, let until = rule.effectiveUntil, until <= from
      else { return nil }
      return PolicyMistake(
        "A rule goes out of force before it comes into force.", at: member, index,
        "effective_until")
    }
  }

  var mistakesOfStock: [PolicyMistake] {
    var found: [PolicyMistake] = []
    for (index, rule) in scarcity.enumerated()
    where rule.order.count != 8 || Set(rule.order).count != 8 {
      found.append(
        PolicyMistake(
          "A scarcity order does not name each of the eight groups once.", at: "scarcity",
          index))
    }
    let phases = phaseBands.value
    if !(phases.green > phases.preAmber && phases.preAmber > phases.amber && phases.amber > 0) {
      found.append(PolicyMistake("The bands of the phases do not descend.", at: "phase_bands"))
    }
    let words = supplyWordBands.value
    if !(words.good > words.ok && words.ok > words.needMore && words.needMore > words.low
      && words.low > 0)
    {
      found.append(
        PolicyMistake("The bands of the public words do not descend.", at: "supply_word_bands"))
    }
    if demandDays.value < 1 {
      found.append(PolicyMistake("Demand is averaged over no day.", at: "demand_days"))
    }
    if holdHours.value < 1 {
      found.append(PolicyMistake("A hold ends before it begins.", at: "hold_hours"))
    }
    for (index, rule) in (returns ?? []).enumerated()
    where rule.atMostMinutes < 0 || rule.components.isEmpty {
      found.append(
        PolicyMistake("A rule for returns names no component or no time.", at: "returns", index))
    }
    if expiryMarginHours.value < 0 {
      found.append(PolicyMistake("The expiry margin is negative.", at: "expiry_margin_hours"))
    }
    if oNegativeReserve.value.days < 0 || oNegativeReserve.value.units < 0 {
      found.append(PolicyMistake("The reserve of O− is negative.", at: "o_negative_reserve"))
    }
    return found
  }
}

extension DeferralRule {
  /// Whether both speak of the same reason, some same kind and some same day.
  fileprivate func isRival(of other: DeferralRule) -> Bool {
    guard reason == other.reason else { return false }
    if let kinds, let theirs = other.kinds, Set(kinds).isDisjoint(with: theirs) { return false }
    return (effectiveFrom ?? .first) < (other.effectiveUntil ?? .last)
      && (other.effectiveFrom ?? .first) < (effectiveUntil ?? .last)
  }
}
