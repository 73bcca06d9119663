/// Something a policy leaves out or contradicts itself in, and where.
package struct PolicyMistake: Hashable, Sendable, CustomStringConvertible {
  /// One step from a value to a part of it.
  package enum Step: Hashable, Sendable {
    case member(String)
    case element(Int)
  }

  /// The way from the whole policy to the value.
  package let path: [Step]
  /// What is wrong, as a sentence.
  package let description: String

  /// Names a mistake at a member of the policy, an element of it, a member of that.
  package init(
    _ description: String, at member: String? = nil, _ element: Int? = nil,
    _ inner: String? = nil
  ) {
    path =
      (member.map { [.member($0)] } ?? []) + (element.map { [.element($0)] } ?? [])
      + (inner.map { [.member($0)] } ?? [])
    self.description = description
  }
}

extension Policy {
  /// What is missing or contradicts itself; empty for a sound policy.
  package func validate() -> [PolicyMistake] {
    mistakesOfHeading + mistakesOfSources + mistakesOfCoverage + mistakesOfBounds
      + mistakesOfDonorRules + mistakesOfStock + mistakesOfRarePhenotypes
      + mistakesOfContactLimits
  }

  private var mistakesOfHeading: [PolicyMistake] {
    var found: [PolicyMistake] = []
    if code.isEmpty { found.append(PolicyMistake("The policy has no code.", at: "code")) }
    if version < 1 {
      found.append(PolicyMistake("The version must be 1 or more.", at: "version"))
    }
    for (language, name) in [
      ("kk", jurisdiction.kk), ("ru", jurisdiction.ru), ("en", jurisdiction.en),
    ] where name.isEmpty {
      found.append(
        PolicyMistake("The jurisdiction has no name in \(language).", at: "jurisdiction"))
    }
    if kinds.isEmpty {
      found.append(PolicyMistake("The policy governs no kind of donation.", at: "kinds"))
    }
    if markers.isEmpty { found.append(PolicyMistake("No marker is required.", at: "markers")) }
    for (index, marker) in requiredMarkers.enumerated()
    where requiredMarkers.prefix(index).contains(marker) {
      found.append(PolicyMistake("The marker \(marker) stands twice.", at: "markers", index))
    }
    return found
  }

  private var mistakesOfSources: [PolicyMistake] {
    var found: [PolicyMistake] = []
    for (member, rules) in citedLists {
      for (index, rule) in rules.enumerated() where rule.source.isEmpty {
        found.append(PolicyMistake("The value has no source.", at: member, index, "source"))
      }
    }
    for (member, rule) in citedValues where rule.source.isEmpty {
      found.append(PolicyMistake("The value has no source.", at: member))
    }
    return found
  }

  private var mistakesOfCoverage: [PolicyMistake] {
    var found: [PolicyMistake] = []
    for to in kinds {
      for from in kinds {
        for sex in Sex.allCases { found += mistakesOfInterval(from, to, sex) }
      }
      if volume(of: to) == nil {
        found.append(PolicyMistake("No volume for \(to.rawValue).", at: "volumes"))
      }
      if !hasMinimumAge(for: to) {
        found.append(PolicyMistake("No youngest age for \(to.rawValue).", at: "ages"))
      }
    }
    for component in Set(kinds.flatMap(\.components)).sorted(by: { $0.rawValue < $1.rawValue }) {
      let lives = shelfLives.filter { $0.component == component && $0.modification == nil }
      if lives.count != 1 || lives[0].lasts == nil {
        found.append(
          PolicyMistake(
            "\(component.rawValue) needs exactly one shelf life from collection.",
            at: "shelf_lives"))
      }
      if scarcity.count(where: { $0.components.contains(component) }) != 1 {
        found.append(
          PolicyMistake(
            "\(component.rawValue) needs exactly one scarcity order.", at: "scarcity"))
      }
    }
    return found
  }

  /// The first day on which the matrix says nothing of a pair of kinds, if there is one.
  private func mistakesOfInterval(
    _ from: DonationKind, _ to: DonationKind, _ sex: Sex
  ) -> [PolicyMistake] {
    let gap = stages.first { day in
      !intervals.contains { rule in
        rule.from.contains(from) && rule.to.contains(to) && rule.sex.includes(sex)
          && rule.isInForce(on: day)
      }
    }
    guard let gap else { return [] }
    let since = gap == effectiveFrom ? "" : " from \(gap) on"
    return [
      PolicyMistake(
        "No interval from \(from.rawValue) to \(to.rawValue), \(sex.rawValue)\(since).",
        at: "intervals")
    ]
  }

  private func hasMinimumAge(for kind: DonationKind) -> Bool {
    stages.allSatisfy { day in
      ages.contains { rule in
        rule.minimum != nil && rule.firstTime == nil && rule.kinds.includes(kind)
          && rule.isInForce(on: day)
      }
    }
  }
}

extension Policy {
  private var mistakesOfContactLimits: [PolicyMistake] {
    (contactLimits ?? []).enumerated().filter { $0.element.atMost < 1 }.map {
      PolicyMistake("A limit of contacts allows none.", at: "contact_limits", $0.offset)
    }
  }

  /// The lists of rules by the name they have in the file.
  package var citedLists: [(member: String, rules: [any Cited])] {
    [
      ("markers", markers), ("intervals", intervals), ("caps", caps), ("ages", ages),
      ("signs", signs), ("deferrals", deferrals), ("reactives", reactives),
      ("volumes", volumes), ("shelf_lives", shelfLives), ("scarcity", scarcity),
      ("quarantine", quarantine ?? []), ("returns", returns ?? []),
      ("rare_phenotypes", rarePhenotypes ?? []),
      ("contact_limits", contactLimits ?? []),
    ]
  }

  /// The single values by the name they have in the file.
  package var citedValues: [(member: String, rule: any Cited)] {
    [
      ("phase_bands", phaseBands), ("supply_word_bands", supplyWordBands),
      ("demand_days", demandDays), ("hold_hours", holdHours),
      ("expiry_margin_hours", expiryMarginHours), ("o_negative_reserve", oNegativeReserve),
    ]
  }
}
