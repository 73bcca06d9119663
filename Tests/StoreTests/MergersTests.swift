import Domain
import Foundation
import Postgres
import Store
import TestSupport
import Testing

@Test func `a merger that is undone leaves every row as it was`() async throws {
  try await World.lend { world in
    let (a, b) = (try await world.richDonor("Ахметова"), try await world.richDonor("Akhmetova"))
    let before = try await world.rowsOfDonors()
    #expect(before.keys.count >= 10)
    let merger = try await world.merge(b.donor, into: a.donor)
    let merged = try await world.rowsOfDonors()
    for table in ["donations", "visits", "determinations", "tests", "deferrals", "donors"] {
      #expect(merged[table] != before[table], "\(table)")
    }
    for table in ["visits", "donations", "determinations", "tests", "deferrals"] {
      #expect(try await world.tally("\(table) where donor_id = '\(b.donor)'") == 0, "\(table)")
    }
    try await world.undo(merger)
    let after = try await world.rowsOfDonors()
    for table in before.keys { #expect(after[table] == before[table], "\(table)") }
    #expect(try await refusal { try await world.undo(merger) } == "merger_undone")
  }
}

@Test func `every table with a donor in it changes hands, or it is known why not`() async throws {
  try await World.lend { world in
    let tables: [String] = try await world.books(
      """
      select table_name::text from information_schema.columns
      join pg_class on relname = table_name and relkind = 'r'
      where table_schema = 'public' and column_name = 'donor_id'
      """)
    let moved = Set(try await world.books("select name from donor_tables", as: String.self))
    let stay: Set = [
      "identities", "name_words", "name_sounds", "donor_corrections",  // who was registered
      "contacts",  // where the one who was registered is reached
      "staged_deferrals", "staged_donations", "import_claims",  // gone with the import
    ]
    #expect(Set(tables) == moved.union(stay))
  }
}

@Test func `a merged donor is found, seen and bled as the survivor alone`() async throws {
  try await World.lend { world in
    let (a, b) = (try await world.donor("Ахметова"), try await world.donor("Уморова"))
    let drive = try await world.drive()
    let number = try await world.donor(b).donorNumber
    let own = try await world.donor(a).donorNumber
    try await world.merge(b, into: a)
    for search in [
      DonorSearch(number: number, phone: nil, iin: nil, name: nil),
      DonorSearch(number: nil, phone: nil, iin: nil, name: NameWords("Уморова")),
    ] {
      let found = try await world.registry.donors(
        search, page: Page(), by: world.staff, at: world.now)
      #expect(found.map(\.id) == [a])
    }
    let refusals = [
      try await refusal { try await world.donor(b) },
      try await refusal {
        try await world.registry.log(world.command(world.staff, world.draft(of: b, at: drive)))
      },
      try await refusal {
        try await world.registry.checkIn(
          world.command(
            world.staff,
            VisitDraft(id: .new(at: world.now), drive: drive, donor: b, arrivedAt: world.now)))
      },
      try await refusal {
        try await world.registry.deferDonor(
          world.command(
            world.staff,
            Deferral(
              id: .new(at: world.now), donorId: b, reason: "travel", from: Day.first, until: nil,
              source: "manual", recordedAt: world.now)))
      },
      try await refusal {
        try await world.registry.anonymise(
          world.command(world.admin, Anonymisation(donor: b, reason: .donorRequest)))
      },
      try await refusal { try await world.merge(b, into: a) },
      try await refusal { try await world.merge(a, into: b) },
    ]
    #expect(refusals == Array(repeating: "donor_merged", count: 7))
    do {
      _ = try await world.donor(b)
      Issue.record("a merged donor was seen")
    } catch let merged as DonorMerged {
      #expect(merged == DonorMerged(survivorId: a, survivorNumber: own))
    }
    let all = try await world.registry.donors(
      DonorSearch(number: nil, phone: nil, iin: nil, name: nil), page: Page(), by: world.staff,
      at: world.now)
    #expect(all.map(\.id) == [a])
  }
}

@Test func `what bars one bars the blood of both, and undoing releases nothing`() async throws {
  try await World.lend { world in
    let (a, b) = (try await world.richDonor("Ахметова"), try await world.richDonor("Akhmetova"))
    let unit = try await world.shelved(a.din)
    #expect(unit.state == .available)
    let deferral = Deferral(
      id: .new(at: world.now), donorId: b.donor, reason: "hepatitis", from: Day.first, until: nil,
      source: "manual", recordedAt: world.now)
    _ = try await world.registry.deferDonor(world.command(world.staff, deferral))
    let merger = try await world.merge(b.donor, into: a.donor)
    #expect(try await world.state(unit) == .quarantined)
    let decision = try await world.registry.eligibility(
      of: a.donor, for: .wholeBlood, on: Day(world.now, in: .gmt), as: world.staff.authority)
    #expect(!decision.eligible)
    try await world.undo(merger)
    #expect(try await world.state(unit) == .quarantined)
    _ = try await world.registry.release(world.command(world.laboratory, a.din))
    #expect(try await world.state(unit) == .available)
  }
}

@Test func `two groups in one person keep the blood of both`() async throws {
  try await World.lend { world in
    let a = try await world.richDonor("Ахметова", .oPositive)
    let b = try await world.richDonor("Akhmetova", .aNegative)
    let units = [try await world.shelved(a.din), try await world.shelved(b.din)]
    let preview = try await world.registry.previewMerger(
      of: b.donor, into: a.donor, by: world.laboratory, at: world.now)
    #expect(preview.conflicts == [.bloodGroup])
    #expect(preview.refusedBy == nil)
    #expect(preview.moves["donations"] == 1 && preview.moves["deferrals"] == 1)
    #expect(preview.deferrals.count == 2)
    try await world.merge(b.donor, into: a.donor)
    for unit in units { #expect(try await world.state(unit) == .quarantined) }
    #expect(
      try await refusal {
        try await world.registry.release(world.command(world.laboratory, a.din))
      } == "group_conflict")
  }
}

@Test func `a result that comes after a merger goes back with its blood`() async throws {
  try await World.lend { world in
    let a = try await world.richDonor("Ахметова"), b = try await world.richDonor("Akhmetova")
    let merger = try await world.merge(b.donor, into: a.donor)
    _ = try await world.registry.record(
      world.command(
        world.laboratory, TestDraft(din: b.din, marker: "hiv", result: .reactive)))
    #expect(try await refusal { try await world.undo(merger) } == "second_person_required")
    let another = World.actor(.laboratory)
    try await world.undo(merger, by: another)
    #expect(
      try await world.tally(
        "tests where donor_id = '\(b.donor)' and result = 'reactive'") == 1)
    for donor in [a.donor, b.donor] {
      let decision = try await world.registry.eligibility(
        of: donor, for: .wholeBlood, on: Day(world.now, in: .gmt).adding(days: 400),
        as: world.staff.authority)
      #expect(!decision.eligible, "the one by the result, the other by the deferral")
    }
  }
}

@Test func `what came to the survivor stays, and mergers end in reverse order`() async throws {
  try await World.lend { world in
    let (a, b, c) = (
      try await world.donor("Ахметова"), try await world.donor("Akhmetova"),
      try await world.donor("Ахмет")
    )
    let first = try await world.merge(b, into: a)
    let draft = try world.draft(of: a, at: await world.drive())
    _ = try await world.registry.log(world.command(world.staff, draft))
    let second = try await world.merge(a, into: c)
    #expect(try await world.tally("donors where merged_into = '\(c)'") == 2)
    #expect(try await refusal { try await world.undo(first) } == "donor_merged")
    try await world.undo(second)
    #expect(try await world.tally("donors where id = '\(b)' and merged_into = '\(a)'") == 1)
    try await world.undo(first)
    #expect(try await world.tally("donors where state = 'active'") == 3)
    #expect(try await world.tally("donations where donor_id = '\(a)'") == 1)
    #expect(try await world.registry.mergers(of: a, as: world.laboratory.authority).count == 2)
  }
}

@Test func `two people are not merged, nor one who waits at a drive`() async throws {
  try await World.lend { world in
    let a = try await world.newcomer(try IIN("960229600013"))
    let b = try await world.newcomer(try World.freshIIN(29))
    #expect(try await refusal { try await world.merge(a, into: b) } == "merger_of_two_iins")
    let c = try await world.donor("Ким"), d = try await world.donor("Kim")
    let visit = VisitDraft(
      id: .new(at: world.now), drive: try await world.drive(), donor: d, arrivedAt: world.now)
    _ = try await world.registry.checkIn(world.command(world.staff, visit))
    #expect(try await refusal { try await world.merge(d, into: c) } == "donor_is_visiting")
    try await world.merge(c, into: d)
    let nobody = ID<Donor>.new(at: world.now)
    #expect(try await refusal { try await world.merge(nobody, into: d) } == "donor_unknown")
    #expect(try await refusal { try await world.merge(d, into: nobody) } == "donor_not_found")
  }
}

@Test func `a survivor who is forgotten takes along whoever was merged`() async throws {
  try await World.lend { world in
    let iin = try IIN("960229600013")
    let (a, b) = (try await world.donor("Ким"), try await world.newcomer(iin))
    let bar = Deferral(
      id: .new(at: world.now), donorId: a, reason: "hepatitis", from: Day.first, until: nil,
      source: "manual", recordedAt: world.now)
    _ = try await world.registry.deferDonor(world.command(world.staff, bar))
    try await world.rewrite(
      """
      insert into contacts (id, donor_id, kind, value, value_hash, channels, position, recorded_at,
        recorded_by)
      values ('\(b)', '\(b)', 'email', decode(repeat('07', 40), 'hex'),
        decode(repeat('07', 34), 'hex'), '{email}', 1, now(), '\(b)');
      insert into contact_attempts (id, donor_id, purpose, channel, contact_id, outcome,
        attempted_at, recorded_at, recorded_by)
      values ('\(b)', '\(b)', 'research', 'email', '\(b)', 'reached', now(), now(), '\(b)');
      insert into donor_corrections (id, donor_id, revision, fields, corrected_at, corrected_by)
      values ('\(b)', '\(b)', 1, '{phone}', now(), '\(b)')
      """)
    let merger = try await world.merge(b, into: a)
    _ = try await world.registry.anonymise(
      world.command(world.admin, Anonymisation(donor: a, reason: .donorRequest)))
    for table in [
      "identities", "name_words", "name_sounds", "name_spellings", "name_slips", "contacts",
      "donor_corrections", "contact_attempts",
    ] {
      #expect(try await world.tally(table) == 0, "\(table)")
    }
    #expect(try await world.tally("mergers where reason <> ''") == 0, "a reason may name somebody")
    #expect(try await world.tally("answers where body like '%sealed%'") == 0)
    #expect(try await world.tally("barred_people") == 1, "recognised by the other record's IIN")
    #expect(try await refusal { try await world.undo(merger) } == "donor_not_active")
  }
}

@Test func `what was released on the other's sample leaves the shelf when a merger is undone`()
  async throws
{
  try await World.lend { world in
    let a = try await world.richDonor("Ким", samples: ["A"])
    let b = try await world.richDonor("Цой", samples: ["A"])
    let merger = try await world.merge(b.donor, into: a.donor)
    let unit = try await world.shelved(a.din)
    #expect(try await world.state(unit) == .available, "two samples agree")
    try await world.undo(merger)
    #expect(try await world.state(unit) == .quarantined, "one of them was another person's")
    #expect(try await world.donor(a.donor).bloodGroup == nil)
  }
}

@Test func `a deferral that was told while two were one bars both again`() async throws {
  try await World.lend { world in
    let (a, b) = (try await world.donor("Ким"), try await world.donor("Цой"))
    let merger = try await world.merge(b, into: a)
    let later = world.later(days: 1)
    let bar = Deferral(
      id: .new(at: later.now), donorId: a, reason: "hepatitis_c", from: later.day(), until: nil,
      source: "manual", recordedAt: later.now)
    _ = try await later.registry.deferDonor(later.command(later.staff, bar))
    try await later.undo(merger)
    for donor in [a, b] {
      let deferrals = try await world.registry.deferrals(of: donor, as: .system)
      #expect(deferrals.map(\.reason) == ["hepatitis_c"], "\(donor)")
    }
  }
}
