import Domain
import Testing

@Suite struct EligibilityPropertiesTests {
  private static let policy = Result {
    let all = PolicyFixture.kinds
    return try PolicyFixture.policy([
      "intervals": [
        PolicyFixture.interval(["whole_blood"], all, "60 days"),
        PolicyFixture.interval(["plasmapheresis", "plateletpheresis"], all, "9 days"),
        PolicyFixture.interval(["double_red_cells"], all, "4 months"),
        PolicyFixture.interval(["whole_blood"], ["whole_blood"], "3 months", sex: "female"),
      ],
      "caps": [
        PolicyFixture.cap(["whole_blood", "double_red_cells"], 3, "rolling_12_months"),
        PolicyFixture.cap(["plasmapheresis", "plateletpheresis"], 2, "calendar_year"),
      ],
      "ages": [PolicyFixture.cited(["minimum": 18, "maximum": 65])],
    ])
  }

  @Test func `the first day is the one a slow search finds day by day`() throws {
    let policy = try Self.policy.get()
    var dice = Seeded(2_026)
    for round in 0..<2_000 {
      let facts = history(&dice)
      let kind = try #require(DonationKind.allCases.randomElement(using: &dice))
      let decision = Eligibility.decide(facts, kind, on: Self.today, policy: policy)
      let reference = SlowDesk(facts: facts, kind: kind)
      let days = (0...800).lazy.map { Self.today.adding(days: $0) }
      let expected = days.first(where: reference.admits)
      guard decision.firstEligibleOn == expected, decision.eligible == (expected == Self.today)
      else {
        Issue.record("round \(round), seed \(dice.seed): \(facts) \(kind) should be \(expected)")
        return
      }
    }
  }

  @Test func `once clear she stays clear up to the age limit`() throws {
    let policy = try Self.policy.get()
    var dice = Seeded(77)
    for round in 0..<150 {
      let facts = history(&dice)
      let kind = try #require(DonationKind.allCases.randomElement(using: &dice))
      let today = Eligibility.decide(facts, kind, on: Self.today, policy: policy)
      guard let first = today.firstEligibleOn else { continue }
      let limit = facts.birthDate.birthday(age: 66)
      for later in [0, 1, 2, 7, 30, 59, 60, 61, 180, 365, 366, 1_000, 4_000] {
        let day = first.adding(days: later)
        let decision = Eligibility.decide(facts, kind, on: day, policy: policy)
        #expect(decision.eligible == (day < limit), "round \(round), seed \(dice.seed), \(day)")
      }
    }
  }

  private static let today = Day(year: 2026, month: 1, day: 20) ?? .last

  /// A donor with up to seven donations and two deferrals of the last 500 days.
  private func history(_ dice: inout Seeded) -> DonorFacts {
    let today = Self.today
    let donations = (0..<Int.random(in: 0...7, using: &dice)).map { _ in
      PastDonation(
        kind: DonationKind.allCases.randomElement(using: &dice) ?? .wholeBlood,
        on: today.adding(days: -Int.random(in: 0...500, using: &dice)),
        outcome: DonationOutcome.allCases.randomElement(using: &dice) ?? .completed)
    }
    let deferrals = (0..<Int.random(in: 0...2, using: &dice)).map { _ in
      let from = today.adding(days: -Int.random(in: 0...200, using: &dice))
      let until = from.adding(days: Int.random(in: 1...400, using: &dice))
      let isForGood = Int.random(in: 0..<20, using: &dice) == 0
      return OpenDeferral(reason: "other", from: from, until: isForGood ? nil : until)
    }
    return DonorFacts(
      sex: Bool.random(using: &dice) ? .female : .male,
      birthDate: today.adding(days: -Int.random(in: 17 * 365...68 * 365, using: &dice)),
      deferrals: deferrals, donations: donations)
  }
}

/// The same rules said again as plainly as can be, one day at a time.
private struct SlowDesk {
  let facts: DonorFacts
  let kind: DonationKind

  func admits(_ day: Day) -> Bool {
    (18...65).contains(facts.birthDate.age(on: day)) && !isDeferred(day) && isRested(day)
      && isUnderCaps(day)
  }

  private func isDeferred(_ day: Day) -> Bool {
    for deferral in facts.deferrals where deferral.from <= day {
      guard let until = deferral.until else { return true }
      if day < until { return true }
    }
    return false
  }

  private func isRested(_ day: Day) -> Bool {
    for donation in facts.donations where donation.outcome != .failedVein {
      let on = donation.on
      switch donation.kind {
      case .plasmapheresis, .plateletpheresis:
        if on.days(until: day) < 9 { return false }
      case .doubleRedCells:
        if day < on.adding(months: 4) { return false }
      case .wholeBlood:
        if on.days(until: day) < 60 { return false }
        let longer = facts.sex == .female && kind == .wholeBlood
        if longer && day < on.adding(months: 3) { return false }
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
    return counted.count { !red.contains($0.kind) && $0.on.year == day.year } < 2
  }
}
