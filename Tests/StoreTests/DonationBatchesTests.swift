import Domain
import Foundation
import Postgres
import TestSupport
import Testing

@testable import Store

@Test func `one bad bag does not spoil its batch`() async throws {
  try await World.lend { world in
    let drive = try await world.drive()
    let minor = try await world.donor("Жұмабаев", given: "Ерасыл", sex: .male, born: "2012-01-01")
    var drafts: [DonationDraft] = []
    for donor in [try await world.donor(), minor, try await world.donor()] {
      drafts.append(try world.draft(of: donor, at: drive))
    }
    let results = try await world.registry.store.log(
      drafts.map { world.command(world.staff, $0) }, as: world.staff.authority)
    let codes = try await results.asyncMap { result in
      try await refusal { try result.get() }
    }
    #expect(codes == [nil, "age_minimum", nil])
    #expect(try await world.tally("donations") == 2)
    #expect(try await world.tally("visits") == 2)
    #expect(try await world.tally("events where kind = 'donation.logged'") == 2)
  }
}

@Test func `a donor gives once in a batch, and a number stands on one of its bags`()
  async throws
{
  try await World.lend { world in
    let (drive, aigerim) = (try await world.drive(), try await world.donor())
    let first = try world.draft(of: aigerim, at: drive)
    let again = try world.draft(of: aigerim, at: drive)
    let twin = try world.draft(of: try await world.donor(), at: drive, din: first.din)
    let results = try await world.registry.store.log(
      [first, again, twin].map { world.command(world.staff, $0) }, as: world.staff.authority)
    let codes = try await results.asyncMap { result in
      try await refusal { try result.get() }
    }
    #expect(codes == [nil, "interval_not_elapsed", "duplicate_din"])
  }
}

@Test func `a bag that breaks the table itself fails alone`() async throws {
  try await World.lend { world in
    let drive = try await world.drive()
    let first = try world.draft(of: try await world.donor(), at: drive)
    _ = try await world.registry.log(world.command(world.staff, first))
    var drafts: [DonationDraft] = []
    for _ in 0..<8 { drafts.append(try world.draft(of: try await world.donor(), at: drive)) }
    drafts[3].id = first.id
    let failures = try await concurrently(drafts) { draft in
      do {
        _ = try await world.registry.log(world.command(world.staff, draft))
        return nil as StoreFailure?
      } catch {
        return StoreFailure(error)
      }
    }
    #expect(failures.filter { $0 != nil } == [.refusedByConstraint])
    #expect(failures[3] == .refusedByConstraint)
    #expect(try await world.tally("donations") == 8)
  }
}

@Test func `a number or a donor at two desks of two servers gives one bag`() async throws {
  try await World.lend { world in
    try await world.lendServer { other in
      let drive = try await world.drive()
      let (din, nurlan) = (try World.freshDIN(), try await world.donor("Омаров", given: "Нұрлан"))
      var drafts: [DonationDraft] = []
      for _ in 0..<12 {
        drafts.append(try world.draft(of: try await world.donor(), at: drive, din: din))
        drafts.append(try world.draft(of: nurlan, at: drive))
      }
      let codes = try await concurrently(Array(drafts.enumerated())) { index, draft in
        let server = index % 4 < 2 ? world.registry : other
        return try await refusal { try await server.log(world.command(world.staff, draft)) }
      }
      #expect(codes.count { $0 == nil } == 2)
      #expect(codes.count { $0 == "duplicate_din" } == 11)
      #expect(codes.count { $0 == "interval_not_elapsed" } == 11)
      #expect(try await world.tally("donations") == 2)
    }
  }
}

@Test func `a donor who waited is seen to have given`() async throws {
  try await World.lend { world in
    let (donor, drive) = (try await world.donor(), try await world.drive())
    let visit = VisitDraft(
      id: .new(at: world.now), drive: drive, donor: donor, arrivedAt: world.now)
    _ = try await world.registry.checkIn(world.command(world.staff, visit))
    let draft = try world.draft(of: donor, at: drive)
    _ = try await world.registry.log(world.command(world.staff, draft))
    let visits = try await world.registry.visits(
      at: drive, page: Page(), as: world.staff.authority)
    #expect(visits.map(\.id) == [visit.id])
    #expect(visits.map(\.outcome) == [.donated])
    let donation = try await world.registry.donation(draft.din, as: world.staff.authority)
    #expect(donation.visitId == visit.id)
  }
}

@Test func `a donor who never checked in has a visit all the same`() async throws {
  try await World.lend { world in
    let drive = try await world.drive()
    let draft = try world.draft(of: try await world.donor(), at: drive)
    _ = try await world.registry.log(world.command(world.staff, draft))
    let report = try await world.registry.report(of: drive, as: world.staff.authority)
    #expect(report.registered == 1 && report.donated == 1 && report.undecided == 0)
  }
}

@Test func `a visitor sent home while his bag is written down keeps both records`()
  async throws
{
  try await World.lend { world in
    let (donor, drive) = (try await world.donor(), try await world.drive())
    let visit = VisitDraft(
      id: .new(at: world.now), drive: drive, donor: donor, arrivedAt: world.now)
    _ = try await world.registry.checkIn(world.command(world.staff, visit))
    let draft = try world.draft(of: donor, at: drive)
    // Another desk has decided the visit, and commits only after the bag was looked at.
    let decided = try await world.whileOwner(
      "update visits set outcome = 'walked_out', decided_at = now()"
    ) {
      try await world.registry.log(world.command(world.staff, draft))
    }
    #expect(decided.subject == draft.id.uuid)
    let visits = try await world.registry.visits(
      at: drive, page: Page(), as: world.staff.authority)
    #expect(visits.first { $0.id == visit.id }?.outcome == .walkedOut)
    #expect(visits.count == 2)
  }
}
