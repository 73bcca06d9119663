import Domain
import Foundation
import Testing

@Suite struct FatesTests {
  private let now = Date(timeIntervalSince1970: 1_795_000_000)

  private func unit(
    _ state: UnitState, _ component: Component = .redCells, hours: Double = 24
  ) throws -> Domain.Unit {
    Domain.Unit(
      id: .new(at: now), din: try DonationNumber("A999926000001"), component: component,
      bloodGroup: .oNegative, volumeMl: 250, attributes: [], collectedOn: Day(now, in: .gmt),
      expiresOn: Day(now, in: .gmt), expiresAt: now + hours * 3600, siteId: .new(at: now),
      state: state)
  }

  private func outcome(
    _ unit: Domain.Unit, _ outcome: InspectionDraft.Outcome, _ minutes: Int?
  ) throws -> String {
    let policy = try PolicyFixture.policy([
      "returns": [PolicyFixture.cited(["components": ["red_cells"], "at_most_minutes": 30])]
    ])
    let draft = InspectionDraft(
      unit: unit.id, outcome: outcome, minutesOutside: minutes, reason: nil)
    do {
      return try unit.inspected(draft, at: now, under: policy).rawValue
    } catch {
      return error.code
    }
  }

  @Test func `what came back is put back only if it was stored in order`() throws {
    #expect(try outcome(unit(.returned), .fit, 30) == "quarantined")
    #expect(try outcome(unit(.returned), .fit, 31) == "unit_too_long_outside")
    #expect(try outcome(unit(.returned), .fit, nil) == "unit_too_long_outside")
    #expect(try outcome(unit(.returned, hours: 0), .fit, 0) == "unit_expired")
    #expect(try outcome(unit(.returned, .plasma), .fit, 0) == "unit_never_taken_back")
    #expect(try outcome(unit(.returned, .plasma, hours: -1), .unfit, nil) == "discarded")
    for state in UnitState.allCases where state != .returned {
      #expect(try outcome(unit(state), .fit, 0) == "unit_not_returned")
    }
  }

  @Test func `a policy that is silent takes nothing back`() throws {
    let draft = InspectionDraft(
      unit: .new(at: now), outcome: .fit, minutesOutside: 0, reason: nil)
    let silent = try PolicyFixture.policy()
    #expect(throws: UnitRefusal.neverTakenBack(.redCells)) {
      try unit(.returned).inspected(draft, at: now, under: silent)
    }
  }

  @Test(arguments: UnitState.allCases)
  func `only whoever has a unit in hand discards it`(state: UnitState) throws {
    let unit = try unit(state)
    func may(_ role: Role) -> Bool { (try? unit.checkDiscard(by: role)) != nil }
    #expect(may(.hospital) == (state == .received))
    let here: [UnitState] = [.quarantined, .available, .held, .returned, .expired]
    #expect(may(.laboratory) == here.contains(state) && may(.coordinator) == may(.laboratory))
    // Whoever may do it, the states allow it.
    if may(.hospital) || may(.laboratory) { #expect(state.canBecome(.discarded)) }
  }

  @Test(
    arguments: [
      ("manual", false, false, nil, nil), ("manual", true, false, "deferral_already_voided", nil),
      ("manual", false, true, "deferral_already_ended", nil),
      ("automatic", false, false, "deferral_needs_two_persons", "deferral_needs_two_persons"),
    ] as [(String, Bool, Bool, String?, String?)])
  func `one person ends or voids what no test brought`(
    source: String, isVoided: Bool, isEnded: Bool, end: String?, void: String?
  ) throws {
    let from = try #require(Day("2026-11-01"))
    let deferral = Deferral(
      id: .new(at: now), donorId: .new(at: now), reason: "travel", from: from, until: nil,
      source: source, recordedAt: now, endedOn: isEnded ? from : nil,
      voidedAt: isVoided ? now : nil)
    func code(_ work: () throws -> Void) -> String? {
      do { try work() } catch { return (error as? DeferralRefusal)?.code }
      return nil
    }
    #expect(code { try deferral.checkEnd(on: from) } == end)
    #expect(code { try deferral.checkVoid(byTwoPersons: false) } == (isVoided ? end : void))
    #expect(
      code { try deferral.checkVoid(byTwoPersons: true) }
        == (isVoided ? "deferral_already_voided" : nil))
    if end == nil {
      let before = code { try deferral.checkEnd(on: from.adding(days: -1)) }
      #expect(before == "deferral_not_begun")
    }
  }

  @Test(
    arguments: [(404, "under"), (405, nil), (450, nil), (495, nil), (496, "over")]
      as [(Int, String?)])
  func `a bag misses its limits by too little or too much`(
    volume: Int, deviation: String?
  ) throws {
    let policy = try PolicyFixture.policy()
    let rule = try #require(policy.volume(of: .wholeBlood))
    #expect(rule.minimum == 405 && rule.maximum == 495)
    #expect(rule.deviation(of: volume)?.rawValue == deviation)
  }
}
