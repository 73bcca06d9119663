import Domain
import Foundation
import Postgres
import SQL
import Store
import TestSupport

/// A place with everything in it, and the service's statements about it.
struct Scene: Sendable {
  static let fenced = [
    "donors", "identities", "deferrals", "drives", "visits", "donations", "determinations",
    "tests", "units", "requests", "request_lines", "allocations", "resolutions", "barred_people",
    "imports", "import_findings", "import_claims", "phenotypings", "rare_flags", "examinations",
    "donor_corrections", "contacts", "consents", "unavailabilities", "contact_attempts",
    "name_words", "name_sounds", "name_spellings", "name_slips", "mergers", "merged_rows",
  ]
  /// The tables that are not fenced, and what keeps them instead.
  static let unfenced = [
    "accounts": "read before anybody is known", "grants": "read before anybody is known",
    "tokens": "read before anybody is known", "sessions": "read before anybody is known",
    "throttles": "hashes of names and addresses", "departures": "hashes of cookies",
    "privacy_keys": "proofs of keys, not the keys",
    "audit_links": "digests of events", "audit_signatures": "digests of events",
    "answers": "found by account and key alone", "events": "statements name visible_sites",
    "hospitals": "every account may know every place", "stock_totals": "counts without people",
    "stock_deltas": "counts without people",
    "second_factors": "sealed, and read before anybody is known",
    "recovery_codes": "hashes, and read before anybody is known",
    "staged_donors": "a pattern in which no row can be",
    "staged_deferrals": "a pattern in which no row can be",
    "staged_donations": "a pattern in which no row can be",
  ]

  let world: World
  let service: Database
  let marks: [Mark]
  let ids: [String: String]

  /// A text by which a row is recognised.
  struct Mark: Sendable {
    let kind: String
    let text: String
  }

  /// A statement with values in place of its parameters.
  struct Statement: Sendable {
    let name: String
    let text: String
    let asked: String
    /// Whether the answer may hold the mark because the question did.
    func names(_ mark: Mark) -> Bool { asked.contains(mark.text) }
  }

  init(_ world: World) async throws {
    self.world = world
    service = Database(world.settings)
    let unit = try await world.unit()
    let donor = try await world.donor("Сейітқалиева")
    try await world.phenotype(unit.din, [AntigenResult(.bigK, .absent)])
    let flag = RareFlag(
      id: .new(at: world.now), donorId: donor, reason: "Vel-", flaggedAt: world.now)
    _ = try await world.registry.flag(world.command(world.laboratory, flag))
    let deferral = Deferral(
      id: .new(at: world.now), donorId: donor, reason: "tattoo", from: Day(world.now, in: .gmt),
      until: nil, source: "manual", recordedAt: world.now)
    _ = try await world.registry.deferDonor(world.command(world.staff, deferral))
    _ = try await world.registry.propose(
      world.command(
        world.laboratory,
        ResolutionDraft(
          id: .new(at: world.now), kind: .deferralVoid, subject: deferral.id.uuid,
          reason: "other donor", meaning: "I have seen both papers")))
    try await world.leaveTraces(of: donor)
    let visit = try await world.visit(of: donor)
    try await world.examine(visit, changing: [.weight: 63.0725])
    let request = try await world.request()
    try await world.allocate(request)
    func first(_ table: String, _ column: String = "id") async throws -> String {
      try await world.books("select \(column)::text from \(table) order by 1 limit 1")[0]
    }
    ids = [
      "donor": donor.description, "drive": try await first("drives"),
      "visit": visit.description, "donation": try await first("donations"),
      "unit": unit.id.description, "request": request.description,
      "line": try await first("request_lines"), "din": unit.din.text,
      "allocation": try await first("allocations"),
    ]
    marks = [
      Mark(kind: "donor", text: "Сейітқалиева"), Mark(kind: "donor", text: "Ахметова"),
      Mark(kind: "drive", text: ids["drive"] ?? ""), Mark(kind: "unit", text: ids["unit"] ?? ""),
      Mark(kind: "request", text: ids["request"] ?? ""),
      Mark(kind: "line", text: ids["line"] ?? ""), Mark(kind: "din", text: unit.din.text),
      Mark(kind: "allocation", text: ids["allocation"] ?? ""),
      Mark(kind: "examination", text: "63.0725"),
    ]
  }

  /// Those who must not see the place, each with what is hidden from them.
  func strangers() async throws -> [(Authority, [Mark])] {
    let near = try await world.site(.centre, region: world.centre.region)
    let far = try await world.site(.centre, region: "KZ-75")
    let clinic = try await world.site(.hospital, region: world.centre.region)
    let places = marks.filter { $0.kind != "donor" && $0.kind != "din" }
    func bound(_ role: Role, _ site: Site) -> Authority { World.actor(role, at: site).authority }
    return [
      (bound(.hospital, clinic), marks), (bound(.driveStaff, near), places),
      (bound(.laboratory, near), places), (bound(.coordinator, far), places),
      (bound(.auditor, far), marks), (bound(.admin, far), marks),
    ]
  }

  /// Every reading statement of the service, asked about every record of the place.
  func statements() async throws -> [Statement] {
    var found: [Statement] = []
    for query in Query.all where !query.text.hasPrefix("copy ") {
      let types = try await parameters(of: query)
      // What names nothing asks for all there is.
      for subject in ids.keys.sorted() + ["nothing"] {
        let values = types.map { literal($0, subject) }
        var text = query.text
        for index in values.indices.reversed() {
          text = text.replacing("$\(index + 1)", with: values[index])
        }
        let wrapped = """
          select coalesce(string_agg(answer::text, ' '), '') from (
          \(text.trimmingCharacters(in: .whitespacesAndNewlines).dropLast(while: ";"))
          ) as answer
          """
        guard try await runs(wrapped, query.name) else { break }
        found.append(
          Statement(name: query.name, text: wrapped, asked: values.joined(separator: " ")))
      }
    }
    return found
  }

  func run(
    _ statement: Statement, as settings: [(name: String, value: String)]
  ) async throws
    -> String
  {
    // A name stands for one text.
    let query = Query(name: "fence \(statement.text.hashValue)", text: statement.text)
    do {
      return try await service.write(.scoped(settings)) { db in try db.one(query, as: String.self) }
    } catch let error as PostgresError where error.state == .insufficientPrivilege {
      return ""
    }
  }

  func count(_ table: String, as settings: [(name: String, value: String)]) async throws -> Int {
    let query = Query(name: "count of \(table)", text: "select count(*) from \(table)")
    return try await service.read(.scoped(settings, readOnly: true)) { db in
      try db.one(query, as: Int.self)
    }
  }

  /// Whether a statement only reads; what writes cannot stand inside another one.
  private func runs(_ text: String, _ name: String) async throws -> Bool {
    do {
      _ = try await run(
        Statement(name: name, text: text, asked: ""),
        as: [("tamshy.role", "system")])
      return true
    } catch is PostgresError {
      return false
    }
  }

  private func parameters(of query: Query) async throws -> [String] {
    try await service.write { db in
      try db.script("prepare fence as \(query.text)", named: query.name)
      let types = try db.rows(
        Query(
          name: "types",
          text: "select unnest(parameter_types)::text from pg_prepared_statements "
            + "where name = 'fence'"), as: String.self)
      try db.script("deallocate fence", named: query.name)
      return types
    }
  }

  private func literal(_ type: String, _ subject: String) -> String {
    guard let id = ids[subject] else { return unasked(type) }
    let isID = subject != "din"
    switch type {
    case "uuid": return isID ? "'\(id)'::uuid" : "null::uuid"
    case "uuid[]": return isID ? "'{\(id)}'::uuid[]" : "'{}'::uuid[]"
    case "text": return isID ? "null::text" : "'\(id)'::text"
    case "text[]": return isID ? "'{}'::text[]" : "'{\(id)}'::text[]"
    case "jsonb":
      let members = ids.map {
        $0.key == "din" ? "\"din\": \"\($0.value)\"" : "\"\($0.key)_id\": \"\($0.value)\""
      }
      .sorted().joined(separator: ", ")
      return isID ? "'[{\"id\": \"\(id)\"}]'::jsonb" : "'[{\(members)}]'::jsonb"
    default: return unasked(type)
    }
  }

  private func unasked(_ type: String) -> String {
    switch type {
    case "timestamp with time zone": "'\(Instant.format(world.now))'::timestamptz"
    case "integer", "bigint": "100::\(type)"
    case "xid8": "'0'::xid8"
    default: "null::\(type)"
    }
  }
}

extension TransactionOptions {
  static func scoped(
    _ settings: [(name: String, value: String)], readOnly: Bool = false
  ) -> TransactionOptions {
    TransactionOptions(readOnly: readOnly, settings: settings)
  }
}

extension Authority {
  /// What row-level security reads.
  var settings: [(name: String, value: String)] {
    [
      ("tamshy.role", role.rawValue), ("tamshy.site", siteId?.description ?? ""),
      ("tamshy.site_kind", siteKind?.rawValue ?? ""), ("tamshy.region", region ?? ""),
    ]
  }
}

extension String {
  fileprivate func dropLast(while ending: Character) -> Substring {
    var text = self[...]
    while text.last == ending { text.removeLast() }
    return text
  }
}
