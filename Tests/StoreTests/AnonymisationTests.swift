import Domain
import Foundation
import Store
import TestSupport
import Testing

@Test func `a forgotten donor leaves blood, tests and deferrals, and no name anywhere`()
  async throws
{
  try await World.lend { world in
    let donor = try await world.newcomer(try IIN("960229600013"))
    let draft = try world.draft(of: donor, at: await world.drive())
    _ = try await world.registry.log(world.command(world.staff, draft))
    try await world.determine(draft.din, .oPositive)
    try await world.test(draft.din, result: .reactive)
    let bars = try await world.tally("deferrals")
    _ = try await world.forget(donor)
    #expect(try await world.tally("identities") == 0)
    #expect(try await world.tally("deferrals") == bars && bars > 0)
    let trace = "donations join donors on donors.id = donations.donor_id"
    #expect(try await world.tally("\(trace) where donors.state = 'anonymised'") == 1)
    #expect(try await world.tally("answers where body like '%sealed%'") == 0)
    let seen = try await world.registry.donor(
      donor, by: world.laboratory, at: world.now)
    #expect(seen.state == .anonymised)
    #expect(seen.familyName == nil && seen.phone == nil && seen.iin == nil)
    #expect(seen.birthDate == Day("1990-01-01"))
  }
}

@Test func `a person with an infection is recognised who comes back`() async throws {
  try await World.lend { world in
    let iin = try IIN("960229600013")
    let donor = try await world.newcomer(iin)
    let bar = Deferral(
      id: .new(at: world.now), donorId: donor, reason: "hepatitis", from: Day.first, until: nil,
      source: "manual", recordedAt: world.now)
    _ = try await world.registry.deferDonor(world.command(world.staff, bar))
    _ = try await world.forget(donor)
    #expect(try await world.tally("barred_people") == 1)
    // The keys may have changed before.
    let newer = try World.keys.adding(isCurrent: true)
    try await world.lendServer(keys: newer) { server in
      let draft = world.visitor(iin)
      _ = try await server.register(world.command(world.staff, draft))
      let deferrals = try await server.deferrals(of: draft.id, as: world.staff.authority)
      #expect(deferrals.map(\.reason) == ["deferred_before"])
      #expect(deferrals.map(\.until) == [nil])
      let decision = try await server.eligibility(
        of: draft.id, for: .wholeBlood, on: Day(world.now, in: .gmt),
        as: world.staff.authority)
      #expect(!decision.eligible)
      let uses = try await server.keyUses()
      #expect(uses.contains { $0.kind == "barred_people" && $0.number == 1 })
    }
  }
}

@Test func `a person who was fit comes back as anybody`() async throws {
  try await World.lend { world in
    let iin = try IIN("960229600013")
    let donor = try await world.newcomer(iin)
    let over = Deferral(
      id: .new(at: world.now), donorId: donor, reason: "tattoo", from: Day.first,
      until: Day("2020-01-01"), source: "manual", recordedAt: world.now)
    _ = try await world.registry.deferDonor(world.command(world.staff, over))
    _ = try await world.forget(donor)
    #expect(try await world.tally("barred_people") == 0)
    let again = try await world.newcomer(iin)
    #expect(try await world.registry.deferrals(of: again, as: world.staff.authority) == [])
  }
}

@Test func `a donor is not forgotten while blood or the donor waits`() async throws {
  try await World.lend { world in
    let donor = try await world.newcomer()
    let drive = try await world.drive()
    let visit = VisitDraft(
      id: .new(at: world.now), drive: drive, donor: donor, arrivedAt: world.now)
    _ = try await world.registry.checkIn(world.command(world.staff, visit))
    #expect(try await refusal { try await world.forget(donor) } == "donor_is_visiting")
    let draft = try world.draft(of: donor, at: drive)
    _ = try await world.registry.log(world.command(world.staff, draft))
    #expect(try await refusal { try await world.forget(donor) } == "donor_has_blood_in_stock")
    try await world.determine(draft.din, .oPositive)
    _ = try await world.make(draft.din)
    #expect(try await refusal { try await world.forget(donor) } == "donor_has_blood_in_stock")
    #expect(try await world.tally("identities") == 1)
  }
}

@Test func `a forgotten donor gives no more and is forgotten once`() async throws {
  try await World.lend { world in
    let draft = world.visitor()
    let registration = world.command(world.staff, key: "k-1", draft)
    _ = try await world.registry.register(registration)
    let command = world.command(
      world.admin, key: "k-2", Anonymisation(donor: draft.id, reason: .donorRequest))
    let first = try await world.registry.anonymise(command)
    #expect(try await world.registry.anonymise(command).body == first.body)
    #expect(try await refusal { try await world.forget(draft.id) } == "donor_not_active")
    let bag = try world.draft(of: draft.id, at: await world.drive())
    #expect(
      try await refusal { try await world.registry.log(world.command(world.staff, bag)) }
        == "donor_unknown")
    let replay = try await world.registry.register(registration)
    #expect(replay.body == first.body, "the first answer named the donor")
    #expect(
      try await refusal { try await world.forget(.new(at: world.now)) } == "donor_not_found")
  }
}

extension World {
  @discardableResult
  fileprivate func forget(_ donor: ID<Donor>) async throws -> Answer {
    try await registry.anonymise(
      command(admin, Anonymisation(donor: donor, reason: .donorRequest)))
  }
}
