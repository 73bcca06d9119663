import Domain
import Foundation
import Testing

@Suite struct ReservesTests {
  private func search(
    _ group: BloodGroup, _ urgency: Urgency, wants outstanding: Int,
    _ component: Component = .redCells
  ) throws -> Search {
    let line = OpenLine(
      lineId: .new(at: .now), requestId: .new(at: .now), component: component,
      bloodGroup: group, urgency: urgency, neededBy: .now, outstanding: outstanding)
    return Search(line, in: [.oNegative], at: .now, under: try PolicyFixture.policy())
  }

  @Test(arguments: [
    (0, 2), (1, 2), (28, 3), (29, 4), (280, 30),
  ])
  func `the reserve is so many days of demand, and at least so many units`(
    asked: Int, kept: Int
  ) throws {
    let policy = try PolicyFixture.policy([
      "o_negative_reserve": PolicyFixture.cited(["value": ["days": 3, "units": 2]])
    ])
    let facts = ReserveFacts(component: .redCells, issuable: 100, asked: asked)
    #expect(facts.spare(under: policy) == 100 - kept)
  }

  @Test(arguments: [
    (BloodGroup.aPositive, Urgency.routine, true), (.aPositive, .scheduled, true),
    (.aPositive, .urgent, false), (.aPositive, .emergency, false),
    (.oNegative, .scheduled, false),
  ])
  func `who is in haste, or O negative himself, is whom it is kept for`(
    group: BloodGroup, urgency: Urgency, spends: Bool
  ) throws {
    #expect(try search(group, urgency, wants: 1).spendsReserve == spends)
    #expect(try !search(group, urgency, wants: 1, .plasma).spendsReserve)
  }

  @Test(arguments: [
    // On the shelf, wanted by an emergency, wanted by two routine lines: what these get.
    (10, 0, [3, 4], [3, 4]), (7, 0, [3, 4], [3, 2]), (5, 0, [3, 4], [3, 0]),
    (5, 2, [3, 4], [1, 0]), (2, 0, [3, 4], [0, 0]), (0, 5, [1, 1], [0, 0]),
  ])
  func `what is spare beside emergencies is shared in turn`(
    issuable: Int, emergency: Int, wanted: [Int], got: [Int]
  ) throws {
    let policy = try PolicyFixture.policy([
      "o_negative_reserve": PolicyFixture.cited(["value": ["days": 3, "units": 2]])
    ])
    var searches =
      try [search(.bPositive, .emergency, wants: emergency)]
      + wanted.map { try search(.aPositive, .routine, wants: $0) }
    Search.keepReserve(
      in: &searches, [ReserveFacts(component: .redCells, issuable: issuable, asked: 0)],
      under: policy)
    let taken = try searches.dropFirst().map { search in
      var search = search
      var found = try units(20)
      return search.next == nil ? 0 : search.take(from: &found).count
    }
    #expect(taken == got)
    #expect(searches.dropFirst().map(\.sparedReserve) == got.map { $0 == 0 })
  }

  @Test func `what was needed before now is needed now`() throws {
    let now = Date(timeIntervalSince1970: 1_795_000_000)
    let policy = try PolicyFixture.policy()
    let line = OpenLine(
      lineId: .new(at: now), requestId: .new(at: now), component: .redCells,
      bloodGroup: .aPositive, urgency: .urgent, neededBy: now - 86_400, outstanding: 1)
    let margin = Double(policy.expiryMarginHours.value) * 3600
    #expect(Search(line, at: now, under: policy).keepsBeyond == now + margin)
  }

  private func units(_ count: Int) throws -> [FoundUnit] {
    let din = try DonationNumber("A999926000001")
    return try (0..<count).map { _ in
      FoundUnit(
        id: .new(at: .now), din: din, component: .redCells, bloodGroup: .oNegative,
        expiresOn: try #require(Day("2026-12-01")))
    }
  }
}
