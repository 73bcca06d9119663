import Domain
import Foundation
import Store
import TestSupport
import Testing

@Test func `a conflict ends when two persons say which determinations stand`() async throws {
  try await World.lend { world in
    let (bag, unit) = try await world.disputedBag()
    let standing = try await world.determinations(of: bag.donor, saying: .oNegative)
    let resolution = try await world.propose(.groupConflict, bag.donor.uuid, standing: standing)
    #expect(try await world.reread(unit).bloodGroup == nil, "a proposal changes nothing")
    #expect(try await refusal { try await world.releaseAgain(bag) } == "group_conflict")

    try await world.confirm(resolution)
    #expect(try await world.donor(bag.donor).bloodGroup == .oNegative)
    let kept = try await world.registry.determinations(of: bag.donor, as: .system)
    #expect(kept.count == 3 && kept.filter { $0.setAsideBy == resolution }.count == 1)
    #expect(try await world.reread(unit).state == .quarantined, "a release puts it back")
    #expect(try await world.releaseAgain(bag) == [unit.id])
    #expect(try await world.reread(unit).state == .available)
    #expect(try await world.allocate(try await world.request()).map(\.id) == [unit.id])
    #expect(try await refusal { try await world.releaseAgain(bag) } == "already_released")
  }
}

@Test func `after a resolution one more that disagrees is a new conflict`() async throws {
  try await World.lend { world in
    let (bag, unit) = try await world.disputedBag()
    let standing = try await world.determinations(of: bag.donor, saying: .oNegative)
    try await world.confirm(
      try await world.propose(.groupConflict, bag.donor.uuid, standing: standing))
    _ = try await world.releaseAgain(bag)
    try await world.determine(bag.din, .abPositive, samples: ["D"])
    #expect(try await world.reread(unit).state == .quarantined)
    #expect(try await refusal { try await world.releaseAgain(bag) } == "group_conflict")
    // The one set aside before speaks again only if a resolution lets it.
    let others = try await world.determinations(of: bag.donor, saying: .abPositive)
    try await world.confirm(
      try await world.propose(.groupConflict, bag.donor.uuid, standing: others))
    #expect(try await world.donor(bag.donor).bloodGroup == .abPositive)
  }
}

@Test func `a bag whose own samples were another person's stays where it is`() async throws {
  try await World.lend { world in
    let first = try await world.bag(collectedAt: world.moment(days: -70))
    let unit = try await world.shelve(first, .aPositive, [.plasma])[0]
    let draft = try world.draft(of: first.donor, at: try await world.drive())
    _ = try await world.registry.log(world.command(world.staff, draft))
    try await world.determine(draft.din, .oPositive)
    let standing = try await world.determinations(of: first.donor, saying: .oPositive)
    try await world.confirm(
      try await world.propose(.groupConflict, first.donor.uuid, standing: standing))
    #expect(try await refusal { try await world.releaseAgain(first) } == "group_unconfirmed")
    // Nor does anything made of it now reach the shelf.
    let cells = try await world.make(first.din, [.redCells]).first { $0.component == .redCells }
    #expect(cells?.state == .quarantined)
    #expect(try await world.reread(unit).state == .quarantined)
  }
}

@Test func `who proposed cannot confirm, and a conflict is proposed once`() async throws {
  try await World.lend { world in
    let (bag, _) = try await world.disputedBag()
    let standing = try await world.determinations(of: bag.donor, saying: .oNegative)
    let resolution = try await world.propose(.groupConflict, bag.donor.uuid, standing: standing)
    let census = try await world.census()
    #expect(
      try await refusal { try await world.confirm(resolution, by: world.laboratory) }
        == "second_person_required")
    let codes = try await [
      standing, [standing[0]],
      try await world.determinations(of: bag.donor, saying: .abPositive),
    ].asyncMap { ids in
      try await refusal { try await world.propose(.groupConflict, bag.donor.uuid, standing: ids) }
    }
    #expect(codes == Array(repeating: "resolution_already_proposed", count: 3))
    #expect(try await world.census() == census)
    let decision = DecisionDraft(resolution: resolution, reason: "unclear", meaning: "No.")
    #expect(
      try await refusal {
        try await world.registry.reject(world.command(world.laboratory, decision))
      } == "second_person_required")
    _ = try await world.registry.reject(world.command(world.colleague, decision))
    #expect(try await refusal { try await world.confirm(resolution) } == "resolution_not_open")
    // One sample alone, or two that disagree, make nobody certain.
    for ids in [
      [standing[0]],
      standing
        + (try await world.determinations(
          of: bag.donor, saying: .abPositive)),
    ] {
      let code = try await refusal {
        try await world.propose(.groupConflict, bag.donor.uuid, standing: ids)
      }
      #expect(code == "standing_group_unconfirmed")
    }
  }
}

@Test func `of many who confirm at once one does`() async throws {
  try await World.lend { world in
    try await world.lendServer { other in
      let (bag, _) = try await world.disputedBag()
      let standing = try await world.determinations(of: bag.donor, saying: .oNegative)
      let resolution = try await world.propose(
        .groupConflict, bag.donor.uuid, standing: standing)
      let codes = try await concurrently(0..<8) { index in
        try await refusal {
          try await world.confirm(resolution, on: index % 2 == 0 ? world.registry : other)
        }
      }
      #expect(codes.count { $0 == nil } == 1)
      #expect(codes.count { $0 == "resolution_not_open" } == 7)
      let told = try await world.tally("events where kind = 'donor.group_resolved'")
      #expect(told == 1)
    }
  }
}

@Test func `what is known only after the proposal makes it void`() async throws {
  try await World.lend { world in
    let (bag, _) = try await world.disputedBag()
    let standing = try await world.determinations(of: bag.donor, saying: .oNegative)
    let resolution = try await world.propose(.groupConflict, bag.donor.uuid, standing: standing)
    // The laboratory writes one more down while the second person signs.
    let code = try await world.whileOwner(
      """
      select from donors where id = '\(bag.donor)' for update;
      insert into determinations (id, donation_id, donor_id, blood_group, sample, method,
        determined_at, determined_by)
      select gen_random_uuid(), donation_id, donor_id, 'AB+', 'late', 'gel', now(),
        gen_random_uuid() from determinations where donor_id = '\(bag.donor)' limit 1;
      """
    ) {
      try await refusal { try await world.confirm(resolution) }
    }
    #expect(code == "resolution_outdated")
    #expect(try await world.donor(bag.donor).bloodGroup == nil)
  }
}

@Test func `an infection's deferral is voided by two persons and ended by none`() async throws {
  try await World.lend { world in
    let bag = try await world.bag()
    try await world.react(bag.din)
    let deferral = try await world.registry.deferrals(of: bag.donor, as: .system)[0]
    let draft = DeferralEnd(deferral: deferral.id, on: world.day(), reason: "wrong person")
    for code in [
      try await refusal { try await world.registry.end(world.command(world.staff, draft)) },
      try await refusal { try await world.registry.void(world.command(world.laboratory, draft)) },
    ] {
      #expect(code == "deferral_needs_two_persons")
    }
    try await world.confirm(try await world.propose(.deferralVoid, deferral.id.uuid))
    let after = try await world.registry.deferral(deferral.id, as: .system)
    #expect(after.voidedAt == world.now && after.endReason == "tubes were swapped")
    #expect(after.until == nil && after.endedOn == nil, "what was recorded stays")
    // A reactive result is for ever all the same.
    try await world.determine(bag.din, .oPositive)
    try await world.test(bag.din)
    let codes = try await world.releaseCodes(bag)
    #expect(Set(codes) == ["donation_rejected", "test_reactive"])
    let code = try await refusal { try await world.propose(.deferralVoid, deferral.id.uuid) }
    #expect(code == "deferral_already_voided")
  }
}

@Test func `a recall is lifted by two persons once its cause is gone`() async throws {
  try await World.lend { world in
    let bag = try await world.bag()
    let unit = try await world.shelve(bag)[0]
    let request = try await world.request()
    try await world.allocate(request)
    try await world.issue(request)
    #expect(
      try await refusal { try await world.propose(.recallLifting, unit.id.uuid) }
        == "unit_not_recalled")
    try await world.deferDonor(bag.donor, from: world.day(-1), until: nil)
    #expect(try await world.reread(unit).recalledAt == world.now)
    #expect(
      try await refusal { try await world.propose(.recallLifting, unit.id.uuid) }
        == "unit_not_safe")
    let deferral = try await world.registry.deferrals(of: bag.donor, as: .system)[0]
    let mistake = DeferralEnd(deferral: deferral.id, on: world.day(), reason: "other donor")
    _ = try await world.registry.void(world.command(world.staff, mistake))

    // The cause is gone, the recall is not: looked at and fit, it still stays.
    try await world.takeBack(request)
    #expect(try await world.inspect(unit).state == .quarantined)
    #expect(try await refusal { try await world.releaseAgain(bag) } == "already_released")
    try await world.confirm(try await world.propose(.recallLifting, unit.id.uuid))
    #expect(try await world.reread(unit).recalledAt == nil)
    #expect(try await world.releaseAgain(bag) == [unit.id])
  }
}

@Test func `the books let nobody sign twice, nor offer what is recalled`() async throws {
  try await World.lend { world in
    let (bag, unit) = try await world.disputedBag()
    let standing = try await world.determinations(of: bag.donor, saying: .oNegative)
    try await world.propose(.groupConflict, bag.donor.uuid, standing: standing)
    for statement in [
      """
      update resolutions set state = 'confirmed', decided_at = now(),
        decided_by = proposed_by, decision_meaning = 'mine'
      """,
      """
      update units set recalled_at = now(), state = 'available', blood_group = 'O-'
      where id = '\(unit.id)'
      """,
    ] {
      await #expect(throws: (any Error).self) { try await world.rewrite(statement) }
    }
  }
}
