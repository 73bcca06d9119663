import Domain
import Foundation
import Testing

@Suite struct EligibilityTests {
  /// Aigerim, a woman of 35 at the start of 2026.
  private func aigerim(
    _ donations: [String] = [], deferrals: [OpenDeferral] = []
  ) throws -> DonorFacts {
    DonorFacts(
      sex: .female, birthDate: try day("1990-06-01"), deferrals: deferrals,
      donations: try donations.map { PastDonation(kind: .wholeBlood, on: try day($0)) })
  }

  private func decide(
    _ facts: DonorFacts, _ kind: DonationKind = .wholeBlood, on date: String,
    _ changes: [String: Any] = [:]
  ) throws -> EligibilityDecision {
    try Eligibility.decide(facts, kind, on: day(date), policy: PolicyFixture.policy(changes))
  }

  private func outcome(_ decision: EligibilityDecision, _ code: String) throws -> RuleOutcome {
    try #require(decision.rules.first { $0.code == code && $0.outcome != .pass }, "\(code) passes")
  }

  @Test func `a first donor of age may give`() throws {
    let decision = try decide(aigerim(), on: "2026-01-15")
    #expect(decision.eligible)
    #expect(try decision.firstEligibleOn == day("2026-01-15"))
    #expect(decision.policy == PolicyVersion(code: "TEST", version: 3))
    #expect(
      decision.rules.map(\.code) == [
        "age_minimum", "donor_deferred", "reactive_result", "interval_not_elapsed",
        "yearly_cap_reached",
      ])
    #expect(decision.rules.allSatisfy { $0.outcome == .pass && $0.clearsOn == nil })
  }

  @Test(arguments: [("2026-03-01", false), ("2026-03-02", true), ("2026-03-03", true)])
  func `sixty days after a donation she may give again`(date: String, eligible: Bool) throws {
    let decision = try decide(aigerim(["2026-01-01"]), on: date)
    #expect(decision.eligible == eligible)
    if !eligible {
      let rule = try outcome(decision, "interval_not_elapsed")
      #expect(try rule.clearsOn == day("2026-03-02"))
      #expect(rule.facts["previous"] == "whole_blood")
      #expect(rule.facts["previous_on"] == "2026-01-01")
      #expect(rule.facts["at_least"] == "60 days")
      #expect(rule.source == "made up for tests" && rule.legalStatus == .draft)
      #expect(try decision.firstEligibleOn == day("2026-03-02"))
    }
  }

  @Test(arguments: [
    (DonationKind.wholeBlood, DonationKind.plateletpheresis, "2026-02-28"),
    (.plateletpheresis, .wholeBlood, "2026-02-14"),
    (.doubleRedCells, .wholeBlood, "2026-07-30"),
    (.doubleRedCells, .plasmapheresis, "2026-07-30"),
  ])
  func `the rest depends on what was given and what is to be given`(
    before: DonationKind, next: DonationKind, first: String
  ) throws {
    let facts = DonorFacts(
      sex: .male, birthDate: try day("1990-06-01"),
      donations: [PastDonation(kind: before, on: try day("2026-01-31"))])
    #expect(try decide(facts, next, on: "2026-02-01").firstEligibleOn == day(first))
  }

  @Test func `an old long rest outlasts a new short one`() throws {
    let facts = DonorFacts(
      sex: .male, birthDate: try day("1990-06-01"),
      donations: [
        PastDonation(kind: .doubleRedCells, on: try day("2026-01-01")),
        PastDonation(kind: .plateletpheresis, on: try day("2026-05-01")),
      ])
    let rule = try outcome(decide(facts, on: "2026-05-02"), "interval_not_elapsed")
    #expect(rule.facts["previous"] == "double_red_cells")
    #expect(try rule.clearsOn == day("2026-06-30"))
  }

  @Test(arguments: DonationOutcome.allCases)
  func `only a needle that drew no blood asks for no rest`(outcome: DonationOutcome) throws {
    let facts = DonorFacts(
      sex: .female, birthDate: try day("1990-06-01"),
      donations: [
        PastDonation(kind: .wholeBlood, on: try day("2026-01-01"), outcome: outcome)
      ])
    #expect(try decide(facts, on: "2026-01-02").eligible == (outcome == .failedVein))
  }

  @Test func `a rolling year and a calendar year answer differently`() throws {
    let facts = try aigerim(["2026-02-10", "2026-06-05", "2026-10-01"])
    func cap(_ period: String) -> [String: Any] {
      ["caps": [PolicyFixture.cap(["whole_blood"], 3, period)]]
    }
    let rolling = try decide(facts, on: "2027-01-25", cap("rolling_12_months"))
    let rule = try outcome(rolling, "yearly_cap_reached")
    #expect(try rule.clearsOn == day("2027-02-10"))
    #expect(rule.facts == ["count": "3", "at_most": "3", "period": "12 months"])
    #expect(try decide(facts, on: "2027-02-10", cap("rolling_12_months")).eligible)
    #expect(try decide(facts, on: "2027-01-25", cap("calendar_year")).eligible)
    let december = try decide(facts, on: "2026-12-20", cap("calendar_year"))
    #expect(try december.firstEligibleOn == day("2027-01-01"))
  }

  @Test func `who gave more than the cap waits until enough donations have left the year`() throws {
    let dates = ["2026-01-10", "2026-02-15", "2026-03-20", "2026-05-01", "2026-06-01"]
    let decision = try decide(
      aigerim(dates), on: "2026-12-01",
      ["caps": [PolicyFixture.cap(["whole_blood"], 3, "rolling_12_months")]])
    let rule = try outcome(decision, "yearly_cap_reached")
    #expect(try rule.clearsOn == day("2027-03-20"))
    #expect(rule.facts["count"] == "5")
  }

  @Test func `a man may give five times a year and a woman four`() throws {
    let dates = ["2026-01-10", "2026-03-15", "2026-06-01", "2026-08-05"]
    let woman = try decide(aigerim(dates), on: "2026-12-01")
    #expect(try woman.firstEligibleOn == day("2027-01-10"))
    let man = DonorFacts(
      sex: .male, birthDate: try day("1990-06-01"), donations: try aigerim(dates).donations)
    #expect(try decide(man, on: "2026-12-01").eligible)
  }

  @Test func `a deferral holds to the day before its end`() throws {
    let tattoo = OpenDeferral(
      reason: "tattoo", from: try day("2026-10-31"), until: try day("2027-02-28"))
    for (date, eligible) in [("2026-10-30", true), ("2027-02-27", false), ("2027-02-28", true)] {
      let decision = try decide(aigerim(deferrals: [tattoo]), on: date)
      #expect(decision.eligible == eligible, "\(date)")
    }
    let rule = try outcome(
      decide(aigerim(deferrals: [tattoo]), on: "2026-12-01"), "donor_deferred")
    #expect(
      rule.facts == [
        "reason": "tattoo", "from": "2026-10-31", "until": "2027-02-28", "term": "temporary",
      ])
  }

  @Test func `a deferral without an end has no first day after it`() throws {
    let hepatitis = OpenDeferral(reason: "hepatitis_b", from: try day("2020-01-01"), until: nil)
    let cold = OpenDeferral(
      reason: "cold", from: try day("2026-01-10"), until: try day("2026-01-24"))
    let decision = try decide(aigerim(deferrals: [hepatitis, cold]), on: "2026-01-15")
    #expect(!decision.eligible)
    #expect(decision.firstEligibleOn == nil)
    #expect(decision.rules.count { $0.code == "donor_deferred" } == 2)
  }

  @Test func `the first day is past a deferral that begins while she waits`() throws {
    let trip = OpenDeferral(
      reason: "malaria_area", from: try day("2026-02-20"), until: try day("2026-06-20"))
    let decision = try decide(aigerim(["2026-01-01"], deferrals: [trip]), on: "2026-01-15")
    #expect(try decision.firstEligibleOn == day("2026-06-20"))
  }

  @Test(arguments: [
    ("2008-11-22", "2026-11-21", "2026-11-22"), ("2008-11-21", "2026-11-21", "2026-11-21"),
    ("2008-02-29", "2026-02-28", "2026-03-01"),
  ])
  func `nobody under eighteen gives`(born: String, asked: String, first: String) throws {
    let facts = DonorFacts(sex: .male, birthDate: try day(born))
    let decision = try decide(facts, on: asked)
    #expect(try decision.firstEligibleOn == day(first))
    #expect(decision.eligible == (asked == first))
  }

  @Test func `past the upper age a physician decides, or nobody`() throws {
    let facts = DonorFacts(sex: .male, birthDate: try day("1960-01-15"))
    func limit(_ beyond: String) -> [String: Any] {
      ["ages": [PolicyFixture.cited(["minimum": 18, "maximum": 65, "beyond": beyond])]]
    }
    #expect(try decide(facts, on: "2026-01-14", limit("refuse")).eligible)
    let refused = try decide(facts, on: "2026-01-15", limit("refuse"))
    #expect(try outcome(refused, "age_maximum").outcome == .refuse)
    #expect(refused.firstEligibleOn == nil && !refused.needsPhysician)
    let referred = try decide(facts, on: "2026-01-15", limit("refer"))
    #expect(!referred.eligible && referred.needsPhysician)
  }

  @Test func `a limit for first donations does not stop who gave before`() throws {
    let ages = ["ages": [PolicyFixture.cited(["maximum": 60, "first_time": true])]]
    let first = DonorFacts(sex: .male, birthDate: try day("1960-01-15"))
    #expect(try !decide(first, on: "2026-06-01", ages).eligible)
    let regular = DonorFacts(
      sex: .male, birthDate: try day("1960-01-15"),
      donations: [PastDonation(kind: .wholeBlood, on: try day("2019-01-01"))])
    #expect(try decide(regular, on: "2026-06-01", ages).eligible)
  }

  @Test func `where the policy is silent the answer is no yes`() throws {
    let decision = try decide(
      aigerim(["2015-01-01"]), on: "2026-01-15", ["intervals": [[String: Any]]()])
    #expect(try outcome(decision, "interval_not_elapsed").outcome == .unknown)
    #expect(!decision.eligible && decision.firstEligibleOn == nil && !decision.needsPhysician)
  }

  @Test func `a decision is written for people and machines`() throws {
    let decision = try decide(aigerim(["2026-01-01"]), on: "2026-02-01")
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let text = String(decoding: try encoder.encode(decision), as: UTF8.self)
    #expect(text.contains(#""first_eligible_on":"2026-03-02""#))
    #expect(text.contains(#""clears_on":"2026-03-02","code":"interval_not_elapsed""#))
    #expect(text.contains(#""policy":{"code":"TEST","version":3}"#))
  }
}
