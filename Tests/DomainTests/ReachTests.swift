import Domain
import Foundation
import Testing

/// What is known of a donor, in short.
private struct Case: Sendable, CustomTestStringConvertible {
  let told: String
  var facts = ReachFacts(channels: [.call], consents: [agreed("2026-01-01T08:00:00Z")])
  var purpose = Purpose.recruitment
  var channel = Channel.call
  var on = "2026-11-18"
  /// The rules that refuse, each with the day on which it clears.
  var refusals: [String] = []
  var first: String? = "2026-11-18"

  var testDescription: String { told }
}

private func agreed(
  _ given: String, _ withdrawn: String? = nil, _ purpose: Purpose = .recruitment,
  _ channel: Channel = .call
) -> GivenConsent {
  GivenConsent(
    purpose: purpose, channel: channel, givenAt: Instant.parse(given) ?? .distantPast,
    withdrawnAt: withdrawn.flatMap { Instant.parse($0) })
}

private func tried(
  _ at: String, _ outcome: ContactOutcome = .reached, _ purpose: Purpose = .recruitment
) -> PastContact {
  PastContact(purpose: purpose, at: Instant.parse(at) ?? .distantPast, outcome: outcome)
}

extension PolicyFixture {
  /// A policy under which donors are not spoken to too often.
  fileprivate static func limited() throws -> Policy {
    try policy([
      "contact_limits": [
        cited(["purposes": ["recruitment"], "at_most": 2, "period": "30 days"]),
        cited([
          "purposes": ["recruitment", "research", "newsletter"], "at_most": 4, "period": "90 days",
        ]),
      ]
    ])
  }
}

private let consents = [agreed("2026-01-01T08:00:00Z")]

private let cases: [Case] = [
  Case(told: "a donor who agreed and has a telephone is called"),
  Case(
    told: "nobody calls without consent", facts: ReachFacts(channels: [.call]),
    refusals: ["consent_given -"], first: nil),
  Case(
    told: "consent to a newsletter is none to be called",
    facts: ReachFacts(
      channels: [.call], consents: [agreed("2026-01-01T08:00:00Z", nil, .newsletter)]),
    refusals: ["consent_given -"], first: nil),
  Case(
    told: "consent to calls is none to messages",
    facts: ReachFacts(
      channels: [.call, .sms], consents: consents), channel: .sms,
    refusals: ["consent_given -"], first: nil),
  Case(
    told: "a consent of later counts from its day on", on: "2025-12-31",
    refusals: ["consent_given -"], first: nil),
  Case(
    told: "a withdrawal ends every older consent",
    facts: ReachFacts(
      channels: [.call],
      consents: [
        agreed("2026-01-01T08:00:00Z"), agreed("2026-02-01T08:00:00Z", "2026-03-01T08:00:00Z"),
      ]), refusals: ["consent_given -"], first: nil),
  Case(
    told: "whoever agrees again the same day is called again",
    facts: ReachFacts(
      channels: [.call],
      consents: [
        agreed("2026-01-01T08:00:00Z", "2026-11-18T08:00:00Z"), agreed("2026-11-18T09:00:00Z"),
      ])),
  Case(
    told: "without a telephone nobody is called",
    facts: ReachFacts(
      channels: [.email], consents: consents), refusals: ["contact_known -"], first: nil),
  Case(
    told: "a closed record has nobody to be called",
    facts: ReachFacts(state: .anonymised, channels: [.call], consents: consents),
    refusals: ["donor_active -"], first: nil),
  Case(
    told: "who wants to be left in peace is, up to the day he named",
    facts: ReachFacts(
      channels: [.call], consents: consents, unavailableUntil: Day("2027-01-10")),
    refusals: ["donor_available 2027-01-10"], first: "2027-01-10"),
  Case(
    told: "on the day itself he is called again",
    facts: ReachFacts(
      channels: [.call], consents: consents, unavailableUntil: Day("2026-11-18"))),
  Case(
    told: "two calls within thirty days are enough",
    facts: ReachFacts(
      channels: [.call], consents: consents,
      attempts: [tried("2026-11-01T08:00:00Z"), tried("2026-11-10T08:00:00Z", .noAnswer)]),
    refusals: ["contact_limit_reached 2026-12-01"], first: "2026-12-01"),
  Case(
    told: "a wrong number spoke to nobody",
    facts: ReachFacts(
      channels: [.call], consents: consents,
      attempts: [tried("2026-11-01T08:00:00Z"), tried("2026-11-10T08:00:00Z", .wrongNumber)])),
  Case(
    told: "a reminder is not held back by calls that asked",
    facts: ReachFacts(
      channels: [.call], consents: [agreed("2026-01-01T08:00:00Z", nil, .reminder)],
      attempts: [tried("2026-11-01T08:00:00Z"), tried("2026-11-10T08:00:00Z")]),
    purpose: .reminder),
  Case(
    told: "the longer of two waits counts",
    facts: ReachFacts(
      channels: [.call], consents: consents, unavailableUntil: Day("2026-11-20"),
      attempts: [
        tried("2026-09-01T08:00:00Z", .reached, .newsletter),
        tried("2026-09-02T08:00:00Z", .reached, .newsletter), tried("2026-11-01T08:00:00Z"),
        tried("2026-11-10T08:00:00Z"),
      ]),
    refusals: [
      "donor_available 2026-11-20", "contact_limit_reached 2026-12-01",
      "contact_limit_reached 2026-11-30",
    ], first: "2026-12-01"),
  Case(
    told: "the day of an attempt is the one where the donor lives",
    facts: ReachFacts(
      channels: [.call], consents: consents,
      // In Almaty it was the second of November already.
      attempts: [tried("2026-11-01T20:00:00Z"), tried("2026-11-10T08:00:00Z")]),
    refusals: ["contact_limit_reached 2026-12-02"], first: "2026-12-02"),
]

@Test(arguments: cases)
private func `whether a donor is spoken to is decided by every rule`(tested: Case) throws {
  let zone = try #require(TimeZone(identifier: "Asia/Almaty"))
  let day = try #require(Day(tested.on))
  let policy = try PolicyFixture.limited()
  let decision = Reach.decide(
    tested.facts, tested.purpose, by: tested.channel, on: day, in: zone, policy: policy)
  let refusals = decision.rules.filter { $0.outcome != .pass }.map {
    "\($0.code) \($0.clearsOn?.description ?? "-")"
  }
  #expect(refusals == tested.refusals)
  #expect(decision.reachable == refusals.isEmpty)
  #expect(decision.firstReachableOn?.description == tested.first)
  #expect(decision.rules.allSatisfy { !$0.source.isEmpty })
  if let first = decision.firstReachableOn {
    let then = Reach.decide(
      tested.facts, tested.purpose, by: tested.channel, on: first, in: zone, policy: policy)
    #expect(then.reachable, "on the day it names every rule passes")
  }
}

@Test func `once a donor may be spoken to, later days are clear too`() throws {
  var dice = Seeded(71)
  let zone = try #require(TimeZone(identifier: "Asia/Almaty"))
  let policy = try PolicyFixture.limited()
  let start = try #require(Day("2026-01-01"))
  for _ in 0..<200 {
    let attempts = (0..<Int.random(in: 0...9, using: &dice)).map { _ in
      PastContact(
        purpose: .recruitment,
        at: start.adding(days: Int.random(in: 0...120, using: &dice)).startOfDay(in: zone) + 7200,
        outcome: .reached)
    }
    let facts = ReachFacts(
      channels: [.call], consents: [agreed("2025-01-01T08:00:00Z")],
      unavailableUntil: start.adding(days: Int.random(in: 0...200, using: &dice)),
      attempts: attempts)
    // From the last attempt on nothing new happens.
    let days = (121...300).map { start.adding(days: $0) }
    let answers = days.map {
      Reach.decide(facts, .recruitment, by: .call, on: $0, in: zone, policy: policy)
    }
    let clear = answers.firstIndex { $0.reachable } ?? answers.endIndex
    #expect(answers[clear...].allSatisfy { $0.reachable }, "seed \(dice.seed)")
    for answer in answers[..<clear] {
      #expect(answer.firstReachableOn == days[clear], "seed \(dice.seed)")
    }
  }
}
