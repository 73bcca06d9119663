import Domain
import Foundation
import Postgres
import Store
import TestSupport

extension World {
  /// Reads the books as the owner of the schema, whom no scope binds.
  func books<Row: Decodable & Sendable>(
    _ text: String, as: Row.Type = Row.self
  ) async throws -> [Row] {
    try await asOwner { db in try db.rows(Query(name: "books", text: text)) }
  }

  /// The one number that a question to the books answers.
  func tally(_ text: String) async throws -> Int {
    try await books("select count(*) from " + text, as: Int.self)[0]
  }

  /// Changes the books by hand, for what no verb of the service can do.
  func rewrite(_ statements: String) async throws {
    try await asOwner { db in try db.script(statements, named: "rewrite") }
  }

  /// Writes what a deleted identity and an import leave behind: a row is enough to be hidden.
  func leaveTraces(of donor: ID<Donor>) async throws {
    try await rewrite(
      """
      insert into barred_people (iin_hash) values (decode(repeat('07', 34), 'hex'));
      insert into imports (id, kind, fingerprint, account_id, started_at, bytes_total)
      values ('\(donor)', 'donors', '', '\(donor)', now(), 1);
      insert into import_findings (import_id, row_number, code, is_warning, subject_id)
      values ('\(donor)', 2, 'iin_sex_differs', true, '\(donor)');
      insert into import_claims (import_id, claimed_at, by, key, row_number)
      values ('\(donor)', now(), 'name', 'name 1990-05-17 сейиткалиева алия', 2);
      insert into donor_corrections (id, donor_id, revision, fields, corrected_at, corrected_by)
      values ('\(donor)', '\(donor)', 1, '{phone}', now(), '\(donor)');
      insert into contacts (id, donor_id, kind, value, value_hash, channels, position, recorded_at,
        recorded_by)
      values ('\(donor)', '\(donor)', 'email', decode(repeat('07', 40), 'hex'),
        decode(repeat('07', 34), 'hex'), '{email}', 1, now(), '\(donor)');
      insert into consents (id, donor_id, purpose, channel, text_version, manner, given_at,
        recorded_at, recorded_by)
      values ('\(donor)', '\(donor)', 'research', 'email', '1', 'paper', now(), now(), '\(donor)');
      insert into unavailabilities (id, donor_id, until_on, recorded_at, recorded_by)
      values ('\(donor)', '\(donor)', '2027-01-01', now(), '\(donor)');
      insert into contact_attempts (id, donor_id, purpose, channel, outcome, attempted_at,
        recorded_at, recorded_by)
      values ('\(donor)', '\(donor)', 'research', 'email', 'reached', now(), now(), '\(donor)');
      insert into examinations (id, visit_id, kind, examined_on, examined_at, examined_by,
        measured, is_eligible, policy_code, policy_version, decision)
      select '\(donor)', id, 'whole_blood', '2026-11-20', now(), '\(donor)', '{}', true, 'KZ', 1,
        '{"eligible": true, "policy": {"code": "KZ", "version": 1}}'
      from visits where donor_id = '\(donor)' limit 1;
      insert into phenotypings (id, donation_id, donor_id, present, absent, sample, method,
        tested_at, tested_by)
      select '\(donor)', id, donor_id, '{K}', '{}', 'T1', 'serology', now(), '\(donor)'
      from donations where donor_id = '\(donor)' limit 1;
      insert into rare_flags (id, donor_id, reason, flagged_at, flagged_by)
      values ('\(donor)', '\(donor)', 'Vel-', now(), '\(donor)');
      with other as (
        insert into donors (id, sex, birth_date, registered_at, registered_by)
        values (gen_random_uuid(), 'female', '1990-05-17', now(), '\(donor)') returning id
      )
      insert into mergers (id, survivor_id, merged_id, reason, merged_at, merged_by, undone_at,
        undone_by, undo_reason)
      select '\(donor)', '\(donor)', id, 'one person', now(), '\(donor)', now(), '\(donor)', 'two'
      from other;
      insert into merged_rows (merger_id, table_name, row_id)
      values ('\(donor)', 'visits', '\(donor)');
      """)
  }

  private func asOwner<T: Sendable>(
    _ body: @Sendable (Transaction) throws -> T
  ) async throws -> T {
    let owner = TestCluster.owner(of: settings)
    let result: Result<T, any Error>
    do { result = .success(try await owner.write(.write, body)) } catch { result = .failure(error) }
    await owner.shutdown()
    return try result.get()
  }

  /// Lends another server of the service on the same database.
  func lendServer<T: Sendable>(
    connections: Int = 8, keys: KeyRing? = nil, policy: Policy? = nil,
    _ body: @Sendable (Registry) async throws -> T
  ) async throws -> T {
    var settings = settings
    settings.poolSize = connections
    let database = Database(settings)
    let result: Result<T, any Error>
    do {
      let server = Registry(
        database: database, policy: policy ?? registry.policy,
        keys: Keychain(try keys ?? Self.keys))
      result = .success(try await body(server))
    } catch {
      result = .failure(error)
    }
    await database.shutdown()
    return try result.get()
  }
}

/// Does the work for every item, some at a time, and answers in their order.
@discardableResult
func concurrently<Items: Collection, T: Sendable>(
  _ items: Items, width: Int = 32, _ work: @escaping @Sendable (Items.Element) async throws -> T
) async throws -> [T] where Items.Element: Sendable {
  try await withThrowingTaskGroup(of: (Int, T).self) { group in
    var results: [Int: T] = [:]
    for (index, item) in items.enumerated() {
      if index >= width, let (done, value) = try await group.next() { results[done] = value }
      group.addTask { (index, try await work(item)) }
    }
    for try await (done, value) in group { results[done] = value }
    return results.sorted { $0.key < $1.key }.map(\.value)
  }
}

/// The code of the rule that said no; nil when nothing was said against it.
func refusal<T>(_ work: () async throws -> T) async throws -> String? {
  do {
    _ = try await work()
    return nil
  } catch let refusal as any Refusal {
    return refusal.code
  } catch let missing as NotFound {
    return "\(missing.what)_not_found"
  } catch let input as InvalidInput {
    return input.problems.first?.code
  } catch is KeyReused {
    return "key_reused"
  }
}

/// A generator that repeats its numbers for one seed (SplitMix64).
struct Seeded: RandomNumberGenerator {
  /// The seed to name when a property fails.
  let seed: UInt64
  private var state: UInt64

  init(_ seed: UInt64) {
    self.seed = seed
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}
