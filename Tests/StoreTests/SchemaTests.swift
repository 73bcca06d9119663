import Domain
import Foundation
import Postgres
import SQL
import TestSupport
import Testing

@Test func `the service may run every statement it has`() async throws {
  try await World.lend { world in
    let service = Database(world.settings)
    for query in Query.all {
      do {
        if query.text.hasPrefix("copy ") {
          // COPY cannot be prepared; with no rows it does nothing but check. Its table is
          // the temporary one that `stage` makes.
          try await service.write { db in
            for kind in ImportKind.allCases {
              _ = try db.rows(.stage, kind.rawValue, as: String.self)
            }
            try db.copyIn(query, rows: [])
          }
          continue
        }
        try await service.write { db in
          try db.script("prepare checked as \(query.text)", named: query.name)
          let count = try db.one(.parameterCount, as: Int.self)
          let binds = Array(repeating: "null", count: count).joined(separator: ", ")
          // To explain is to check every table's privileges too.
          try db.script(
            "explain execute checked\(count == 0 ? "" : "(\(binds))"); deallocate checked",
            named: query.name)
        }
      } catch let error as PostgresError {
        Issue.record("\(query.name): \(error.debugDescription)")
      }
    }
    await service.shutdown()
  }
  #expect(Query.all.count > 80)
}

@Test func `the build carries every migration in its order`() throws {
  let folder = Repository.root.appending(path: "sql/migrations")
  let files = try FileManager.default.contentsOfDirectory(
    at: folder, includingPropertiesForKeys: nil
  ).sorted { $0.lastPathComponent < $1.lastPathComponent }
  #expect(
    Migration.all.map(\.name) == files.map { $0.deletingPathExtension().lastPathComponent })
  for (migration, file) in zip(Migration.all, files) {
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(migration.text == text.trimmingCharacters(in: .newlines), "\(migration.name)")
  }
}

// Versions of pg_dump word the same schema differently; the file is of one of them.
@Test(.enabled(if: SchemaDump.isComparable, "needs pg_dump \(SchemaDump.version)"))
func `the schema file shows what the migrations make`() async throws {
  try await World.lend { world in
    let dump = try SchemaDump.take(of: world.settings)
    if ProcessInfo.processInfo.environment["TAMSHY_WRITE_SCHEMA"] == "1" {
      try (SchemaDump.header + dump).write(to: SchemaDump.file, atomically: true, encoding: .utf8)
    }
    let kept = try String(contentsOf: SchemaDump.file, encoding: .utf8)
    let changes = (SchemaDump.header + dump).split(separator: "\n")
      .difference(from: kept.split(separator: "\n"))
    // Compared here, so that a failure does not print the whole schema.
    let isCurrent = changes.isEmpty
    #expect(isCurrent, "\(SchemaDump.file.path()) has to be written again")
  }
}

@Test func `the service owns nothing`() async throws {
  try await World.lend { world in
    for (catalog, owner) in [
      ("pg_class", "relowner"), ("pg_proc", "proowner"), ("pg_type", "typowner"),
      ("pg_namespace", "nspowner"), ("pg_database", "datdba"),
    ] {
      let owned = try await world.tally(
        "\(catalog) where \(owner) = 'tamshy_service'::regrole")
      #expect(owned == 0, "\(catalog)")
    }
    let powers = try await world.tally(
      "pg_roles where rolname = 'tamshy_service' and (rolsuper or rolbypassrls or rolcreaterole)")
    #expect(powers == 0)
  }
}

@Test(arguments: [
  "update events set kind = 'nothing.happened'", "delete from events", "truncate events",
  "insert into events (id, at, kind, subject_id) overriding system value "
    + "values (1, now(), 'unit.made', gen_random_uuid())",
  "insert into audit_links select * from audit_links", "delete from audit_links",
  "update audit_links set hash = ''", "delete from audit_signatures",
  "alter table events disable trigger events_only_added_to",
  "update answers set body = '{}'", "delete from answers",
  "insert into stock_totals select site_id, component, blood_group, state, expires_on, 1000 "
    + "from stock_totals",
  "update stock_totals set units = 0", "delete from stock_totals",
  "insert into stock_deltas (site_id, component, state, expires_on, delta) "
    + "values (gen_random_uuid(), 'plasma', 'available', '2027-01-01', 1000)",
  "delete from stock_deltas", "update phases set phase = 'green'",
  "update tests set result = 'non_reactive'", "delete from tests",
  "update examinations set is_eligible = true", "delete from examinations",
  "update determinations set blood_group = 'O-'", "delete from deferrals",
  "update determinations set rhd_observed = null", "update phenotypings set absent = '{}'",
  "delete from phenotypings", "update rare_flags set reason = 'x'", "delete from rare_flags",
  "update donors set birth_date = '1990-01-01'", "delete from donors", "delete from units",
  "update donors set anonymised_at = now()", "delete from identities",
  "update identities set family_name = 'X'", "delete from barred_people",
  "update donors set revision = 0", "delete from donor_corrections", "delete from contacts",
  "update consents set given_at = now()", "delete from consents", "delete from unavailabilities",
  "update contact_attempts set outcome = 'reached'", "delete from contact_attempts",
  "update barred_people set until_on = '2000-01-01'", "update answers set fingerprint = 'sealed'",
  "update privacy_keys set proof = ''", "delete from privacy_keys", "delete from imports",
  "update imports set fingerprint = ''", "delete from import_findings",
  "update import_findings set code = 'none'",
  "delete from allocations", "delete from requests", "update tokens set expires_at = null",
  "update tokens set digest = ''", "delete from tokens", "update grants set role = 'admin'",
  "delete from grants", "update accounts set disabled_at = null, login = 'x'",
  "delete from accounts", "update sessions set method = 'oidc'", "delete from recovery_codes",
  "update sessions set expires_at = 'infinity'", "delete from sessions",
  "alter table units disable row level security",
  "alter table units no force row level security", "drop policy units_scope on units",
  "create policy everything on units using (true)",
  "alter table units disable trigger units_counted_when_changed",
  "alter role tamshy_service bypassrls", "create table notes (id integer)",
  "set local row_security = off; select * from units", "update donors set merged_into = id",
  "update tests set donor_id = donor_id", "update deferrals set donor_id = donor_id",
  "delete from mergers", "update mergers set reason = ''", "delete from merged_rows",
  "insert into merged_rows select gen_random_uuid(), 'tests', gen_random_uuid()",
  "delete from name_words", "delete from name_sounds", "delete from name_spellings",
  "delete from name_slips",
])
func `the service may not rewrite what happened`(statement: String) async throws {
  try await World.lend { world in
    let service = Database(world.settings)
    var options = TransactionOptions.write
    options.settings = [("tamshy.role", "system")]
    let error = await #expect(throws: PostgresError.self) {
      try await service.write(options) { db in try db.script(statement, named: "attempt") }
    }
    await service.shutdown()
    #expect(error?.state == .insufficientPrivilege, "\(statement): \(String(describing: error))")
  }
}

extension Query {
  fileprivate static let parameterCount = Query(
    name: "parameterCount",
    text: "select cardinality(parameter_types) from pg_prepared_statements "
      + "where name = 'checked'")
}
