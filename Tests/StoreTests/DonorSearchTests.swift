import Domain
import Foundation
import Postgres
import SQL
import TestSupport
import Testing

@testable import Store

/// Searches with binds for which they find somebody, or nobody.
private let searches: [(Query, String)] = [
  (Query.donorsMeant, "100500, null, null"),
  (.donorsMeant, "null, array['\\x00'::bytea], null"),
  (.donorsMeant, "null, null, array['\\x00'::bytea]"),
  (.donorsNamed, "array['ОМАРОВ50'], 100"), (.donorsNamed, "array['О'], 100"),
  (.donorsNamed, "array['ЕРЛАН ОМАРОВ', 'ОМАРОВ ЕРЛАН'], 100"),
  (.donorsSounding, "array['УМАР', 'ЕРЛАН'], 100"),
  (.donorsNamedInPart, "array['О'], array['Е'], 100"), (.donorsBornOn, "'1990-01-01', 1000"),
  (
    .donorCandidates,
    "array['01900000-0004-7000-8000-000000000007', '01900000-0004-7000-8000-000000000008']::uuid[], false"
  ),
  (.spellingsBeside, "array[0], array['ОМАРОВ5']"),
  (
    .spellingsNear,
    #"'[{"word": 0, "typed": "ОМАРОВ50", "beginning": "ОМА", "ending": "9"}]'"#
  ),
  (
    .duplicateCandidates,
    "array['ЕРЛАН УМАР'], array['1990-01-01', '1990-02-01']::date[], null, null"
  ),
]

@Test func `no search reads every donor`() async throws {
  try await World.lend { world in
    try await world.rewrite(Query.manyDonors)
    let service = Database(world.settings)
    var options = TransactionOptions.write
    options.settings = world.staff.authority.settings
    for (place, (search, binds)) in searches.enumerated() {
      let plan = try await service.write(options) { db in
        try db.script("prepare search as \(search.text)", named: "search")
        let explain = Query(
          name: "explain\(place)", text: "explain (analyze, timing off) execute search(\(binds))")
        let plan = try db.rows(explain, as: String.self).joined(separator: "\n")
        try db.script("deallocate search", named: "deallocate")
        return plan
      }
      let whole = plan.split(separator: "\n").filter {
        $0.contains("Seq Scan") && !$0.contains("never executed")
      }
      #expect(whole.isEmpty, "\(search.name): \(plan)")
      #expect(plan.contains("Index"), "\(search.name): \(plan)")
      if ProcessInfo.processInfo.environment["TAMSHY_SHOW_PLANS"] == "1" { print(plan) }
    }
    await service.shutdown()
  }
}

extension Query {
  fileprivate static let manyDonors = """
    -- As long as a slow machine takes.
    set local statement_timeout = 0;
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
    analyze donors, identities, name_words, name_sounds, name_spellings, name_slips;
    """
}
