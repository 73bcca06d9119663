import Foundation
import Testing

@testable import Domain

/// What an examination decides, and the deferral it suggests.
struct VisitDecisionsTests {
  private static var signs: [[String: Any]] {
    let rows: [[String: Any]] = [
      ["sign": "haemoglobin_g_per_l", "minimum": 120, "maximum": 180],
      ["sign": "systolic_mmhg", "minimum": 90, "maximum": 140],
      ["sign": "temperature_c", "maximum": 37],
      ["sign": "pulse_per_min", "maximum": 100, "beyond": "refer"],
    ]
    return rows.map { PolicyFixture.cited($0) }
  }
  private static var deferrals: [[String: Any]] {
    let rows: [[String: Any]] = [
      ["reason": "fever", "kind": "temporary", "lasts": "2 weeks"],
      ["reason": "tattoo", "kind": "temporary", "lasts": "1 month"],
      ["reason": "hiv", "kind": "permanent"], ["reason": "faint", "kind": "until_lifted"],
      ["reason": "smoking", "kind": "physician"],
    ]
    return rows.map { PolicyFixture.cited($0) }
  }
  private static let sound: [VitalSign: Double] = [
    .haemoglobin: 140, .systolic: 120, .temperature: 36.6, .pulse: 70,
  ]

  private func examined(
    _ changes: [VitalSign: Double] = [:], _ answers: [ToldReason] = [],
    deferrals: [OpenDeferral] = [], arrived: String = "2026-01-31T06:00:00Z",
    now: String = "2026-01-31T07:00:00Z"
  ) throws -> VisitExamination {
    let policy = try PolicyFixture.policy(["signs": Self.signs, "deferrals": Self.deferrals])
    let visit = Visit(
      id: .new(at: .distantPast), driveId: .new(at: .distantPast),
      donorId: .new(at: .distantPast), arrivedAt: try #require(Instant.parse(arrived)),
      outcome: nil, deferralReason: nil, decidedAt: nil)
    let draft = ExaminationDraft(
      id: .new(at: .distantPast), visit: visit.id, kind: .wholeBlood,
      measured: Self.sound.merging(changes) { $1 }, answers: answers)
    return draft.decided(
      visit,
      donor: DonorFacts(
        sex: .female, birthDate: try #require(Day("1990-05-17")), deferrals: deferrals),
      zone: try #require(TimeZone(identifier: "Asia/Almaty")),
      at: try #require(Instant.parse(now)), under: policy)
  }

  private func told(_ reason: String, _ on: String? = "2026-01-31") -> ToldReason {
    ToldReason(reason: reason, on: on.flatMap { Day($0) })
  }

  @Test func `whoever passes is deferred for nothing`() throws {
    let examination = try examined()
    #expect(examination.decision.eligible)
    #expect(examination.suggestedDeferral == nil)
  }

  @Test(
    arguments: [
      (VitalSign.haemoglobin, 119.9, "low_haemoglobin", "2026-02-01"),
      (.haemoglobin, 180.1, "high_haemoglobin", "2026-02-01"),
      (.systolic, 141, "blood_pressure", "2026-02-01"), (.temperature, 38, "fever", "2026-02-14"),
    ] as [(VitalSign, Double, String, String)])
  func `a value out of bounds is an answer, and suggests a deferral`(
    sign: VitalSign, value: Double, reason: String, until: String
  ) throws {
    let examination = try examined([sign: value])
    #expect(!examination.decision.eligible)
    let suggested = try #require(examination.suggestedDeferral)
    #expect(suggested.reason == reason && suggested.kind == .temporary)
    #expect(suggested.from == examination.on)
    #expect(suggested.until == Day(until))
  }

  @Test func `a month from the last of January ends with February`() throws {
    let suggested = try examined([:], [told("tattoo")]).suggestedDeferral
    #expect(suggested?.until == Day("2026-02-28"))
  }

  @Test(arguments: [
    (["tattoo", "hiv"], "hiv", "permanent"), (["hiv", "tattoo"], "hiv", "permanent"),
    (["faint", "tattoo"], "faint", "until_lifted"), (["faint", "hiv"], "hiv", "permanent"),
  ])
  func `of several reasons the longest is suggested`(
    reasons: [String], reason: String, kind: String
  ) throws {
    let suggested = try examined([.temperature: 39], reasons.map { told($0) }).suggestedDeferral
    #expect(suggested?.reason == reason && suggested?.kind.rawValue == kind)
    #expect(suggested?.until == nil)
  }

  @Test func `what a physician decides, what is not known and what stands already defers nobody`()
    throws
  {
    #expect(try examined([.pulse: 120]).suggestedDeferral == nil)
    #expect(try examined([:], [told("smoking")]).suggestedDeferral == nil)
    #expect(try examined([:], [told("something_new")]).suggestedDeferral == nil)
    #expect(try examined([:], [told("tattoo", nil)]).suggestedDeferral == nil)
    let deferral = OpenDeferral(reason: "tattoo", from: try #require(Day("2026-01-01")), until: nil)
    let examination = try examined(deferrals: [deferral])
    #expect(!examination.decision.eligible && examination.suggestedDeferral == nil)
  }

  @Test func `an examination is of the civil day at the site, and never of tomorrow`() throws {
    let late = try examined(arrived: "2026-01-31T19:30:00Z", now: "2026-01-31T20:00:00Z")
    #expect(late.on == Day("2026-02-01"))
    let ahead = try examined(arrived: "2026-02-03T06:00:00Z", now: "2026-01-31T07:00:00Z")
    #expect(ahead.on == Day("2026-01-31"))
  }

  @Test func `the decision is that of every other desk`() throws {
    let policy = try PolicyFixture.policy(["signs": Self.signs, "deferrals": Self.deferrals])
    let examination = try examined([.haemoglobin: 100], [told("tattoo")])
    let facts = DonorFacts(
      sex: .female, birthDate: try #require(Day("1990-05-17")),
      examination: Examination(on: examination.on, measured: examination.measured),
      answers: [told("tattoo")])
    #expect(
      examination.decision
        == Eligibility.decide(facts, .wholeBlood, on: examination.on, policy: policy))
  }
}
