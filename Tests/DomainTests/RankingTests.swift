import Domain
import Testing

@Suite struct RankingTests {
  /// Least scarce first, by the published cost of using a unit away from its group.
  static let scarcity: [BloodGroup] = [
    .abPositive, .aPositive, .bPositive, .oPositive,
    .abNegative, .aNegative, .bNegative, .oNegative,
  ]

  @Test(arguments: [
    (BloodGroup.oNegative, [BloodGroup.oNegative]),
    (.oPositive, [.oPositive, .oNegative]),
    (.aNegative, [.aNegative, .oNegative]),
    (.aPositive, [.aPositive, .oPositive, .aNegative, .oNegative]),
    (.bPositive, [.bPositive, .oPositive, .bNegative, .oNegative]),
    (.abNegative, [.abNegative, .aNegative, .bNegative, .oNegative]),
    (
      .abPositive,
      [
        .abPositive, .aPositive, .bPositive, .oPositive, .abNegative, .aNegative, .bNegative,
        .oNegative,
      ]
    ),
  ])
  func `the own group leads, then the least scarce, O negative last`(
    recipient: BloodGroup, order: [BloodGroup]
  ) {
    let ranked = Component.redCells.ranked(
      for: recipient, substitution: .compatible, scarcity: Self.scarcity)
    #expect(ranked == order)
  }

  @Test(arguments: Component.allCases)
  func `only what is safe is offered, the own group first`(component: Component) {
    for recipient in BloodGroup.allCases {
      let ranked = component.ranked(for: recipient, substitution: .compatible)
      #expect(ranked.first == recipient)
      #expect(ranked.count == Set(ranked).count)
      for donor in BloodGroup.allCases {
        let safe = component.match(donor: donor, recipient: recipient).isSafe
        #expect(ranked.contains(donor) == safe)
        #expect((component.rankReason(donor: donor, recipient: recipient) != nil) == safe)
      }
    }
  }

  @Test func `without an order the group with fewest other uses goes first`() {
    let ranked = Component.redCells.ranked(for: .abPositive, substitution: .compatible)
    #expect(
      ranked == [
        .abPositive, .aPositive, .bPositive, .abNegative, .oPositive, .aNegative, .bNegative,
        .oNegative,
      ])
  }

  @Test func `who wants the exact group is offered nothing else`() {
    for recipient in BloodGroup.allCases {
      let cells = Component.redCells.ranked(for: recipient, substitution: .exact)
      #expect(cells == [recipient])
      // RhD plays no part in plasma, so both are the group asked for.
      let plasma = Component.plasma.ranked(for: recipient, substitution: .exact)
      #expect(plasma.allSatisfy { $0.abo == recipient.abo } && plasma.first == recipient)
    }
  }

  @Test(arguments: Substitution.allCases)
  func `an unknown patient is offered O negative cells`(substitution: Substitution) {
    #expect(Component.redCells.ranked(for: nil, substitution: substitution) == [.oNegative])
  }

  @Test func `plasma of the own ABO group goes before any other, scarce or not`() {
    let ranked = Component.plasma.ranked(
      for: .abNegative, substitution: .compatible, scarcity: Self.scarcity.reversed())
    #expect(ranked == [.abNegative, .abPositive])
    let forA = Component.plasma.ranked(for: .aPositive, substitution: .compatible)
    #expect(forA == [.aPositive, .aNegative, .abPositive, .abNegative])
    // Even where AB plasma is called the least scarce.
    let plenty = Component.plasma.ranked(
      for: .aNegative, substitution: .compatible, scarcity: Self.scarcity)
    #expect(plenty == [.aNegative, .aPositive, .abPositive, .abNegative])
  }

  @Test func `only the groups in stock are ranked`() {
    let ranked = Component.redCells.ranked(
      [.oNegative, .oPositive], for: .aPositive, substitution: .compatible)
    #expect(ranked == [.oPositive, .oNegative])
  }

  @Test(arguments: [
    (Component.redCells, BloodGroup.aPositive, BloodGroup.aPositive, RankReason.identical),
    (.redCells, .oPositive, .aPositive, .compatibleSubstitute),
    (.redCells, .oNegative, .aPositive, .oNegativeLastResort),
    (.redCells, .oNegative, .oNegative, .identical),
    (.plasma, .abPositive, .oNegative, .compatibleSubstitute),
    (.plasma, .oNegative, .oPositive, .identical),
  ])
  func `the reason tells how the group came to be chosen`(
    component: Component, donor: BloodGroup, recipient: BloodGroup, reason: RankReason
  ) {
    #expect(component.rankReason(donor: donor, recipient: recipient) == reason)
  }

  @Test func `an emergency is served before an urgent need, and that before a routine one`() {
    let shuffled: [Urgency] = [.scheduled, .emergency, .routine, .urgent]
    #expect(shuffled.sorted() == [.emergency, .urgent, .routine, .scheduled])
    #expect(shuffled.map(\.priority).sorted() == [1, 2, 3, 4])
  }
}
