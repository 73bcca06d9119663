import Domain
import Foundation
import Store
import TestSupport

extension World {
  @discardableResult
  func merge(
    _ merged: ID<Donor>, into survivor: ID<Donor>, by actor: Actor? = nil,
    on server: Registry? = nil
  ) async throws -> ID<Merger> {
    let draft = MergerDraft(
      id: .new(at: now), survivor: survivor, merged: merged, reason: "one passport")
    _ = try await (server ?? registry).merge(command(actor ?? laboratory, draft))
    return draft.id
  }

  func undo(_ merger: ID<Merger>, by actor: Actor? = nil) async throws {
    _ = try await registry.undo(
      command(actor ?? laboratory, MergerUndoing(merger: merger, reason: "two sisters")))
  }

  /// Every row of every table that is about donors, as text.
  func rowsOfDonors() async throws -> [String: String] {
    let tables: [String] = try await books("select name from donor_tables order by name")
    var rows: [String: String] = [:]
    for table in tables + [
      "donors", "identities", "name_words", "name_sounds", "name_spellings", "name_slips",
    ] {
      rows[table] = try await books(
        "select coalesce(string_agg(t::text, chr(10) order by t::text), '') from \(table) t",
        as: String.self)[0]
    }
    return rows
  }

  /// A donor with blood, results and a deferral.
  func richDonor(
    _ family: String, _ group: BloodGroup = .oPositive, samples: [String] = ["A", "B"]
  ) async throws -> (donor: ID<Donor>, din: DonationNumber) {
    let donor = try await donor(family)
    let draft = try draft(of: donor, at: await drive())
    _ = try await registry.log(command(staff, draft))
    try await determine(draft.din, group, samples: samples)
    try await test(draft.din)
    let deferral = Deferral(
      id: .new(at: now), donorId: donor, reason: "travel", from: Day.first,
      until: Day("2020-01-01"), source: "manual", recordedAt: now)
    _ = try await registry.deferDonor(command(staff, deferral))
    return (donor, draft.din)
  }

  /// A unit of the donation on the shelf.
  func shelved(_ din: DonationNumber) async throws -> Domain.Unit {
    let units = try await make(din)
    _ = try await registry.release(command(laboratory, din))
    return try await registry.unit(units[0].id, as: .system).unit
  }

  func state(_ unit: Domain.Unit) async throws -> UnitState {
    try await registry.unit(unit.id, as: .system).unit.state
  }
}
