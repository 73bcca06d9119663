import Domain
import Foundation
import Postgres
import SQL
import TestSupport
import Testing

@testable import Store

@Test(arguments: [
  "100500::bigint, null, null, null, null, null",
  "null, array['\\x00'::bytea], null, null, null, null",
  "null, null, array['\\x00'::bytea], null, null, null",
  "null, null, null, array['ОМАРОВ50'], null, null", "null, null, null, array['О'], null, null",
  "null, null, null, array['ЕРЛАН ОМАРОВ', 'ОМАРОВ ЕРЛАН'], array['УМАР', 'ЕРЛАН'], null",
  "null, null, null, null, null, '1990-01-01'",
])
func `no search reads every donor`(binds: String) async throws {
  try await World.lend { world in
    try await world.rewrite(Query.manyDonors)
    let service = Database(world.settings)
    var options = TransactionOptions.write
    options.settings = world.staff.authority.settings
    let plan = try await service.write(options) { db in
      try db.script("prepare search as \(Query.findCandidates.text)", named: "search")
      let explain = Query(
        name: "explain",
        text: "explain (analyze, timing off) execute search(\(binds), 100, array['О'], array['Е'])")
      return try db.rows(explain, as: String.self).joined(separator: "\n")
    }
    await service.shutdown()
    let whole = plan.split(separator: "\n").filter {
      $0.contains("Seq Scan") && !$0.contains("never executed")
    }
    #expect(whole.isEmpty, "\(plan)")
    #expect(plan.contains("Index"), "\(plan)")
    if ProcessInfo.processInfo.environment["TAMSHY_SHOW_PLANS"] == "1" { print(plan) }
  }
}

@Test(arguments: [
  "explain (analyze, timing off) execute near('[{\"word\": 0, \"beginning\": \"ОМА\", \"ending\": \"9\", \"shortest\": 7, \"longest\": 9}]')",
  "explain (analyze, timing off) execute twins('ЕРЛАН УМАР', array['1990-01-01', '1990-02-01']::date[], null, null)",
])
func `no search for slips and duplicates reads every donor`(statement: String) async throws {
  try await World.lend { world in
    try await world.rewrite(Query.manyDonors)
    let service = Database(world.settings)
    var options = TransactionOptions.write
    options.settings = world.staff.authority.settings
    let plan = try await service.write(options) { db in
      try db.script("prepare near as \(Query.spellingsNear.text)", named: "near")
      try db.script("prepare twins as \(Query.duplicateCandidates.text)", named: "twins")
      return try db.rows(Query(name: "explain", text: statement), as: String.self)
        .joined(separator: "\n")
    }
    await service.shutdown()
    #expect(!plan.contains("Seq Scan"), "\(plan)")
    #expect(plan.contains("Index"), "\(plan)")
    if ProcessInfo.processInfo.environment["TAMSHY_SHOW_PLANS"] == "1" { print(plan) }
  }
}

extension Query {
  fileprivate static let manyDonors = """
    insert into donors (id, sex, birth_date, registered_at, registered_by)
    select ('01900000-0004-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'male', date '1950-01-01' + n % 20000,
      now(), gen_random_uuid()
    from generate_series(1, 100000) n;
    insert into identities (donor_id, family_name, given_name, search_name, sound_name,
      language, iin, iin_hash, phone, phone_hash)
    select id, 'Omarov', 'Erlan', 'ОМАРОВ' || (donor_number % 997) || ' ЕРЛАН', 'УМАР ЕРЛАН', 'kk',
      decode(repeat('00', 42), 'hex'), '\\x0001' || sha256(id::text::bytea),
      decode(repeat('00', 42), 'hex'), '\\x0001' || sha256(('p' || id)::bytea)
    from donors;
    analyze donors, identities, name_words, name_sounds, name_spellings;
    """
}
