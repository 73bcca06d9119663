import Domain
import Foundation
import Postgres
import Store
import TestSupport
import Testing

@Test func `of a thousand forgeries by a superuser every one is found and named`() async throws {
  try await World.lend { world in
    var seed = Seeded(UInt64.random(in: .min ... .max))
    let key = AuditKey()
    try await world.fillAudit(with: &seed)
    try await world.registry.signHeads(with: key, at: world.now)
    let heads = try await world.registry.signedHeads().heads
    let owner = TestCluster.owner(of: world.settings)
    // In short transactions: one open for long holds up the live events of other tests.
    for first in stride(from: 0, to: 1000, by: 25) {
      let forger = Seeded(seed.next())
      try await owner.write { db in
        try db.tryForgeries(first..<first + 25, forger, heads: heads, key: key)
      }
    }
    #expect(try await world.registry.verifyAudit(key: key).findings == [])
    await owner.shutdown()
  }
}

extension Transaction {
  fileprivate func tryForgeries(
    _ rounds: Range<Int>, _ start: Seeded, heads: [SignedHead], key: AuditKey
  ) throws {
    var forger = start
    let books = try AuditBooks(self, heads: heads)
    for round in rounds {
      let forgery = books.forgery(round, &forger)
      try script(
        "savepoint before; set local session_replication_role = replica; " + forgery.statements,
        named: "forgery")
      let findings = try verifiedAudit(heads: heads, trusting: key)
      let isNamed = forgery.expected.allSatisfy { expected in
        findings.contains { $0.names(expected) }
      }
      let isExact = findings.allSatisfy { forgery.chains.contains($0.chain) }
      if !isNamed || !isExact {
        Issue.record("seed \(start.seed), \(round): \(forgery.statements): \(findings)")
      }
      try script("rollback to before; release before", named: "undo")
    }
    #expect(try verifiedAudit(heads: heads, trusting: key) == [])
  }
}

/// What a forgery must be found as: an event, or a link.
private enum Target: Sendable {
  case event(Int, AuditFinding.What)
  case link(ID<Site>, Int, AuditFinding.What)
}

extension AuditFinding {
  fileprivate func names(_ target: Target) -> Bool {
    switch target {
    case .event(let event, let what): self.event == event && self.what == what
    case .link(let chain, let number, let what):
      self.chain == chain && self.what == what && self.number ?? 0 <= number
        && number <= through ?? self.number ?? 0
    }
  }
}

private struct Forgery {
  let statements: String
  let expected: [Target]
  /// The chains it can show in.
  let chains: Set<ID<Site>>
}

/// What there is to forge.
private struct AuditBooks {
  struct EventRow: Decodable {
    let id: Int
    let chain: ID<Site>
  }

  private struct Place: Decodable {
    let chain: ID<Site>
    let number: Int
  }

  struct LinkRow {
    let chain: ID<Site>
    let number: Int
    let last: Int
  }

  let events: [EventRow]
  let links: [LinkRow]

  /// Every event, and the links up to the signed heads: of what came later nobody knows.
  init(_ db: Transaction, heads: [SignedHead]) throws {
    let last = Dictionary(uniqueKeysWithValues: heads.map { ($0.chain, $0.number) })
    events = try db.rows(
      Query(name: "rows", text: "select id, chain_of(site_id) as chain from events order by id"))
    links = try db.rows(
      Query(
        name: "links",
        text: "select chain, number from audit_links order by chain, number"),
      as: Place.self
    ).compactMap { place in
      last[place.chain].flatMap { last in
        place.number <= last ? LinkRow(chain: place.chain, number: place.number, last: last) : nil
      }
    }
  }

  func forgery(_ round: Int, _ random: inout Seeded) -> Forgery {
    let event = events.randomElement(using: &random) ?? events[0]
    let link = links.randomElement(using: &random) ?? links[0]
    let row = "where id = \(event.id)"
    let its = "where chain = '\(link.chain)' and number = \(link.number)"
    switch round % 8 {
    case 0:
      let edit = Self.edits.randomElement(using: &random) ?? ""
      let elsewhere = Set(events.map(\.chain))
      return Forgery(
        statements: "update events set \(edit) \(row)",
        expected: [.event(event.id, .eventEdited)], chains: elsewhere)
    case 1:
      return Forgery(
        statements: "delete from events \(row)", expected: [.event(event.id, .eventRemoved)],
        chains: [event.chain])
    case 2:
      let id = 1_000_000 + round
      return Forgery(
        statements: """
          insert into events (id, transaction_id, at, kind, subject_id, account_id, site_id, detail)
          overriding system value
          select \(id), transaction_id, at, kind, subject_id, account_id, site_id, detail
          from events \(row)
          """, expected: [.event(id, .eventUnsealed)], chains: [event.chain])
    case 3:
      let other = events.filter { $0.id != event.id }.randomElement(using: &random) ?? event
      return Forgery(
        statements: """
          update events as row
          set (transaction_id, at, kind, subject_id, account_id, site_id, detail) = (
            select transaction_id, at, kind, subject_id, account_id, site_id, detail
            from events as other
            where other.id = case row.id when \(event.id) then \(other.id) else \(event.id) end)
          where id in (\(event.id), \(other.id))
          """,
        expected: [.event(event.id, .eventEdited), .event(other.id, .eventEdited)],
        chains: [event.chain, other.chain])
    case 4:
      let edit = Self.linkEdits.randomElement(using: &random) ?? ""
      return Forgery(
        statements: "update audit_links set \(edit) \(its)",
        expected: [.link(link.chain, link.number, .linkEdited)], chains: [link.chain])
    case 5:
      return Forgery(
        statements: "delete from audit_links \(its)",
        expected: [.link(link.chain, link.number, .linkRemoved)], chains: [link.chain])
    case 6:
      return Forgery(
        statements: """
          delete from events where id in (select unnest(event_ids) from audit_links
            where chain = '\(link.chain)' and number = \(link.last));
          delete from audit_links where chain = '\(link.chain)' and number = \(link.last)
          """, expected: [.link(link.chain, link.last, .linkRemoved)], chains: [link.chain])
    default:
      // Somebody who knows how it is done mends the link of the event that he changed.
      return Forgery(
        statements: """
          update events set account_id = gen_random_uuid()
          where id = (select event_ids[1] from audit_links \(its));
          update audit_links set digests[1] = (
            select event_digest(events) from events where id = event_ids[1]) \(its);
          update audit_links set hash = link_digest(audit_links) \(its)
          """, expected: [.link(link.chain, link.number, .linkEdited)], chains: [link.chain])
    }
  }

  private static let edits = [
    "transaction_id = (transaction_id::text::bigint + 1)::text::xid8",
    "at = at + interval '1 microsecond'", "kind = kind || ' '", "subject_id = gen_random_uuid()",
    "account_id = case when account_id is null then gen_random_uuid() end",
    "site_id = case when site_id is null then (select site_id from events "
      + "where site_id is not null limit 1) end",
    "detail = detail || '{\"to\": \"issued\"}'",
  ]

  private static let linkEdits = [
    "transaction_id = (transaction_id::text::bigint + 1)::text::xid8",
    "previous = sha256(previous)", "event_ids[1] = event_ids[1] + 100000",
    "digests[1] = sha256(digests[1])", "sealed_at = sealed_at - interval '1 day'",
    "hash = sha256(hash)",
  ]
}

extension World {
  /// A hundred transactions at three places and at none, one to five events each.
  fileprivate func fillAudit(with random: inout Seeded) async throws {
    let places: [UUID?] = [nil, UUID(), UUID(), UUID()]
    let service = Database(settings)
    for _ in 0..<100 {
      let sites = (0..<Int.random(in: 1...5, using: &random)).map { _ in
        places.randomElement(using: &random) ?? nil
      }
      try await service.write { db in
        for site in sites { try db.happen(at: site) }
        _ = try db.one(Seal.query, as: String.self)
      }
    }
    await service.shutdown()
  }
}

/// Sealing as the store does it.
enum Seal {
  static let query = Query(name: "seal", text: "select seal()::text")
}

extension Transaction {
  /// Writes an event of nothing in particular.
  func happen(at site: UUID?) throws {
    try run(
      Query(
        name: "happen",
        text: "insert into events (at, kind, subject_id, account_id, site_id, detail) values "
          + "(now(), 'unit.freed', gen_random_uuid(), gen_random_uuid(), $1, '{\"to\": \"held\"}')"),
      site)
  }
}
