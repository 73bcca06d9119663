import Domain
import Foundation
import Store
import TestSupport
import Testing

@Test func `of two desks that merge two records into each other one is told so`() async throws {
  try await World.lend { world in
    try await world.lendServer { other in
      for _ in 0..<10 {
        let (a, b) = (try await world.donor("Ахметова"), try await world.donor("Akhmetova"))
        async let there = refusal { try await world.merge(a, into: b) }
        async let back = refusal { try await world.merge(b, into: a, on: other) }
        let said = [try await there, try await back].compactMap(\.self)
        #expect(said == ["donor_merged"])
        #expect(
          try await world.tally("donors where state = 'merged' and id in ('\(a)', '\(b)')") == 1)
      }
    }
  }
}

@Test func `blood that is logged while its donor is merged is the survivor's or nobody's`()
  async throws
{
  try await World.lend { world in
    try await world.lendServer { other in
      let drive = try await world.drive()
      for _ in 0..<10 {
        let (a, b) = (try await world.donor("Ахметова"), try await world.donor("Akhmetova"))
        let draft = try world.draft(of: b, at: drive)
        async let merged = refusal { try await world.merge(b, into: a) }
        async let logged = refusal { try await other.log(world.command(world.staff, draft)) }
        let (mergers, said) = (try await merged, try await logged)
        #expect(mergers == nil)
        #expect(said == nil || said == "donor_merged")
        let owners = try await world.books(
          "select donor_id from donations where din = '\(draft.din)'", as: ID<Donor>.self)
        #expect(owners == (said == nil ? [a] : []))
      }
    }
  }
}

@Test func `a test that comes while its donor is merged counts for the survivor`() async throws {
  try await World.lend { world in
    try await world.lendServer { other in
      for _ in 0..<5 {
        let (a, b) = (
          try await world.richDonor("Ахметова"), try await world.richDonor("Akhmetova")
        )
        let unit = try await world.shelved(a.din)
        async let merged: ID<Merger> = world.merge(b.donor, into: a.donor)
        async let tested = other.record(
          world.command(
            world.laboratory, TestDraft(din: b.din, marker: "hiv", result: .reactive)))
        _ = try await (merged, tested)
        #expect(try await world.tally("tests where donor_id = '\(b.donor)'") == 0)
        #expect(try await world.tally("deferrals where donor_id = '\(b.donor)'") == 0)
        #expect([.quarantined, .discarded].contains(try await world.state(unit)))
      }
    }
  }
}
