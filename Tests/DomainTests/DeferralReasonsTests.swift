import Foundation
import Testing

@testable import Domain

/// How long a reason defers by the rules of a policy.
struct DeferralReasonsTests {
  private func term(
    _ reason: String, _ event: String, on day: String = "2026-03-01"
  ) throws
    -> DeferralTerm
  {
    let rules: [[String: Any]] = [
      ["reason": "illness", "kind": "temporary", "lasts": "1 month"],
      ["reason": "tattoo", "kind": "temporary", "lasts": "1 year"],
      ["reason": "tattoo", "kind": "temporary", "lasts": "2 weeks"],
      ["reason": "alcohol", "kind": "temporary", "lasts": "47 hours"],
      ["reason": "hiv", "kind": "permanent"], ["reason": "faint", "kind": "until_lifted"],
      ["reason": "smoking", "kind": "physician"], ["reason": "flu_shot", "kind": "none"],
      [
        "reason": "travel", "kind": "temporary", "lasts": "6 months",
        "effective_until": "2026-03-01",
      ],
    ]
    let policy = try PolicyFixture.policy(["deferrals": rules.map { PolicyFixture.cited($0) }])
    return policy.term(
      of: reason, event: try #require(Day(event)), on: try #require(Day(day)))
  }

  @Test(arguments: [
    ("2026-01-31", "2026-02-28"), ("2028-01-31", "2028-02-29"), ("2026-03-31", "2026-04-30"),
    ("2026-12-31", "2027-01-31"), ("2026-02-28", "2026-03-28"),
  ])
  func `a month stops at the last day of the next`(event: String, until: String) throws {
    #expect(try term("illness", event) == .until(#require(Day(until))))
  }

  @Test func `of two rules the longer one defers, and a part of a day is a whole one`() throws {
    #expect(try term("tattoo", "2026-02-28") == .until(#require(Day("2027-02-28"))))
    #expect(try term("alcohol", "2026-02-28") == .until(#require(Day("2026-03-02"))))
  }

  @Test(arguments: [
    ("hiv", DeferralTerm.permanent), ("faint", .untilLifted), ("smoking", .untilLifted),
    ("flu_shot", .noBar), ("something_new", .unknown), ("travel", .unknown),
  ])
  func `a reason defers as its rule says, and one without a rule in force as nobody knows`(
    reason: String, expected: DeferralTerm
  ) throws {
    #expect(try term(reason, "2026-02-01") == expected)
  }

  @Test func `a rule counts while it is in force`() throws {
    #expect(
      try term("travel", "2026-02-01", on: "2026-02-28")
        == .until(#require(Day("2026-08-01"))))
  }

  @Test(
    arguments: [
      (DeferralKind.temporary, nil), (.untilLifted, nil), (.permanent, "deferral_is_permanent"),
    ] as [(DeferralKind, String?)])
  func `only a permanent deferral cannot be ended`(kind: DeferralKind, code: String?) throws {
    let from = try #require(Day("2026-01-01"))
    let deferral = Deferral(
      id: .new(at: .distantPast), donorId: .new(at: .distantPast), reason: "tattoo", from: from,
      until: kind == .temporary ? from.adding(days: 90) : nil, source: "manual",
      recordedAt: .distantPast, kind: kind)
    do throws(DeferralRefusal) {
      try deferral.checkEnd(on: from.adding(days: 10))
      #expect(code == nil)
    } catch {
      #expect(error.code == code)
    }
    #expect(throws: Never.self) { try deferral.checkVoid(byTwoPersons: false) }
  }
}
