import Domain
import Testing

/// The table of worked examples, where it lies beside the package.
@Suite(.enabled(if: SharedData.isPresent))
struct EligibilityVectorsTests {
  private static let rows = SharedData.rows("eligibility_vectors.csv")

  @Test(arguments: rows.filter { Day($0["previous_donation"] ?? "") != nil })
  func `the rest ends on the day the table says`(row: [String: String]) throws {
    let before = try kind(row["previous_type"])
    let next = try kind(row["next_type"])
    let policy = try PolicyFixture.policy([
      "intervals": [
        PolicyFixture.interval([before.rawValue], [next.rawValue], try term(row["rule"]))
      ],
      "caps": [[String: Any]](),
    ])
    let given = try day(#require(row["previous_donation"]))
    let facts = DonorFacts(
      sex: .female, birthDate: try day("1990-06-01"),
      donations: [PastDonation(kind: before, on: given)])
    let first = try day(#require(row["first_eligible_date"]))
    let decision = Eligibility.decide(facts, next, on: given.adding(days: 1), policy: policy)
    #expect(decision.firstEligibleOn == first)
    let eve = first.adding(days: -1)
    #expect(!Eligibility.decide(facts, next, on: eve, policy: policy).eligible)
    #expect(Eligibility.decide(facts, next, on: first, policy: policy).eligible)
  }

  @Test(arguments: rows.filter { $0["previous_donation"]?.hasPrefix("event ") ?? false })
  func `a deferral counted in months ends on the day the table says`(
    row: [String: String]
  ) throws {
    let event = try day(String(#require(row["previous_donation"]).dropFirst("event ".count)))
    let length = try #require(Term(term(row["rule"])))
    let facts = DonorFacts(
      sex: .male, birthDate: try day("1990-06-01"),
      deferrals: [OpenDeferral(reason: "event", from: event, until: event.adding(length))])
    let policy = try PolicyFixture.policy()
    let decision = Eligibility.decide(facts, .wholeBlood, on: event, policy: policy)
    #expect(try decision.firstEligibleOn == day(#require(row["first_eligible_date"])))
  }

  @Test(arguments: rows.filter { $0["previous_donation"]?.hasPrefix("born ") ?? false })
  func `who is seventeen on the day is refused`(row: [String: String]) throws {
    let born = try day(String(#require(row["previous_donation"]).dropFirst("born ".count)))
    let asked = try day(String(#require(row["rule"]).suffix(10)))
    let facts = DonorFacts(sex: .male, birthDate: born)
    let policy = try PolicyFixture.policy()
    #expect(born.age(on: asked) == 17)
    #expect(!Eligibility.decide(facts, .wholeBlood, on: asked, policy: policy).eligible)
  }

  @Test(arguments: ["rolling_12_months", "calendar_year"])
  func `four donations a year are enough however the year is counted`(period: String) throws {
    let row = try #require(Self.rows.first { $0["rule"]?.hasPrefix("cap 4") ?? false })
    let dates = try #require(row["previous_donation"]).split(separator: " ").map(String.init)
    let facts = DonorFacts(
      sex: .female, birthDate: try day("1990-06-01"),
      donations: try dates.map { PastDonation(kind: .wholeBlood, on: try day($0)) })
    let policy = try PolicyFixture.policy([
      "caps": [PolicyFixture.cap(["whole_blood"], 4, period)]
    ])
    let decision = Eligibility.decide(facts, .wholeBlood, on: try day("2026-12-01"), policy: policy)
    #expect(decision.rules.contains { $0.code == "yearly_cap_reached" && $0.outcome == .refuse })
  }

  private func kind(_ name: String?) throws -> DonationKind {
    if name == "double_red_cell" { return .doubleRedCells }
    return try #require(DonationKind(rawValue: name ?? ""))
  }

  /// The first number of a sentence with the unit behind it: "minimum 12 weeks = 84 days".
  private func term(_ rule: String?) throws -> String {
    let words = try #require(rule).split { " ,()".contains($0) }.map(String.init)
    let place = try #require(words.firstIndex { Int($0) != nil })
    let unit = try #require(words[(place + 1)...].first { Term("1 \($0)") != nil })
    return "\(words[place]) \(unit)"
  }
}
