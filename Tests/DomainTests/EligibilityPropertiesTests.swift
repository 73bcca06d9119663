import Domain
import Testing

@Suite struct EligibilityPropertiesTests {
  private static let steady = Result { try SlowRules.policy(changing: false) }
  private static let changing = Result { try SlowRules.policy(changing: true) }
  private static let today = Day(year: 2026, month: 1, day: 20) ?? .last

  /// Ten thousand donors in all; the seed is printed with what fails.
  @Test(arguments: UInt64(2_026)..<2_036)
  func `the first day is the one a slow search finds day by day`(seed: UInt64) throws {
    let isChanging = seed.isMultiple(of: 2)
    let policy = try (isChanging ? Self.changing : Self.steady).get()
    var dice = Seeded(seed)
    for round in 0..<1_000 {
      let facts = dice.donor(around: Self.today)
      let kind = try #require(DonationKind.allCases.randomElement(using: &dice))
      let decision = Eligibility.decide(facts, kind, on: Self.today, policy: policy)
      let reference = SlowDesk(facts: facts, kind: kind, isChanging: isChanging)
      let days = (0...800).lazy.map { Self.today.adding(days: $0) }
      let expected = days.first(where: reference.admits)
      let admits = Eligibility.admits(facts, kind, on: Self.today, policy: policy)
      guard decision.firstEligibleOn == expected, decision.eligible == (expected == Self.today),
        admits == decision.eligible
      else {
        Issue.record(
          """
          round \(round), seed \(seed): \(facts) \(kind) should be \
          \(String(describing: expected)), is \(String(describing: decision.firstEligibleOn))
          """)
        return
      }
    }
  }

  @Test func `asked day by day, every rule first passes on the day it named`() throws {
    let policy = try Self.changing.get()
    var dice = Seeded(4_711)
    for round in 0..<150 {
      let facts = dice.donor(around: Self.today)
      let kind = try #require(DonationKind.allCases.randomElement(using: &dice))
      let decision = Eligibility.decide(facts, kind, on: Self.today, policy: policy)
      let first = (0...500).lazy.map { Self.today.adding(days: $0) }
        .first { Eligibility.admits(facts, kind, on: $0, policy: policy) }
      let named = decision.firstEligibleOn.flatMap { $0 <= Self.today.adding(days: 500) ? $0 : nil }
      #expect(first == named, "round \(round), seed \(dice.seed): \(facts) \(kind)")
      for rule in decision.rules where Self.single.contains(rule.code) {
        guard let clears = rule.clearsOn else { continue }
        func passes(_ day: Day) -> Bool {
          Eligibility.decide(facts, kind, on: day, policy: policy).rules
            .allSatisfy { $0.code != rule.code || $0.outcome == .pass }
        }
        #expect(!passes(clears.adding(days: -1)) && passes(clears), "round \(round): \(rule)")
      }
    }
  }

  /// The rules that answer once, whatever a donor's past.
  private static let single: Set = [
    "age_minimum", "interval_not_elapsed", "yearly_cap_reached", "volume_cap_reached",
    "haemoglobin_minimum", "temperature_maximum",
  ]

  @Test func `once clear she stays clear up to the age limit`() throws {
    let policy = try Self.steady.get()
    var dice = Seeded(77)
    for round in 0..<300 {
      let facts = dice.donor(around: Self.today)
      let kind = try #require(DonationKind.allCases.randomElement(using: &dice))
      let today = Eligibility.decide(facts, kind, on: Self.today, policy: policy)
      guard let first = today.firstEligibleOn else { continue }
      let isRegular = facts.donations.contains { $0.outcome.countsForInterval }
      let limit = facts.birthDate.birthday(age: isRegular ? 66 : 61)
      for later in [0, 1, 2, 7, 30, 59, 60, 61, 180, 365, 366, 1_000, 4_000] {
        let day = first.adding(days: later)
        let eligible = Eligibility.admits(facts, kind, on: day, policy: policy)
        #expect(eligible == (day < limit), "round \(round), seed \(dice.seed), \(day)")
      }
    }
  }
}
