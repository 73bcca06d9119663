import Domain
import Foundation
import Testing

@Suite struct ResolutionsTests {
  /// Readings written as `group sample`, with `!` for one that stands no longer.
  private func readings(_ texts: [String]) throws -> [DonorReadings.Reading] {
    try texts.enumerated().map { index, text in
      let parts = text.split(separator: " ").map(String.init)
      return DonorReadings.Reading(
        id: Self.ids[index], bloodGroup: try #require(BloodGroup(code: parts[0])),
        sample: parts[1], stands: parts.count == 2)
    }
  }

  private static let ids = (0..<8).map { _ in ID<Determination>.new(at: .now) }

  @Test(
    arguments: [
      // Two samples that agree against one: certain.
      (["O- a", "O- b", "AB+ c"], [0, 1], "O-"),
      (["O- a", "O- b", "AB+ c"], [2], "standing_group_unconfirmed"),
      (["O- a", "O- b", "AB+ c"], [0, 2], "standing_group_unconfirmed"),
      (["O- a", "O- b", "AB+ c"], [], "standing_group_unconfirmed"),
      // One tube read twice is one witness.
      (["O- a", "O- a", "AB+ c"], [0, 1], "standing_group_unconfirmed"),
      (["O- a", "O- b"], [0, 1], "no_group_conflict"),
      ([], [], "no_group_conflict"),
      // What was set aside before makes no conflict, and may stand again.
      (["O- a", "O- b", "AB+ c !"], [0, 1], "no_group_conflict"),
      (["O- a", "AB+ c !", "AB+ d"], [1, 2], "AB+"),
      // Somebody else's determination stands for nothing.
      (["O- a", "AB+ c"], [6, 7], "standing_group_unconfirmed"),
    ] as [([String], [Int], String)])
  func `those that stand make the group certain by themselves`(
    texts: [String], standing: [Int], outcome: String
  ) throws {
    let donor = DonorReadings(try readings(texts))
    let ids = standing.map { Self.ids[$0] }
    let found: String
    do {
      found = try donor.resolve(standing: ids, seen: donor.readings.map(\.id)).code
    } catch {
      found = error.code
    }
    #expect(found == outcome)
  }

  @Test func `nobody signs for what he has not seen`() throws {
    let donor = DonorReadings(try readings(["O- a", "O- b", "AB+ c", "AB+ d"]))
    for seen in [[0, 1, 2], [], [0, 1, 2, 3, 4]] {
      #expect(throws: ResolutionRefusal.outdated) {
        try donor.resolve(
          standing: [Self.ids[0], Self.ids[1]], seen: seen.map { Self.ids[$0] })
      }
    }
  }

  @Test func `another person's account decides, never the same one and never a machine's`() throws {
    let first = Actor(account: .new(at: .now), authority: Authority(role: .laboratory))
    let colleague = ID<Account>.new(at: .now)
    func second(_ entrance: Entrance) -> Actor {
      Actor(account: colleague, authority: Authority(role: .laboratory), entrance: entrance)
    }
    let machine = Actor(
      account: .new(at: .now), kind: .machine, authority: Authority(role: .laboratory),
      entrance: .session)
    let draft = ResolutionDraft(
      id: .new(at: .now), kind: .deferralVoid, subject: UUID(), reason: "x", meaning: "y")
    let resolution = Resolution(draft, seen: [], at: .now, by: first.account)
    for actor in [first, machine] {
      #expect(throws: ResolutionRefusal.secondPersonRequired) {
        try resolution.checkDecision(by: actor)
      }
    }
    for entrance in [Entrance.token, .unfinishedSession] {
      #expect(throws: ResolutionRefusal.needsSession) {
        try resolution.checkDecision(by: second(entrance))
      }
    }
    try resolution.checkDecision(by: second(.session))
  }

  @Test(
    arguments: [
      (Component.redCells, BloodGroup.oNegative, BloodGroup?.none, BloodGroup.oPositive, nil),
      (.redCells, .aNegative, nil, .aPositive, nil),
      (.redCells, .aNegative, nil, .bNegative, "override_incompatible"),
      (.redCells, .aNegative, .oNegative, .aPositive, "override_incompatible"),
      (.redCells, .aNegative, nil, .oNegative, "override_not_needed"),
      (.wholeBlood, .abNegative, nil, .oNegative, "override_incompatible"),
      (.plasma, .abPositive, nil, .oPositive, "override_incompatible"),
    ] as [(Component, BloodGroup, BloodGroup?, BloodGroup, String?)])
  func `two persons decide about RhD, never about what harms`(
    component: Component, line: BloodGroup, patient: BloodGroup?, group: BloodGroup,
    code: String?
  ) throws {
    #expect(try refusal(component, line, patient, group) == code)
  }

  @Test func `only an emergency that lacks units goes beyond the rules`() throws {
    for urgency in Urgency.allCases {
      #expect(
        try refusal(.redCells, .oNegative, nil, .oPositive, urgency: urgency)
          == (urgency == .emergency ? nil : "not_an_emergency"))
    }
    #expect(
      try refusal(.redCells, .oNegative, nil, .oPositive, outstanding: 0)
        == "nothing_outstanding")
    #expect(
      try refusal(.redCells, .aPositive, nil, .oPositive, substitution: .exact) == nil,
      "who asked for exactly one group may be given another that suits")
  }

  private func refusal(
    _ component: Component, _ line: BloodGroup, _ patient: BloodGroup?, _ group: BloodGroup,
    urgency: Urgency = .emergency, outstanding: Int = 1,
    substitution: Substitution = .compatible
  ) throws -> String? {
    let line = OpenLine(
      lineId: .new(at: .now), requestId: .new(at: .now), component: component,
      bloodGroup: line, substitution: substitution, patientGroup: patient, urgency: urgency,
      neededBy: .now, outstanding: outstanding)
    do {
      try line.checkOverride(with: group, under: PolicyFixture.policy())
      return nil
    } catch let error as ResolutionRefusal {
      return error.code
    }
  }
}
