import Domain
import Foundation
import Store
import TestSupport
import Testing

@testable import App

private let donors = """
  external_id,donor_number,family_name,sex,birth_date,iin
  A-1,700,Ахметова,f,1990-05-17,\(iin(0))
  A-2,701,Оспанов,m,1985-11-03,
  A-3,702,Сартаева,f,1975-02-01,

  """

@Test func `deferrals find their donors by any number that is theirs alone`() async throws {
  try await World.lend { world in
    _ = try await world.reading(.donors, donors)
    let text = """
      donor_number;donor_external_id;donor_iin;donor_birth_date;reason;from;until
      700;;;;tattoo;01.03.2026;01.07.2026
      ;A-2;;1985-11-03;hepatitis contact;2026-03-01;
      700;A-1;\(iin(0));;malaria area;2026-01-01;2026-06-01
      701;A-1;;;tattoo;2026-03-01;
      999;;;;tattoo;2026-03-01;
      701;;;1985-11-04;tattoo;2026-03-01;
      ;;;;tattoo;2026-03-01;
      701;;;;tattoo;2026-03-01;2026-03-01
      700;;;;tattoo;2026-06-01;2026-08-01
      700;;;;tattoo;01.03.2026;01.07.2026
      """
    let dry = try await world.reading(.deferrals, text, isDry: true, chunkRows: 3)
    let wet = try await world.reading(.deferrals, text, chunkRows: 3)
    #expect(dry.counts == wet.counts && dry.words == wet.words)
    #expect(
      wet.words == [
        "5 donor_number donor_ambiguous", "6 donor_number donor_unknown",
        "7 donor_birth_date donor_birth_date_differs", "8 donor_number donor_not_named",
        "9 until ends_before_start", "10 from deferral_overlaps",
      ])
    #expect(wet.counts == [4, 1, 5, 1])
    #expect(try await world.reading(.deferrals, text).counts == [0, 5, 5, 0])
    #expect(try await world.tally("events where kind = 'donor.deferred'") == 4)
  }
}

@Test func `an imported deferral takes the donor's blood off the shelf`() async throws {
  try await World.lend { world in
    let unit = try await world.unit()
    let number = try await world.books(
      "select donor_number from donors limit 1", as: Int.self)[0]
    let today = Day(world.now, in: .gmt)
    let outcome = try await world.reading(
      .deferrals, "donor_number,reason,from\n\(number),hiv,\(today.adding(days: -30))\n")
    #expect(outcome.counts == [1, 0, 0, 0])
    let state = try await world.books(
      "select state from units where id = '\(unit.id)'", as: String.self)
    #expect(state == ["quarantined"])
    #expect(try await world.tally("events where kind = 'unit.withdrawn'") == 1)
  }
}

@Test func `donations of the past count, at a drive of their site and day`() async throws {
  try await World.lend { world in
    _ = try await world.reading(.donors, donors)
    let (site, day) = (world.centre.id, Day(world.now, in: .gmt).adding(days: -20))
    let text = """
      donor_external_id,din,site_id,kind,volume_ml,collected_on,started_at,outcome
      A-1,A999926000001,\(site),whole_blood,450,\(day),,completed
      A-2,A999926000002,\(site),whole_blood,450,\(day),\(day)T06:00:00Z,low_volume
      A-2,A999926000001,\(site),whole_blood,450,\(day),,completed
      A-3,A999926000004,\(site),whole_blood,450,\(day),\(day.adding(days: -1))T06:00:00Z,completed
      A-3,A999926000005,0198c1d2-0000-7000-8000-000000000000,whole_blood,450,\(day),,completed
      A-3,nonsense,\(site),blood,0,\(day.adding(days: 40)),,completed
      A-1,A999926000001,\(site),whole_blood,450,\(day),,completed
      """
    let dry = try await world.reading(.donations, text, isDry: true, chunkRows: 2)
    let wet = try await world.reading(.donations, text, chunkRows: 2)
    #expect(dry.counts == wet.counts && dry.words == wet.words)
    #expect(
      wet.words == [
        "4 din duplicate_din", "5 collected_on collected_on_differs", "6 site_id site_unknown",
        "7 din din_malformed", "7 kind not_one_of", "7 collected_on in_the_future",
        "7 volume_ml completed_without_volume",
      ])
    #expect(wet.counts == [2, 1, 4, 0])
    #expect(try await world.tally("drives where state = 'closed'") == 1)
    #expect(try await world.reading(.donations, text).counts == [0, 3, 4, 0])
    let donor = try await world.books(
      "select donor_id from identities where external_id = 'A-1'", as: ID<Donor>.self)[0]
    let decision = try await world.registry.eligibility(
      of: donor, for: .wholeBlood, on: Day(world.now, in: .gmt), as: world.staff.authority)
    #expect(decision.rules.contains { $0.code == "interval_not_elapsed" && $0.outcome == .refuse })
    #expect(try await world.registry.verifyAudit().findings == [])
  }
}

@Test func `what is exported and imported elsewhere is exported the same`() async throws {
  let kinds = [ImportKind.donors, .deferrals, .donations]
  let (texts, drive, site) = try await World.lend { world in
    _ = try await world.reading(.donors, donors)
    _ = try await world.unit()
    let today = Day(world.now, in: .gmt)
    _ = try await world.reading(
      .deferrals,
      """
      donor_number,reason,from,until,source,ended_on,end_reason
      700,"tattoo, left arm",2026-01-01,2026-05-01,manual,2026-02-01,"the ""other"" paper"
      700,hiv,2026-01-02,,automatic,,
      702,travel,\(today),,,,
      """)
    var texts: [String] = []
    for kind in kinds {
      let text = try await world.exporting(kind)
      texts.append(text)
      let again = try await world.reading(kind, text)
      #expect(again.result.known > 0 && again.result.taken == 0, "\(kind)")
      #expect(again.findings == [], "\(kind)")
    }
    let drive = try await world.books("select drive_id::text from donations", as: String.self)[0]
    return (texts, drive, world.centre.id.description)
  }
  try await World.lend { world in
    // The same places: they are no part of an export.
    let place = try await world.drive(at: world.centre)
    for (kind, text) in zip(kinds, texts) {
      let here = text.replacing(drive, with: place.description)
        .replacing(site, with: world.centre.id.description)
      let outcome = try await world.reading(kind, here)
      #expect(outcome.words == [] && outcome.result.taken > 0, "\(kind)")
      #expect(try await world.exporting(kind, pageRows: 2) == here, "\(kind)")
    }
    // Numbers that came are not given again.
    _ = try await world.donor("Жаңа")
    let areUnique = try await world.books(
      "select count(distinct donor_number) = count(*) from donors", as: Bool.self)
    #expect(areUnique == [true])
  }
}

@Test func `an export of donors is written into the audit, who is forgotten is not in it`()
  async throws
{
  try await World.lend { world in
    _ = try await world.reading(.donors, donors)
    let forgotten = try await world.books(
      "select id from donors where donor_number = 701", as: ID<Donor>.self)[0]
    _ = try await world.registry.anonymise(
      world.command(world.admin, Anonymisation(donor: forgotten, reason: .donorRequest)))
    let text = try await world.exporting(.donors)
    #expect(!text.contains("Оспанов") && text.contains(iin(0)))
    let told = try await world.books(
      "select detail::text from events where kind = 'donor.exported'", as: String.self)
    #expect(
      told == [#"{"rows": "2", "last_donor_number": "702", "first_donor_number": "700"}"#])
    #expect(try await world.tally("live_events where kind = 'donor.exported'") == 0)
    let kept = try await world.tally("identities where external_id = 'A-2'")
    #expect(kept == 0, "nothing leads from the old file to the donor")
  }
}
