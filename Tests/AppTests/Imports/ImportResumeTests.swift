import Domain
import Foundation
import Postgres
import Store
import Synchronization
import TestSupport
import Testing

@testable import App

private func file(_ rows: Int) -> String {
  "family_name,given_name,sex,birth_date,iin\n"
    + (0..<rows).map { row in
      row % 10 == 7 ? ",Ая,f,1990-05-17,\n" : "Ли \(row),Ая,f,1990-05-18,\(iin(row))\n"
    }.joined()
}

@Test func `an import that was killed goes on, and ends as if it had not been`() async throws {
  let text = file(60)
  let whole = try await World.lend { world in
    try await world.reading(.donors, text, chunkRows: 8)
  }
  for steps in [0, 1, 3, 7] {
    try await World.lend { world in
      await #expect(throws: CutOff.self) {
        try await world.reading(.donors, text, chunkRows: 8, cutOffAfter: steps)
      }
      #expect(try await world.tally("imports where finished_at is null") == 1)
      // The step that is told of was taken, and the next one perhaps.
      let done = try await world.books("select rows_done from imports", as: Int.self)[0]
      let told = steps == 0 ? 0 : 1 + 8 * steps
      #expect(done == told || done == min(told + 8, 61))
      let rest = try await world.reading(.donors, text, chunkRows: 5)
      #expect(rest.counts == whole.counts)
      #expect(rest.words == whole.words, "also what was found before the kill")
      #expect(try await world.tally("donors") == 54)
      #expect(try await world.tally("imports where finished_at is not null") == 1)
      #expect(try await world.registry.verifyAudit().findings == [])
    }
  }
}

@Test func `an import goes on under new keys`() async throws {
  try await World.lend { world in
    let text = file(20)
    await #expect(throws: CutOff.self) {
      try await world.reading(.donors, text, chunkRows: 8, cutOffAfter: 1)
    }
    let newer = try World.keys.adding(isCurrent: true)
    let database = Database(world.settings)
    let server = Registry(
      database: database, policy: world.registry.policy, keys: Keychain(newer))
    try await Files.lend { files in
      let path = try files.write(Array(text.utf8))
      let rest = try await ImportRun(server, .donors, by: .commandLine).read(
        path, progress: { _ in }, found: { _ in })
      #expect(rest.taken == 18)
    }
    await database.shutdown()
    #expect(try await world.tally("imports") == 1)
    // Found under either key.
    let again = try await world.lookedUp(iin(1))
    #expect(again == 1)
  }
}

@Test func `keys that are exchanged while a file is read count from the next step on`()
  async throws
{
  try await World.lend { world in
    let newer = try World.keys.adding(isCurrent: true)
    let ring = Mutex(try World.keys)
    let keychain = Keychain(try World.keys) { ring.withLock { $0 } }
    let database = Database(world.settings)
    let server = Registry(database: database, policy: world.registry.policy, keys: keychain)
    var steps = 0
    try await Files.lend { files in
      let path = try files.write(Array(file(60).utf8))
      let run = ImportRun(server, .donors, by: .commandLine, chunkRows: 8)
      let result = try await run.read(path) { _ in
        steps += 1
        guard steps == 3 else { return }
        ring.withLock { $0 = newer }
        try await Task.sleep(for: Keychain.delay)
      } found: { _ in
      }
      #expect(result.taken == 54)
    }
    await database.shutdown()
    let keys = try await world.books(
      "select distinct get_byte(iin_hash, 1) from identities order by 1", as: Int.self)
    let numbers = [try World.keys, newer].map { $0.current(.lookup).number }
    #expect(keys == numbers, "some rows were taken before, and none under the old key after")
    let late = try await world.books(
      "select get_byte(iin_hash, 1) from identities order by import_row desc limit 20",
      as: Int.self)
    #expect(Set(late) == [newer.current(.lookup).number])
  }
}

@Test func `with a single connection a step waits for the one before`() async throws {
  try await World.lend { world in
    var settings = world.settings
    settings.poolSize = 1
    let database = Database(settings)
    let server = Registry(
      database: database, policy: world.registry.policy, keys: Keychain(try World.keys))
    try await Files.lend { files in
      let path = try files.write(Array(file(60).utf8))
      let result = try await ImportRun(server, .donors, by: .commandLine, chunkRows: 8).read(
        path, progress: { _ in }, found: { _ in })
      #expect(result.taken == 54)
    }
    await database.shutdown()
  }
}

@Test func `two processes at one file take no row twice`() async throws {
  try await World.lend { world in
    let digest = Data(repeating: 1, count: 32)
    let registry = world.registry
    let mine = try await registry.open(
      .donors, digest: digest, bytes: 9, by: .commandLine, at: world.now)
    let other = try await registry.open(
      .donors, digest: digest, bytes: 9, by: .commandLine, at: world.now)
    #expect(mine.id == other.id)
    func chunk() throws -> StagedChunk {
      var staging = try registry.staging(.donors)
      try staging.add(
        ImportedDonor(row: 2, draft: world.somebody(), donorNumber: nil, externalId: nil))
      return staging.next(lastRow: 2, endOffset: 9)
    }
    _ = try await registry.take(
      chunk(), of: mine, by: .commandLine, at: world.now, isDry: false)
    await #expect(throws: ImportMoved.self) {
      try await registry.take(chunk(), of: other, by: .commandLine, at: world.now, isDry: false)
    }
    #expect(try await world.tally("donors") == 1)
  }
}

@Test func `a desk and an import that register one person at once make one donor`() async throws {
  try await World.lend { world in
    let text = file(300)
    async let imported = world.reading(.donors, text, chunkRows: 20)
    for row in stride(from: 0, to: 300, by: 10) {
      var draft = world.somebody()
      draft.iin = try IIN(iin(row))
      draft.iinMismatchReason = "as issued"
      do {
        _ = try await world.registry.register(world.command(world.staff, draft))
      } catch is RegistrationRefusal {
        // The import was first.
      }
    }
    let outcome = try await imported
    let donors = try await world.tally("donors")
    #expect(donors == 270 && outcome.result.taken + 30 >= 270)
    #expect(
      try await world.books("select count(distinct iin_hash) from identities", as: Int.self) == [
        270
      ])
  }
}

extension World {
  fileprivate func somebody() -> DonorDraft {
    DonorDraft(
      id: .new(at: now), familyName: "Сапарова", givenName: "Ая", patronymic: nil, sex: .female,
      birthDate: Day(number: 7_000) ?? .first, iin: nil, phone: nil, language: "kk", region: nil)
  }

  fileprivate func lookedUp(_ digits: String) async throws -> Int {
    try await registry.donors(
      DonorSearch(number: nil, phone: nil, iin: try IIN(digits), name: nil), page: Page(),
      by: staff, at: now
    ).count
  }
}
