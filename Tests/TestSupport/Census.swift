import Foundation
import Postgres

extension World {
  /// Every table's content as one digest, seen by the owner: two are equal if
  /// nothing changed in between.
  package func census() async throws -> [String: String] {
    let owner = TestCluster.owner(of: settings)
    let tables = try await owner.read { db in
      try db.rows(Self.tables, as: String.self)
    }
    let parts = tables.map {
      "select '\($0)' as name, count(*) || ' ' || coalesce("
        + "md5(string_agg(t::text, ',' order by t::text)), '') as digest from \($0) as t"
    }
    let everything = Query(name: "census", text: parts.joined(separator: " union all "))
    let rows = try await owner.read { db in try db.rows(everything, as: Count.self) }
    await owner.shutdown()
    return Dictionary(rows.map { ($0.name, $0.digest) }, uniquingKeysWith: { $1 })
  }

  /// How many rows a table has, seen by the owner.
  package func count(_ table: String) async throws -> Int {
    let text = try await census()[table] ?? ""
    return Int(text.prefix { $0 != " " }) ?? -1
  }

  private struct Count: Decodable, Sendable {
    let name: String
    let digest: String
  }

  private static let tables = Query(
    name: "tables",
    // When a token was last used changes by asking; it is no record of anything.
    text: "select tablename::text from pg_tables where schemaname = 'public' "
      + "and tablename <> 'token_uses' order by 1")
}
