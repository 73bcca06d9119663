import Domain
import Testing

@testable import App

/// Worked examples against the policies as they are shipped.
@Suite struct PolicyVectorsTests {
  /// A donation, and the first day on which the next one may be given.
  struct Rest: Sendable, CustomTestStringConvertible {
    let policy: String
    let sex: Sex
    let from: DonationKind
    let to: DonationKind
    let first: String
    var given = "2026-01-01"

    var testDescription: String { "\(policy) \(sex): \(from) to \(to)" }
  }

  @Test(arguments: [
    // Weeks and days of the four jurisdictions that state them, by sex.
    Rest(policy: "us", sex: .female, from: .wholeBlood, to: .wholeBlood, first: "2026-02-26"),
    Rest(policy: "us", sex: .male, from: .doubleRedCells, to: .wholeBlood, first: "2026-04-23"),
    Rest(policy: "uk", sex: .male, from: .wholeBlood, to: .wholeBlood, first: "2026-03-26"),
    Rest(policy: "uk", sex: .female, from: .wholeBlood, to: .wholeBlood, first: "2026-04-23"),
    Rest(policy: "uk", sex: .male, from: .wholeBlood, to: .plateletpheresis, first: "2026-01-29"),
    Rest(
      policy: "uk", sex: .male, from: .plateletpheresis, to: .plateletpheresis,
      first: "2026-01-15"),
    Rest(policy: "kz", sex: .female, from: .wholeBlood, to: .wholeBlood, first: "2026-03-02"),
    Rest(policy: "kz", sex: .male, from: .wholeBlood, to: .plasmapheresis, first: "2026-01-31"),
    Rest(policy: "who", sex: .female, from: .wholeBlood, to: .wholeBlood, first: "2026-04-23"),
    // Two months after the last day of a long one end with a short one.
    Rest(
      policy: "eu", sex: .male, from: .wholeBlood, to: .wholeBlood, first: "2027-02-28",
      given: "2026-12-31"),
  ])
  func `the rest ends on its day and not on the eve`(rest: Rest) throws {
    let policy = try PolicyDocument(named: rest.policy).policy
    let given = try #require(Day(rest.given))
    let first = try #require(Day(rest.first))
    let facts = DonorFacts(
      sex: rest.sex, birthDate: try #require(Day("1990-06-01")),
      donations: [PastDonation(kind: rest.from, on: given)])
    let decision = Eligibility.decide(facts, rest.to, on: given, policy: policy)
    #expect(decision.firstEligibleOn == first)
    #expect(!Eligibility.admits(facts, rest.to, on: first.adding(days: -1), policy: policy))
    #expect(Eligibility.admits(facts, rest.to, on: first, policy: policy))
  }

  @Test(arguments: [
    ("kz", "2008-11-22", "2026-11-21", false), ("kz", "2008-11-21", "2026-11-21", true),
    ("kz", "2008-02-29", "2026-02-28", false), ("eu", "2008-02-29", "2026-03-01", true),
    ("eu", "2008-11-22", "2026-11-21", false), ("uk", "2009-11-21", "2026-11-21", true),
    ("uk", "1960-11-22", "2026-11-21", true), ("uk", "1960-11-21", "2026-11-21", false),
  ])
  func `a first donor's age is counted to the day`(
    name: String, born: String, asked: String, eligible: Bool
  ) throws {
    let facts = DonorFacts(sex: .male, birthDate: try #require(Day(born)))
    let policy = try PolicyDocument(named: name).policy
    let day = try #require(Day(asked))
    #expect(Eligibility.admits(facts, .wholeBlood, on: day, policy: policy) == eligible)
  }

  @Test func `a Kazakh woman who gave four times in a year waits for the fifth`() throws {
    let dates = ["2026-01-10", "2026-03-15", "2026-06-01", "2026-08-05"]
    let facts = DonorFacts(
      sex: .female, birthDate: try #require(Day("1990-06-01")),
      donations: try dates.map { PastDonation(kind: .wholeBlood, on: try #require(Day($0))) })
    let policy = try PolicyDocument(named: "kz").policy
    let decision = Eligibility.decide(
      facts, .wholeBlood, on: try #require(Day("2026-12-01")), policy: policy)
    #expect(decision.firstEligibleOn == Day("2027-01-10"))
    #expect(decision.rules.first { $0.outcome == .refuse }?.code == "yearly_cap_reached")
  }

  @Test(arguments: [
    ("kz", Sex.female, 119.0, false), ("kz", .female, 120, true), ("kz", .male, 129, false),
    ("eu", .female, 124, false), ("eu", .male, 135, true), ("us", .male, 130, true),
    ("who", .male, 129, false),
  ])
  func `the least haemoglobin is the one of the place`(
    name: String, sex: Sex, value: Double, passes: Bool
  ) throws {
    let day = try #require(Day("2026-06-01"))
    let measured: [VitalSign: Double] = [
      .weight: 70, .haemoglobin: value, .systolic: 120, .diastolic: 80, .pulse: 70,
      .temperature: 36.6,
    ]
    let facts = DonorFacts(
      sex: sex, birthDate: try #require(Day("1990-06-01")),
      examination: Examination(on: day, measured: measured))
    let policy = try PolicyDocument(named: name).policy
    let decision = Eligibility.decide(facts, .wholeBlood, on: day, policy: policy)
    #expect(decision.eligible == passes, "\(decision.rules)")
    let rule = try #require(decision.rules.first { $0.code == "haemoglobin_minimum" })
    #expect((rule.outcome == .pass) == passes)
  }
}
