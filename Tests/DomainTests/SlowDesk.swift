import Domain

/// The rules of the properties, as a policy and said again as plainly as can be.
enum SlowRules {
  /// The day on which some of them change, where a test wants that.
  static let change = Day("2026-02-10") ?? .last

  static func policy(changing: Bool) throws -> Policy {
    let all = PolicyFixture.kinds
    let apheresis = ["plasmapheresis", "plateletpheresis"]
    var intervals = [
      PolicyFixture.interval(["whole_blood"], all, "60 days"),
      PolicyFixture.interval(["double_red_cells"], all, "4 months"),
      PolicyFixture.interval(["whole_blood"], ["whole_blood"], "3 months", sex: "female"),
    ]
    if changing {
      intervals.append(dated(PolicyFixture.interval(apheresis, all, "30 days"), until: change))
      intervals.append(dated(PolicyFixture.interval(apheresis, all, "9 days"), from: change))
      intervals.append(
        dated(PolicyFixture.interval(["whole_blood"], all, "80 days"), from: change))
    } else {
      intervals.append(PolicyFixture.interval(apheresis, all, "9 days"))
    }
    return try PolicyFixture.policy([
      "intervals": intervals,
      "caps": [
        PolicyFixture.cap(["whole_blood", "double_red_cells"], 3, "rolling_12_months"),
        PolicyFixture.cap(apheresis, 2, "calendar_year"),
        PolicyFixture.cited([
          "kinds": apheresis, "at_most_ml": 1_100, "period": "rolling_2_months",
        ]),
      ],
      "ages": [
        PolicyFixture.cited(["minimum": 18, "maximum": 65]),
        PolicyFixture.cited(["maximum": 60, "first_time": true]),
      ],
      "signs": [
        PolicyFixture.cited(["sign": "haemoglobin_g_per_l", "minimum": 125, "sex": "female"]),
        PolicyFixture.cited(["sign": "haemoglobin_g_per_l", "minimum": 135, "sex": "male"]),
        PolicyFixture.cited(["sign": "temperature_c", "maximum": 37.5]),
      ],
      "deferrals": [
        PolicyFixture.cited(["reason": "tattoo", "kind": "temporary", "lasts": "4 months"]),
        PolicyFixture.cited([
          "reason": "aspirin", "kind": "temporary", "lasts": "48 hours",
          "kinds": ["plateletpheresis"],
        ]),
        PolicyFixture.cited(["reason": "hiv", "kind": "permanent"]),
        PolicyFixture.cited(["reason": "vaccine", "kind": "none"]),
      ],
      "reactives": [PolicyFixture.cited(["markers": ["syphilis"], "bars_for": "1 year"])],
    ])
  }

  private static func dated(
    _ row: [String: Any], from: Day? = nil, until: Day? = nil
  ) -> [String: Any] {
    var row = row
    if let from { row["effective_from"] = "\(from)" }
    if let until { row["effective_until"] = "\(until)" }
    return row
  }
}

/// The same rules, one day at a time.
struct SlowDesk {
  let facts: DonorFacts
  let kind: DonationKind
  let isChanging: Bool

  func admits(_ day: Day) -> Bool {
    isOfAge(day) && !isDeferred(day) && !isBarred(day) && isRested(day) && isUnderCaps(day)
      && isWell(day) && !hasReason(day)
  }

  private func isOfAge(_ day: Day) -> Bool {
    let age = facts.birthDate.age(on: day)
    if age < 18 || age > 65 { return false }
    return age <= 60 || facts.donations.contains { $0.outcome != .failedVein }
  }

  private func isDeferred(_ day: Day) -> Bool {
    for deferral in facts.deferrals {
      if deferral.voidedOn != nil || day < deferral.from { continue }
      if let until = deferral.until, day >= until { continue }
      if let ended = deferral.endedOn, day >= ended { continue }
      if let kinds = deferral.kinds, !kinds.contains(kind) { continue }
      return true
    }
    return false
  }

  private func isBarred(_ day: Day) -> Bool {
    facts.reactives.contains { result in
      result.on <= day && (result.marker != "syphilis" || day < result.on.adding(months: 12))
    }
  }

  private func isRested(_ day: Day) -> Bool {
    let hasChanged = isChanging && day >= SlowRules.change
    for donation in facts.donations where donation.outcome != .failedVein {
      let passed = donation.on.days(until: day)
      switch donation.kind {
      case .plasmapheresis, .plateletpheresis:
        if passed < (isChanging && !hasChanged ? 30 : 9) { return false }
      case .doubleRedCells:
        if day < donation.on.adding(months: 4) { return false }
      case .wholeBlood:
        if passed < (hasChanged ? 80 : 60) { return false }
        let longer = facts.sex == .female && kind == .wholeBlood
        if longer && day < donation.on.adding(months: 3) { return false }
      }
    }
    return true
  }

  private func isUnderCaps(_ day: Day) -> Bool {
    let red: Set<DonationKind> = [.wholeBlood, .doubleRedCells]
    let counted = facts.donations.filter { $0.outcome != .failedVein }
    if red.contains(kind) {
      return counted.count { red.contains($0.kind) && day < $0.on.adding(months: 12) } < 3
    }
    let machine = counted.filter { !red.contains($0.kind) }
    if machine.count(where: { $0.on.year == day.year }) >= 2 { return false }
    var drawn = 0
    for donation in machine where day < donation.on.adding(months: 2) {
      drawn += donation.volumeMl ?? 450
    }
    return drawn + 450 <= 1_100
  }

  private func isWell(_ day: Day) -> Bool {
    guard let examination = facts.examination, examination.on == day else { return true }
    guard let haemoglobin = examination.measured[.haemoglobin],
      let temperature = examination.measured[.temperature]
    else { return false }
    return haemoglobin >= (facts.sex == .female ? 125 : 135) && temperature <= 37.5
  }

  private func hasReason(_ day: Day) -> Bool {
    for answer in facts.answers ?? [] where answer.on.map({ $0 <= day }) ?? true {
      switch (answer.reason, answer.on) {
      case ("vaccine", _): continue
      case ("aspirin", _) where kind != .plateletpheresis: continue
      case ("tattoo", let event?): if day >= event.adding(months: 4) { continue }
      case ("aspirin", let event?): if event.days(until: day) >= 2 { continue }
      default: break
      }
      return true
    }
    return false
  }
}
