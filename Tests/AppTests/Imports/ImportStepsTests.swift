import Domain
import Foundation
import Postgres
import Store
import TestSupport
import Testing

@testable import App

@Test func `what is said of rows does not depend on how many are taken together`() async throws {
  var lot = Lot(UInt64.random(in: 0...(.max)))
  let seed = lot.seed
  print("seed \(seed)")
  // So few names, days and numbers that most rows are somebody's duplicate.
  let names = ["Ли", "Lee", "Ким", "Kim", "Цой", "Ахметов", "Ахметова"]
  let rows = (2..<500).map { _ in
    let day = lot.number(1...6)
    return [
      lot.number(0...3) == 0 ? "e\(lot.number(0...300))" : "",
      lot.number(0...5) == 0 ? String(500 + lot.number(0...300)) : "",
      names[lot.number(0...6)], ["Ая", "Aya", "Ержан"][lot.number(0...2)], "f", "1990-05-1\(day)",
      lot.number(0...1) == 0 ? iin(lot.number(0...40), born: "90051\(day)") : "",
    ].joined(separator: ",")
  }
  let text =
    "external_id,donor_number,family_name,given_name,sex,birth_date,iin\n"
    + rows.joined(separator: "\n") + "\n"
  let size = lot.number(5...60)
  let whole = try await World.lend { try await $0.reading(.donors, text) }
  let parts = try await World.lend { try await $0.reading(.donors, text, chunkRows: size) }
  #expect(parts.counts == whole.counts, "seed \(seed), \(size) rows together")
  // Which of several earlier rows is named may differ.
  func marks(_ outcome: Outcome) -> Set<String> {
    Set(outcome.findings.map { "\($0.rowNumber) \($0.isWarning)" })
  }
  let differences = marks(parts).symmetricDifference(marks(whole)).sorted()
  #expect(differences == [], "seed \(seed), \(size) rows together")
  #expect(whole.result.taken > 0 && whole.result.refused > 0 && whole.result.warned > 0)
}

@Test(arguments: [false, true])
func `who was registered at a desk after a row was looked up is found when it is taken`(
  isAtDesk: Bool
) async throws {
  try await World.lend { world in
    let registry = world.registry
    let run = try await registry.open(
      .donors, digest: Data(repeating: 2, count: 32), bytes: 9, by: .commandLine, at: world.now)
    func person(_ name: String) -> DonorDraft {
      DonorDraft(
        id: .new(at: world.now), familyName: name, givenName: nil, patronymic: nil, sex: .male,
        birthDate: .first, iin: nil, phone: nil, language: "kk", region: nil)
    }
    func chunk(_ row: Int, _ name: String) throws -> StagedChunk {
      var staging = try registry.staging(.donors)
      try staging.add(
        ImportedDonor(row: row, draft: person(name), donorNumber: nil, externalId: nil))
      return staging.chunk(lastRow: row, endOffset: row)
    }
    var step: ImportStep?
    func take(_ chunk: StagedChunk, _ judgement: Judgement? = nil) async throws {
      step = try await registry.take(
        chunk, judgement, of: step?.import ?? run, after: step, by: .commandLine, at: world.now,
        isDry: false)
    }
    let (third, fourth) = (try chunk(4, "Цой"), try chunk(5, "Югай"))
    try await take(chunk(2, "Ли"))
    try await take(chunk(3, "Ким"))
    let judgement = try await registry.judge(fourth, after: third, of: run)
    if isAtDesk {
      _ = try await registry.register(world.command(world.staff, person("Югай")))
    }
    try await take(third)
    try await take(fourth, judgement)
    #expect(step?.findings.map(\.code) == (isAtDesk ? ["likely_duplicate"] : []))
    #expect(try await world.tally("donors") == 4)
  }
}
