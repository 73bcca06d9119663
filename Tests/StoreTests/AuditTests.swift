import Domain
import Foundation
import Postgres
import Store
import TestSupport
import Testing

@Test func `every step of a bag's way is sealed`() async throws {
  try await World.lend { world in
    let bag = try await world.donation()
    try await world.make(bag)
    // The bag was parted before its group was known.
    try await world.determine(bag, .aPositive)
    let unit = try await world.unit()
    let request = try await world.request()
    try await world.allocate(request)
    let draft = HandoverDraft(request: request, units: nil)
    _ = try await world.registry.issue(world.command(world.coordinator, draft))
    _ = try await world.registry.receive(world.command(world.ward, draft))
    _ = try await world.registry.takeBack(world.command(world.ward, draft))
    try await world.registry.sweep(at: world.later(days: 400).now)
    let kinds = Set(try await world.books("select distinct kind from events", as: String.self))
    let expected: Set = [
      "site.added", "hospital.added", "donor.registered", "drive.planned", "drive.opened",
      "donation.logged", "donation.determined", "donation.tested", "donation.released",
      "unit.made", "unit.labelled", "unit.released", "unit.held", "unit.issued",
      "unit.received", "unit.returned", "unit.expired", "request.made", "request.changed",
      "request.fulfilled",
    ]
    #expect(expected.subtracting(kinds) == [])
    let verdict = try await world.registry.verifyAudit()
    #expect(verdict.findings == [])
    let events = try await world.tally("events")
    #expect(verdict.events == events)
    #expect(verdict.chains == 3, "the centre, the hospital, and what happened nowhere")
    #expect(try await world.reread(unit).state == .expired)
  }
}

@Test func `what was rolled back left no link, and a replay leaves none`() async throws {
  try await World.lend { world in
    let draft = try world.draft(of: try await world.donor(), at: try await world.drive())
    let command = world.command(world.staff, draft)
    _ = try await world.registry.log(command)
    let before = try await world.tally("audit_links")
    #expect(try await world.registry.log(command).replayed)
    let service = Database(world.settings)
    await #expect(throws: NotFound.self) {
      try await service.write { db in
        try db.happen(at: nil)
        _ = try db.one(Seal.query, as: String.self)
        throw NotFound("reason to go on")
      }
    }
    await service.shutdown()
    #expect(try await world.tally("audit_links") == before)
    #expect(try await world.registry.verifyAudit().findings == [])
  }
}

@Test(.timeLimit(.minutes(30)))
func `batches that cross at two sites never wait for each other in a circle`() async throws {
  try await World.lend { world in
    let sites = (0..<4).map { _ in UUID() }
    let service = Database(world.settings)
    try await concurrently(0..<300, width: 8) { index in
      try await service.write { db in
        let order = index % 2 == 0 ? sites : sites.reversed()
        for site in order { try db.happen(at: site) }
        _ = try db.one(Seal.query, as: String.self)
      }
    }
    await service.shutdown()
    let verdict = try await world.registry.verifyAudit()
    #expect(verdict.findings == [])
    #expect(try await world.tally("audit_links where cardinality(event_ids) = 1") >= 1200)
    let deadlocks = try await world.books(
      "select deadlocks from pg_stat_database where datname = current_database()", as: Int.self)
    #expect(deadlocks == [0])
  }
}

@Test func `who looks at a donor is written down before he sees him`() async throws {
  try await World.lend { world in
    let donor = try await world.donor("Ахметова")
    let registry = world.registry
    for _ in 0..<3 { _ = try await registry.donor(donor, by: world.staff, at: world.now) }
    _ = try await registry.donor(donor, by: world.laboratory, at: world.now)
    #expect(try await world.tally("events where kind = 'donor.viewed'") == 2)
    let later = world.later(days: 1)
    _ = try await registry.donor(donor, by: world.staff, at: later.now)
    #expect(try await world.tally("events where kind = 'donor.viewed'") == 3)

    let search = DonorSearch(number: nil, phone: nil, iin: nil, name: NameWords("Ахмет"))
    let caller = World.actor(.recruiter)
    let found = try await registry.donors(search, page: Page(), by: caller, at: world.now)
    let shown = try await world.tally(
      "events where kind = 'donor.viewed' and account_id = '\(caller.account)'")
    #expect(shown == 1 && found.count == 1)
    let searches = try await world.books(
      "select detail::text from events where kind = 'donor.searched'", as: String.self)
    #expect(searches.count == 1 && !searches[0].lowercased().contains("ахмет"))

    // Told once no older transaction of the whole server is open, of another test perhaps.
    var heard: [LiveEvent] = []
    for _ in 0..<3000 where !heard.contains(where: { $0.kind == "donor.registered" }) {
      heard = try await registry.events(
        after: try #require(EventCursor("0-0")), limit: 1000, as: .system)
      try await Task.sleep(for: .milliseconds(20))
    }
    #expect(heard.contains { $0.kind == "donor.registered" })
    #expect(!heard.contains { $0.kind.hasSuffix(".viewed") || $0.kind.hasSuffix(".searched") })
    #expect(try await registry.verifyAudit().findings == [])
  }
}

@Test func `no name, number or phone of a donor is in the audit`() async throws {
  try await World.lend { world in
    var draft = DonorDraft(
      id: .new(at: world.now), familyName: "Канарейкина", givenName: "Кенже", patronymic: nil,
      sex: .female, birthDate: try #require(Day("1990-05-17")),
      iin: try IIN("000101300019"), phone: PhoneNumber("+77011234567"), language: "kk", region: nil)
    draft.iinMismatchReason = "given without tie to the birth date"
    _ = try await world.registry.register(world.command(world.staff, draft))
    _ = try await world.registry.donor(draft.id, by: world.staff, at: world.now)
    let said = try await world.books("select events::text from events", as: String.self).joined()
    for value in ["анарейкин", "Кенже", "0001013", "7011234567", "1990-05-17"] {
      #expect(!said.contains(value))
    }
    #expect(said.contains("family_name"))
  }
}

@Test func `an auditor reads a donor's story, and his reading is part of it`() async throws {
  try await World.lend { world in
    let unit = try await world.unit()
    let donor = try await world.books("select id from donors", as: ID<Donor>.self)[0]
    let auditor = World.actor(.auditor)
    func kinds(_ filter: AuditFilter, by actor: Actor) async throws -> [String] {
      try await world.registry.audit(filter, after: nil, limit: 200, by: actor, at: world.now)
        .map(\.kind)
    }
    let story = try await kinds(AuditFilter(donor: donor), by: auditor)
    #expect(story.first == "donor.registered")
    #expect(story.contains("donation.logged") && story.contains("unit.released"))
    #expect(!story.contains("drive.planned"))
    let its = try await kinds(AuditFilter(unit: unit.id), by: auditor)
    #expect(its.allSatisfy { $0.hasPrefix("unit.") } && !its.isEmpty)
    let own = try await kinds(AuditFilter(account: auditor.account), by: auditor)
    #expect(own == ["audit.read", "audit.read"])
    #expect(try await kinds(AuditFilter(to: world.now - 86_400), by: auditor) == [])
    let other = try await world.site(.centre, region: "KZ-75")
    let stranger = World.actor(.auditor, at: other)
    #expect(try await kinds(AuditFilter(donor: donor), by: stranger) == [])
  }
}

@Test func `a chain cut off at its end is found by a head that was signed`() async throws {
  try await World.lend { world in
    let key = AuditKey()
    #expect(try await world.registry.newestSignature() == nil)
    _ = try await world.unit()
    #expect(try await world.registry.signHeads(with: key, at: world.now) ?? 0 > 0)
    let kept = try await world.registry.signedHeads()
    let hour = Duration.seconds(3600)
    #expect(try await world.registry.signHeads(with: key, at: world.now, every: hour) == nil)
    let later = world.now + 3600
    #expect(try await world.registry.signHeads(with: key, at: later, every: hour) == 1)
    let exported = try SignedHeads(json: Data(Wire.encode(kept)))
    #expect(exported == kept && kept.heads.allSatisfy(\.isValid))
    #expect(try await world.registry.verifyAudit(heads: exported, key: key).findings == [])
    // Another one's key is not believed.
    let verdict = try await world.registry.verifyAudit(heads: exported, key: AuditKey())
    #expect(Set(verdict.findings.map(\.what)) == [.signatureInvalid])

    let centre = world.centre.id
    try await world.rewrite(
      """
      set local session_replication_role = replica;
      truncate audit_signatures;
      delete from events where id in (select unnest(event_ids) from audit_links
        where chain = '\(centre)' and number > 3);
      delete from audit_links where chain = '\(centre)' and number > 3;
      """)
    #expect(try await world.registry.verifyAudit(key: key).findings == [], "nobody can tell")
    let found = try await world.registry.verifyAudit(heads: exported, key: key).findings
    #expect(found.map(\.what) == [.linkRemoved] && found[0].chain == centre)
    #expect(found[0].number == 4)
  }
}

@Test func `a key is read again from its PEM`() throws {
  let key = AuditKey()
  let again = try AuditKey(pem: try #require(key.pem))
  #expect(again.id == key.id)
  let reader = try AuditKey(pem: try #require(key.publicPEM))
  #expect(reader.id == nil && reader.trusted == key.trusted)
  #expect(throws: AuditKeyUnreadable.self) { try AuditKey(pem: "none") }
}
