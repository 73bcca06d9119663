import Domain
import Foundation
import Store
import TestSupport
import Testing

/// What makes a donor's group certain: separate tubes that agree, over all donations.
struct GroupHistoriesTests {
  @Test(arguments: ["a1", "A 1", " A1 ", "A\u{00A0}1", "А1", "а 1", "Ａ１"])
  func `a tube is the same one however its mark is typed`(mark: String) async throws {
    try await World.lend { world in
      let bag = try await world.bag()
      try await world.test(bag.din)
      try await world.mark(bag.din, .aPositive, "A1")
      try await world.mark(bag.din, .aPositive, mark)
      #expect(try await world.releaseCodes(bag) == ["group_unconfirmed"])
      #expect(try await world.donor(bag.donor).bloodGroup == nil)
      try await world.mark(bag.din, .aPositive, "A2")
      #expect(try await world.donor(bag.donor).bloodGroup == .aPositive)
    }
  }

  @Test func `two laboratories that typed one tube are one witness`() async throws {
    try await World.lend { world in
      let bag = try await world.bag()
      for laboratory in ["Astana", "Almaty"] {
        try await world.mark(bag.din, .aPositive, "T1", laboratory: laboratory)
      }
      #expect(try await world.donor(bag.donor).bloodGroup == nil)
      let kept = try await world.registry.determinations(of: bag.donor, as: .system)
      #expect(Set(kept.map(\.laboratory)) == ["Astana", "Almaty"])
      // Had they disagreed, that would count all the same.
      try await world.mark(bag.din, .oPositive, "T1", laboratory: "Shymkent")
      try await world.test(bag.din)
      #expect(try await world.releaseCodes(bag) == ["group_conflict"])
    }
  }

  @Test func `a weak D and a plain negative of one donor block everything of both days`()
    async throws
  {
    try await World.lend { world in
      let first = try await world.bag(collectedAt: world.moment(days: -70))
      let plasma = try await world.shelve(first, .aNegative, [.plasma])[0]
      let second = try await world.nextBag(of: first.donor)
      let finding = RhDFinding(.weakD, type: "type 2", method: .genotype, reagents: "IgG")
      try await world.mark(second.din, .aPositive, "W", rhd: finding)
      #expect(try await world.reread(plasma).state == .quarantined)
      for bag in [first, second] {
        try await world.test(bag.din)
        #expect(try await world.releaseCodes(bag) == ["group_conflict"])
      }
      #expect(try await world.donor(first.donor).bloodGroup == nil)
      let kept = try await world.registry.determinations(of: first.donor, as: .system)
      #expect(kept.count == 3)
      #expect(kept.compactMap(\.rhd) == [finding], "of a label alone nobody knows what was seen")
    }
  }

  @Test func `of three that disagree any two that agree are not enough`() async throws {
    try await World.lend { world in
      let bag = try await world.bag()
      try await world.test(bag.din)
      for (group, mark) in [(BloodGroup.aPositive, "1"), (.aPositive, "2"), (.oPositive, "3")] {
        try await world.mark(bag.din, group, mark)
      }
      #expect(try await world.releaseCodes(bag) == ["group_conflict"])
      #expect(try await world.donor(bag.donor).bloodGroup == nil)
    }
  }

  @Test func `the schema refuses a label that hides a D antigen`() async throws {
    try await World.lend { world in
      let bag = try await world.bag()
      for observed in [RhDObservation.weakD, .dVariant, .positive] {
        await #expect(throws: (any Error).self) {
          try await world.mark(bag.din, .aNegative, "X", rhd: RhDFinding(observed))
        }
      }
      #expect(try await world.registry.determinations(of: bag.donor, as: .system).isEmpty)
    }
  }

  @Test func `the database and the rules conclude the same from any history`() async throws {
    try await World.lend { world in
      var random = Seeded(UInt64.random(in: .min ... .max))
      let seed = random.seed
      for _ in 0..<25 {
        let first = try await world.bag(collectedAt: world.moment(days: -70))
        let bags = [first, try await world.nextBag(of: first.donor)]
        for bag in bags { try await world.test(bag.din) }
        var standing: [(group: BloodGroup, sample: String, isOfSecond: Bool)] = []
        for _ in 0..<Int.random(in: 0...5, using: &random) {
          let made = Made.random(using: &random)
          let bag = bags[made.donation]
          let determination = try await world.mark(bag.din, made.group, made.spelling)
          if made.isSetAside {
            try await world.setAside(determination, of: bag.donor)
          } else {
            standing.append((made.group, "\(made.donation) \(made.tube)", made.donation == 1))
          }
        }
        let conclusion = GroupConclusion(standing.map { ($0.group, $0.sample) })
        let confirmed: BloodGroup? =
          if case .confirmed(let group) = conclusion { group } else { nil }
        #expect(
          try await world.donor(first.donor).bloodGroup == confirmed, "seed \(seed): \(standing)")
        let expected =
          switch conclusion {
          case .conflict: ["group_conflict"]
          case .confirmed where standing.contains(where: \.isOfSecond): [String]()
          default: ["group_unconfirmed"]
          }
        #expect(
          try await world.releaseCodes(bags[1]) == expected, "seed \(seed): \(standing)")
      }
    }
  }
}

/// A determination of a random history.
private struct Made {
  let donation: Int
  let group: BloodGroup
  /// Which tube it was of, and how somebody typed its mark.
  let tube: Int
  let spelling: String
  let isSetAside: Bool

  private static let spellings = [["A", "a", " А", "а "], ["B 1", "b1", "в1"], ["C-1"]]

  static func random(using random: inout Seeded) -> Made {
    let tube = Int.random(in: spellings.indices, using: &random)
    return Made(
      donation: Int.random(in: 0...1, using: &random),
      group: Int.random(in: 0..<8, using: &random) == 0 ? .oPositive : .aPositive, tube: tube,
      spelling: spellings[tube].randomElement(using: &random) ?? "A",
      isSetAside: Int.random(in: 0..<5, using: &random) == 0)
  }
}

extension World {
  /// One determination, its tube's mark as it was typed.
  @discardableResult
  fileprivate func mark(
    _ din: DonationNumber, _ group: BloodGroup, _ sample: String, laboratory: String? = nil,
    rhd: RhDFinding? = nil
  ) async throws -> ID<Determination> {
    let draft = DeterminationDraft(
      din: din, bloodGroup: group, sample: sample, method: "gel", laboratory: laboratory, rhd: rhd)
    return ID(try await registry.record(command(self.laboratory, draft)).subject)
  }

  /// A bag that a donor gives today.
  fileprivate func nextBag(of donor: ID<Donor>) async throws -> Bag {
    let draft = try draft(of: donor, at: try await drive())
    _ = try await registry.log(command(staff, draft))
    return Bag(din: draft.din, donor: donor)
  }

  /// What a resolution does to a determination, without the two persons.
  fileprivate func setAside(
    _ determination: ID<Determination>, of donor: ID<Donor>
  ) async throws {
    try await rewrite(
      """
      with resolution as (
        insert into resolutions (id, kind, subject_id, determination_ids, reason, meaning, state,
          proposed_at, proposed_by, decided_at, decided_by, decision_meaning)
        values (gen_random_uuid(), 'group_conflict', '\(donor)', '{\(donor)}', 'x', 'x',
          'confirmed', now(), gen_random_uuid(), now(), gen_random_uuid(), 'x')
        returning id
      )
      update determinations set set_aside_by = resolution.id from resolution
      where determinations.id = '\(determination)'
      """)
  }
}
