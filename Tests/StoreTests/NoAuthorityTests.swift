import Domain
import Foundation
import Postgres
import Store
import TestSupport
import Testing

@Test func `without an authority every guarded table is empty, on a used connection too`()
  async throws
{
  try await World.lend { world in
    let bag = try await world.bag()
    try await world.shelve(bag)
    try await world.allocate(try await world.request())
    try await world.deferDonor(bag.donor, from: world.day(), until: world.day(1))
    let deferral = try await world.registry.deferrals(of: bag.donor, as: .system)[0].id
    try await world.propose(.deferralVoid, deferral.uuid)
    try await world.leaveTraces(of: bag.donor)
    let tables = try await world.books(
      "select relname::text from pg_class where relrowsecurity order by 1", as: String.self)
    #expect(tables.count == 31)
    var settings = world.settings
    settings.poolSize = 1
    let service = Database(settings)
    var scoped = TransactionOptions.read
    scoped.settings = [
      ("tamshy.role", "system"), ("tamshy.site", ""), ("tamshy.site_kind", ""),
      ("tamshy.region", ""),
    ]
    for table in tables {
      let query = Query(name: "all of \(table)", text: "select count(*) from \(table)")
      let fresh = try await service.read { db in try db.one(query, as: Int.self) }
      let seen = try await service.read(scoped) { db in try db.one(query, as: Int.self) }
      let again = try await service.read { db in try db.one(query, as: Int.self) }
      #expect(fresh == 0 && seen > 0 && again == 0, "\(table): \(fresh), \(seen), \(again)")
    }
    await service.shutdown()
  }
}
