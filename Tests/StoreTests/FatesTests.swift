import Domain
import Foundation
import Store
import TestSupport
import Testing

@Test func `what came back in order goes through quarantine to the shelf`() async throws {
  try await World.lend { world in
    let (_, unit) = try await world.returnedUnit()
    // Later, so that its two releases are told apart.
    #expect(try await world.later(days: 0.1).inspect(unit).state == .available)
    let history = try await world.registry.unit(unit.id, as: .system).history.suffix(2)
    #expect(history.map(\.kind) == ["unit.inspected", "unit.released"])
    #expect(history.map { $0.detail["to"] } == ["quarantined", "available"])
    #expect(history.first?.detail["minutes_outside"] == "10")
    #expect(try await world.allocate(try await world.request()).map(\.id) == [unit.id])
  }
}

@Test func `what came back and is not safe goes no further than quarantine`() async throws {
  try await World.lend { world in
    let (bag, unit) = try await world.returnedUnit()
    try await world.determine(bag.din, .abPositive, samples: ["C"])
    #expect(try await world.reread(unit).state == .returned, "nobody has looked at it")
    #expect(try await world.inspect(unit).state == .quarantined)
    #expect(try await refusal { try await world.inspect(unit) } == "unit_not_returned")
  }
}

@Test func `what was warm for too long, or is unfit, is not put back`() async throws {
  try await World.lend { world in
    let (_, unit) = try await world.returnedUnit()
    let limit = try #require(world.registry.policy.minutesOutside(of: .redCells))
    for minutes in [limit + 1, 100_000] {
      #expect(
        try await refusal { try await world.inspect(unit, minutes: minutes) }
          == "unit_too_long_outside")
    }
    #expect(try await world.reread(unit).state == .returned)
    let gone = try await world.inspect(unit, .unfit, minutes: nil, reason: "leaking")
    #expect(gone.state == .discarded)
    let last = try await world.registry.unit(unit.id, as: .system).history.last
    #expect(last?.detail["reason"] == "leaking")
  }
}

@Test func `a deferral that ended lets its units be released again`() async throws {
  try await World.lend { world in
    let bag = try await world.bag(collectedAt: world.moment(days: -2))
    let unit = try await world.shelve(bag)[0]
    try await world.deferDonor(bag.donor, from: world.day(), until: nil)
    #expect(try await world.reread(unit).state == .quarantined)
    #expect(try await refusal { try await world.releaseAgain(bag) } == "donor_deferred")
    let deferral = try await world.registry.deferrals(of: bag.donor, as: .system)[0]
    let end = DeferralEnd(deferral: deferral.id, on: world.day(), reason: "recovered")
    _ = try await world.registry.end(world.command(world.laboratory, end))
    #expect(try await world.releaseAgain(bag) == [unit.id])
    #expect(
      try await refusal {
        try await world.registry.end(world.command(world.laboratory, end))
      } == "deferral_already_ended")
  }
}

@Test func `a deferral that ended still covers the days before, a voided one none`()
  async throws
{
  try await World.lend { world in
    let bag = try await world.bag(collectedAt: world.moment(days: -2))
    let unit = try await world.shelve(bag)[0]
    try await world.deferDonor(bag.donor, from: world.day(-9), until: nil)
    let deferral = try await world.registry.deferrals(of: bag.donor, as: .system)[0]
    let draft = DeferralEnd(deferral: deferral.id, on: world.day(), reason: "wrong person")
    _ = try await world.registry.end(world.command(world.laboratory, draft))
    #expect(try await refusal { try await world.releaseAgain(bag) } == "donor_deferred")
    _ = try await world.registry.void(world.command(world.staff, draft))
    #expect(try await world.releaseAgain(bag) == [unit.id])
    let eligibility = try await world.registry.eligibility(
      of: bag.donor, for: .plasmapheresis, on: world.day(40), as: .system)
    #expect(eligibility.eligible)
  }
}

@Test func `a discarded unit leaves its promise, and only whoever has it discards it`()
  async throws
{
  try await World.lend { world in
    let unit = try await world.unit()
    let request = try await world.request()
    try await world.allocate(request)
    let draft = DiscardDraft(unit: unit.id, reason: "bag torn")
    #expect(
      try await refusal { try await world.registry.discard(world.command(world.ward, draft)) }
        == "unit_not_discardable")
    _ = try await world.registry.discard(world.command(world.laboratory, draft))
    #expect(try await world.reread(unit).state == .discarded)
    #expect(
      try await world.registry.units(of: request, as: .system).map(\.state) == [.withdrawn])
    #expect(try await world.reread(request).lines[0].outstanding == 1)
    let spare = try await world.unit()
    try await world.allocate(request)
    try await world.issue(request)
    let gone = DiscardDraft(unit: spare.id, reason: "thawed")
    for who in [world.laboratory, world.ward] {
      #expect(
        try await refusal { try await world.registry.discard(world.command(who, gone)) }
          == "unit_not_discardable", "it is on its way")
    }
    try await world.receive(request)
    _ = try await world.registry.discard(world.command(world.ward, gone))
    #expect(try await world.reread(spare).state == .discarded)
  }
}

@Test(arguments: [true, false])
func `a transfusion is the end of a unit and the receipt of it`(
  received: Bool
) async throws {
  try await World.lend { world in
    let bag = try await world.bag()
    let unit = try await world.shelve(bag)[0]
    let request = try await world.request()
    try await world.allocate(request)
    let draft = TransfusionDraft(unit: unit.id, transfusedAt: world.now)
    #expect(
      try await refusal { try await world.registry.transfuse(world.command(world.ward, draft)) }
        == "unit_not_issued")
    try await world.issue(request)
    if received { try await world.receive(request) }
    let early = TransfusionDraft(unit: unit.id, transfusedAt: world.now - 60)
    #expect(
      try await refusal { try await world.registry.transfuse(world.command(world.ward, early)) }
        == "before_issue")
    _ = try await world.registry.transfuse(world.command(world.ward, draft))
    #expect(try await world.reread(unit).state == .transfused)
    let after = try await world.reread(request)
    #expect(after.state == .fulfilled && after.lines[0].received == 1)
    // What is found out later is told where the patient is.
    try await world.spoil(bag, by: "conflict")
    let history = try await world.registry.unit(unit.id, as: .system)
    #expect(history.unit.state == .transfused)
    #expect(history.history.last?.kind == "unit.look_back_needed")
  }
}

@Test func `a request that lapses says so`() async throws {
  try await World.lend { world in
    let request = try await world.request(neededIn: 1)
    try await world.registry.sweep(at: world.moment(days: 1))
    let told = try await world.tally(
      "events where kind = 'request.lapsed' and subject_id = '\(request)'")
    #expect(told == 1)
  }
}

@Test func `two servers note a change of phase once`() async throws {
  try await World.lend { world in
    try await world.lendServer { other in
      _ = try await world.request(.oNegative, 28)
      _ = try await concurrently(0..<6) { index in
        try await (index % 2 == 0 ? world.registry : other).notePhases(at: world.now)
      }
      let doubled = try await world.tally(
        "(select 1 from phases group by region, component, blood_group having count(*) > 1) x")
      #expect(doubled == 0)
    }
  }
}

@Test(arguments: [(404, "under"), (496, "over"), (405, nil), (495, nil)] as [(Int, String?)])
func `a bag outside its limits is written down, and nothing is made of it`(
  volume: Int, deviation: String?
) async throws {
  try await World.lend { world in
    let draft = try world.draft(
      of: try await world.donor(), at: try await world.drive(), volumeMl: volume)
    _ = try await world.registry.log(world.command(world.staff, draft))
    let donation = try await world.registry.donation(draft.din, as: .system)
    #expect(donation.volumeDeviation?.rawValue == deviation)
    let code = try await refusal { try await world.make(draft.din) }
    #expect(code == (deviation == nil ? nil : "volume_out_of_limits"))
    try await world.determine(draft.din, .oPositive)
    try await world.test(draft.din)
    let codes = try await world.releaseCodes(Bag(din: draft.din, donor: draft.donorId))
    #expect(codes == (deviation == nil ? [] : ["volume_out_of_limits"]))
  }
}

@Test func `no blood is of tomorrow, whatever the tablet's clock says`() async throws {
  // Half an hour before midnight in Almaty.
  try await World.lend(at: Date(timeIntervalSince1970: 1_795_026_600)) { world in
    let draft = try world.draft(
      of: try await world.donor(), at: try await world.drive(), startedAt: world.now + 3000)
    _ = try await world.registry.log(world.command(world.staff, draft))
    let donation = try await world.registry.donation(draft.din, as: .system)
    #expect(donation.collectedOn == world.day() && donation.startedAt == draft.startedAt)
  }
}
