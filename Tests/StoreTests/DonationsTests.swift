import Domain
import Foundation
import Store
import TestSupport
import Testing

@Test func `an open drive admits a donation under the policy in force`() async throws {
  try await World.lend { world in
    let draft = try world.draft(of: try await world.donor(), at: try await world.drive())
    let answer = try await world.registry.log(world.command(world.staff, draft))
    let donation = try await world.registry.donation(draft.din, as: world.staff.authority)
    #expect(answer.subject == draft.id.uuid)
    #expect(donation.state == .collected && donation.outcome == .completed)
    #expect(donation.policyCode == "KZ" && donation.policyVersion == 1)
    #expect(donation.collectedOn == world.day())
  }
}

@Test(arguments: [DriveState.planned, .closed, .cancelled])
func `a drive that is not open admits no donation`(state: DriveState) async throws {
  try await World.lend { world in
    let drive = try await world.drive(open: state != .planned)
    if state == .closed { _ = try await world.registry.close(world.command(world.staff, drive)) }
    if state == .cancelled {
      try await world.rewrite("update drives set state = 'cancelled'")
    }
    let draft = try world.draft(of: try await world.donor(), at: drive)
    let code = try await refusal { try await world.registry.log(world.command(world.staff, draft)) }
    #expect(code == "drive_not_open")
    #expect(try await world.tally("donations") == 0)
    #expect(try await world.tally("visits") == 0)
  }
}

@Test(arguments: [(59, "interval_not_elapsed"), (60, nil)])
func `blood rests sixty days between two whole bloods`(days: Int, code: String?) async throws {
  try await World.lend { world in
    let (donor, drive) = (try await world.donor(), try await world.drive())
    let earlier = try world.draft(
      of: donor, at: drive, startedAt: world.moment(days: Double(-days)))
    _ = try await world.registry.log(world.command(world.staff, earlier))
    let draft = try world.draft(of: donor, at: drive, startedAt: world.now)
    #expect(
      try await refusal { try await world.registry.log(world.command(world.staff, draft)) } == code)
  }
}

@Test(arguments: [(Sex.female, 4), (.male, 5)])
func `a year of blood is bounded by sex`(sex: Sex, atMost: Int) async throws {
  try await World.lend { world in
    let (donor, drive) = (try await world.donor(sex: sex), try await world.drive())
    for count in (1...atMost).reversed() {
      let start = world.moment(days: Double(-61 * count))
      let draft = try world.draft(of: donor, at: drive, startedAt: start)
      _ = try await world.registry.log(world.command(world.staff, draft))
    }
    let draft = try world.draft(of: donor, at: drive, startedAt: world.now)
    let code = try await refusal { try await world.registry.log(world.command(world.staff, draft)) }
    #expect(code == "yearly_cap_reached")
  }
}

@Test(arguments: [(1, "donor_deferred"), (0, nil)])
func `a deferred donor gives no blood until the day it ends`(
  days: Int, code: String?
) async throws {
  try await World.lend { world in
    let donor = try await world.donor()
    try await world.deferDonor(donor, from: world.day(-10), until: world.day(days))
    let draft = try world.draft(of: donor, at: try await world.drive())
    #expect(
      try await refusal { try await world.registry.log(world.command(world.staff, draft)) } == code)
  }
}

@Test(arguments: [("2008-11-19", "age_minimum"), ("2008-11-18", nil)])
func `nobody gives blood before the eighteenth birthday`(
  born: String, code: String?
) async throws {
  try await World.lend { world in
    let donor = try await world.donor("Сейтқали", given: "Нұрлан", sex: .male, born: born)
    let draft = try world.draft(of: donor, at: try await world.drive())
    #expect(
      try await refusal { try await world.registry.log(world.command(world.staff, draft)) } == code)
  }
}

@Test func `a donation number stands on one bag for ever`() async throws {
  try await World.lend { world in
    let drive = try await world.drive()
    let first = try world.draft(of: try await world.donor(), at: drive)
    _ = try await world.registry.log(world.command(world.staff, first))
    let second = try world.draft(of: try await world.donor(), at: drive, din: first.din)
    let code = try await refusal {
      try await world.registry.log(world.command(world.staff, second))
    }
    #expect(code == "duplicate_din")
  }
}

@Test(arguments: [
  (DonationOutcome.failedVein, nil), (.insufficient, "interval_not_elapsed"),
  (.stopped, "interval_not_elapsed"),
])
func `only a needle that drew no blood leaves the interval alone`(
  outcome: DonationOutcome, code: String?
) async throws {
  try await World.lend { world in
    let (donor, drive) = (try await world.donor(), try await world.drive())
    let attempt = try world.draft(of: donor, at: drive, outcome: outcome)
    _ = try await world.registry.log(world.command(world.staff, attempt))
    let draft = try world.draft(of: donor, at: drive)
    #expect(
      try await refusal { try await world.registry.log(world.command(world.staff, draft)) } == code)
  }
}

@Test func `a donor nobody registered gives no blood`() async throws {
  try await World.lend { world in
    let draft = try world.draft(of: .new(at: world.now), at: try await world.drive())
    let code = try await refusal { try await world.registry.log(world.command(world.staff, draft)) }
    #expect(code == "donor_unknown")
  }
}
