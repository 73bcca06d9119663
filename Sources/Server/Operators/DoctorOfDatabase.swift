import Foundation
import Postgres
import Store

extension Doctor {
  /// What is wrong with the database and the way to it.
  func database() async -> [Finding] {
    do {
      if let uri = settings.databaseURL, !uri.isEmpty, stateDir == nil {
        let connection = try settings.connection(to: uri)
        let hosts = try TransportRules(uri).remoteHosts
        let way =
          hosts.isEmpty
          ? "by a socket of this machine"
          : "over TCP, sslmode \(try TransportRules(uri).sslMode)"
        let isVerified = try TransportRules(uri).objection == nil
        let transport = Finding.verify(
          "transport", isVerified, way, else: .warn,
          next: "It is allowed by database.allow_plaintext_to; verify-full would be better.")
        return [transport] + (await examine(Database(service(connection))))
      }
      let state = StateFolder(stateDir ?? settings.stateFolder)
      guard FileManager.default.fileExists(atPath: state.cluster.folder) else {
        return [
          .fail(
            "database", "none is named, and there is none in \(state.path)",
            next: "Set TAMSHY_DATABASE_URL, or start with `tamshy up`.")
        ]
      }
      let database = Database(try await state.start())
      let findings = await examine(database, isPrivate: true)
      await state.cluster.stop()
      return findings
    } catch {
      let words = (error as? PostgresError)?.explanation ?? "\(error)"
      return [.fail("database", words, next: "Look at TAMSHY_DATABASE_URL and at the server.")]
    }
  }

  private func examine(_ database: Database, isPrivate: Bool = false) async -> [Finding] {
    do {
      let policy = try loadPolicy(settings.policy)
      let registry = Registry(database: database, policy: policy)
      let before = now()
      let state = try await registry.schemaState()
      let after = now()
      let findings =
        [Finding.ok("database", "answers, as \(state.login) acting as \(state.actingAs)")]
        + schema(state) + fences(state, isPrivate) + [clock(state, before, after)]
        + (await readiness(registry))
      await database.shutdown()
      return findings
    } catch {
      await database.shutdown()
      let words = (error as? PostgresError)?.explanation ?? StoreFailure.words(for: error)
      return [
        .fail(
          "database", words,
          next: "See that the server runs, that the log-in is a member of tamshy_service, and "
            + "that `tamshy migrate` was run.")
      ]
    }
  }

  private func schema(_ state: SchemaState) -> [Finding] {
    [
      .verify(
        "postgresql", state.serverVersion >= 150_000, Version.text(state.serverVersion),
        next: "PostgreSQL 15 or later is needed."),
      .verify(
        "encoding", state.encoding == "UTF8", state.encoding,
        next: "Make the database with encoding 'UTF8'."),
      .verify(
        "locale", state.sortsKazakh && state.locale.hasPrefix("kk"), state.locale, else: .warn,
        next: "Names sort by another alphabet. Make the database with locale_provider icu and "
          + "icu_locale 'kk'."),
    ]
  }

  private func fences(_ state: SchemaState, _ isPrivate: Bool) -> [Finding] {
    // A private cluster is entered by its superuser, who steps down for every session.
    let isBound = !state.roleIsAboveRules && (isPrivate || !state.loginIsAboveRules)
    return [
      .verify(
        "role", isBound,
        isBound
          ? "row-level security binds \(state.actingAs)"
          : "\(state.login), acting as \(state.actingAs), stands above row-level security",
        else: state.roleIsAboveRules ? .fail : .warn,
        next: "Log in as a role that is neither superuser nor has BYPASSRLS."),
      .verify(
        "ownership", state.tablesOwned == 0, "\(state.actingAs) owns \(state.tablesOwned) tables",
        next: "Give the tables to tamshy_owner; the service must own nothing."),
      .verify(
        "row security", state.unfenced.isEmpty && state.fencedTables > 0,
        state.unfenced.isEmpty
          ? "forced on all \(state.fencedTables) tables with policies"
          : "not forced on \(state.unfenced.joined(separator: ", "))",
        next: "alter table … enable row level security, force row level security."),
    ]
  }

  /// The clock of this machine against the database's, by which units expire.
  private func clock(_ state: SchemaState, _ before: Date, _ after: Date) -> Finding {
    let middle = before + after.timeIntervalSince(before) / 2
    let skew = abs(state.clock.timeIntervalSince(middle))
    let slack = after.timeIntervalSince(before) / 2
    let found = String(format: "%.1f s apart from the database's", skew)
    let next = "Let NTP set both clocks: expiry and intervals are reckoned by them."
    if skew - slack > 30 { return .fail("clock", found, next: next) }
    return .verify("clock", skew - slack <= 2, found, else: .warn, next: next)
  }

  private func readiness(_ registry: Registry) async -> [Finding] {
    let next = [
      "writable": "Point the URL at the primary: target_session_attrs=read-write.",
      "migrations": "Run `tamshy migrate` as the owner of the schema.",
      "standby": "Writes wait for a synchronous standby: see that one streams.",
    ]
    return await registry.readiness().checks.filter { $0.name != "database" }.map { check in
      .verify(check.name, check.ok, check.detail, next: next[check.name] ?? "Look into it.")
    }
  }
}
