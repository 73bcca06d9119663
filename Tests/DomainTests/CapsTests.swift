import Domain
import Testing

/// Limits over periods, kinds the policy does not govern, and rules with dates.
@Suite struct CapsTests {
  private func man(_ donations: [PastDonation]) throws -> DonorFacts {
    DonorFacts(sex: .male, birthDate: try day("1980-01-01"), donations: donations)
  }

  private func decide(
    _ facts: DonorFacts, _ kind: DonationKind, on date: String, _ changes: [String: Any]
  ) throws -> EligibilityDecision {
    let all = PolicyFixture.kinds
    let free: [String: Any] = ["intervals": [PolicyFixture.interval(all, all, "1 day")]]
    return Eligibility.decide(
      facts, kind, on: try day(date),
      policy: try PolicyFixture.policy(free.merging(changes) { $1 }))
  }

  private func plasma(_ dates: [String], ml: Int?) throws -> [PastDonation] {
    try dates.map { PastDonation(kind: .plasmapheresis, on: try day($0), volumeMl: ml) }
  }

  private static func litres(_ ml: Int, _ period: String) -> [String: Any] {
    [
      "caps": [
        PolicyFixture.cited(["kinds": ["plasmapheresis"], "at_most_ml": ml, "period": period])
      ]
    ]
  }

  @Test func `a limit of litres counts what was drawn and what will be`() throws {
    // The fixture draws 450 ml: three times 650 leave room for one more up to 2,400.
    let facts = try man(plasma(["2026-05-03", "2026-05-10", "2026-05-20"], ml: 650))
    let limit = Self.litres(2_400, "rolling_1_months")
    #expect(try decide(facts, .plasmapheresis, on: "2026-06-01", limit).eligible)
    let full = try man(plasma(["2026-05-03", "2026-05-10", "2026-05-20"], ml: 651))
    let refused = try decide(full, .plasmapheresis, on: "2026-06-01", limit)
    let rule = try #require(refused.rules.first { $0.code == "volume_cap_reached" })
    #expect(rule.facts == ["count": "1953", "at_most": "2400", "period": "1 month"])
    #expect(try rule.clearsOn == day("2026-06-03"))
    #expect(try refused.firstEligibleOn == day("2026-06-03"))
    #expect(try decide(full, .wholeBlood, on: "2026-06-01", limit).eligible)
  }

  @Test func `where no volume is known the usual one is taken`() throws {
    let facts = try man(plasma(["2026-05-03", "2026-05-10"], ml: nil))
    #expect(
      try decide(facts, .plasmapheresis, on: "2026-06-01", Self.litres(1_350, "calendar_year"))
        .eligible)
    #expect(
      try decide(facts, .plasmapheresis, on: "2026-06-01", Self.litres(1_349, "calendar_year"))
        .firstEligibleOn == day("2027-01-01"))
    #expect(
      try decide(facts, .plasmapheresis, on: "2026-06-01", Self.litres(400, "calendar_year"))
        .firstEligibleOn == nil, "one bag is more than the limit")
  }

  @Test func `two in seven days are enough`() throws {
    let facts = try man(plasma(["2026-05-28", "2026-05-30"], ml: nil))
    let cap = ["caps": [PolicyFixture.cap(["plasmapheresis"], 2, "rolling_7_days")]]
    let decision = try decide(facts, .plasmapheresis, on: "2026-06-01", cap)
    let rule = try #require(decision.rules.first { $0.code == "period_cap_reached" })
    #expect(rule.facts["period"] == "7 days")
    #expect(try decision.firstEligibleOn == day("2026-06-04"))
  }

  @Test func `a cap may count full bags alone`() throws {
    let row = PolicyFixture.cap(["plasmapheresis"], 1, "calendar_year")
      .merging(["outcomes": ["completed"]]) { $1 }
    let stopped = try man([
      PastDonation(kind: .plasmapheresis, on: try day("2026-05-01"), outcome: .stopped)
    ])
    #expect(try decide(stopped, .plasmapheresis, on: "2026-06-01", ["caps": [row]]).eligible)
    let full = try man(plasma(["2026-05-01"], ml: nil))
    #expect(try !decide(full, .plasmapheresis, on: "2026-06-01", ["caps": [row]]).eligible)
  }

  @Test func `a bound may concern regular donors only`() throws {
    let ages = [
      "ages": [
        PolicyFixture.cited(["minimum": 18]),
        PolicyFixture.cited(["maximum": 60, "first_time": true]),
        PolicyFixture.cited(["maximum": 40, "first_time": false]),
      ]
    ]
    #expect(try decide(man([]), .wholeBlood, on: "2026-06-01", ages).eligible)
    let regular = try man(plasma(["2020-05-01"], ml: nil))
    #expect(try !decide(regular, .wholeBlood, on: "2026-06-01", ages).eligible)
  }

  @Test func `a kind the policy does not govern is unknown`() throws {
    let decision = try decide(
      man([]), .doubleRedCells, on: "2026-06-01", ["kinds": ["whole_blood"]])
    #expect(decision.rules.first?.code == "kind_not_governed")
    #expect(!decision.eligible && decision.firstEligibleOn == nil)
  }

  @Test func `a rule counts from the day it comes into force`() throws {
    let all = PolicyFixture.kinds
    let old = PolicyFixture.interval(all, all, "60 days")
      .merging(["effective_until": "2026-02-10"]) { $1 }
    func next(_ term: String) -> [String: Any] {
      let new = PolicyFixture.interval(all, all, term)
        .merging(["effective_from": "2026-02-10"]) { $1 }
      return ["intervals": [old, new], "caps": [[String: Any]]()]
    }
    let facts = try man([PastDonation(kind: .wholeBlood, on: try day("2026-01-01"))])
    func rest(_ term: String) throws -> RuleOutcome? {
      try decide(facts, .wholeBlood, on: "2026-01-05", next(term)).rules
        .first { $0.code == "interval_not_elapsed" }
    }
    // The rule of the day asked about speaks, the day it clears is that of the rules to come.
    #expect(try rest("30 days")?.facts["at_least"] == "60 days")
    #expect(try rest("30 days")?.clearsOn == day("2026-02-10"))
    #expect(try rest("90 days")?.clearsOn == day("2026-04-01"))
  }
}
