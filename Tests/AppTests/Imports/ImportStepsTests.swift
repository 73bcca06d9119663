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
  let latin = ["LEE AYA", "ERZHAN KIM", "LI", "KIM AYA ERZHAN"]
  let rows = (2..<500).map { _ in
    let day = lot.number(1...6)
    return [
      lot.number(0...3) == 0 ? "e\(lot.number(0...300))" : "",
      lot.number(0...5) == 0 ? String(500 + lot.number(0...300)) : "",
      names[lot.number(0...6)], ["Ая", "Aya", "Ержан"][lot.number(0...2)], "f", "1990-05-1\(day)",
      lot.number(0...1) == 0 ? iin(lot.number(0...40), born: "90051\(day)") : "",
      lot.number(0...3) == 0 ? latin[lot.number(0...3)] : "",
    ].joined(separator: ",")
  }
  let text =
    "external_id,donor_number,family_name,given_name,sex,birth_date,iin,latin_name\n"
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

@Test(arguments: [1, 10], [false, true])
func `who sounds like a name in Latin letters is told of`(rows: Int, isDry: Bool) async throws {
  let text = """
    family_name,given_name,sex,birth_date,latin_name
    王,伟,m,1980-02-03,WANG WEI
    Ванг,Вей,m,1980-02-03,
    Wei,Wang,m,1981-02-03,
    왕,웨이,m,1980-02-03,Wang Wei
    阮,秋,m,1982-02-03,NGUYEN THI THU HA
    Nguyen,Thi Thu Ha,m,1982-02-03,Nguyen Thi Thu Ha

    """
  try await World.lend { world in
    let outcome = try await world.reading(.donors, text, isDry: isDry, chunkRows: rows)
    #expect((outcome.result.taken, outcome.result.warned) == (6, 3))
    #expect(
      outcome.findings.map(\.rowNumber) == [3, 5, 7] && outcome.findings.allSatisfy(\.isWarning))
  }
}

/// What a desk may do while a file is read.
private enum Change: CaseIterable { case none, register, correct, forget, readAnotherFile }

@Test(arguments: Change.allCases)
private func `who changes after a row was looked up is known when it is taken`(
  change: Change
) async throws {
  try await World.lend { world in
    let registry = world.registry
    let run = try await registry.open(
      .donors, digest: Data(repeating: 2, count: 32), bytes: 9, by: .commandLine, at: world.now)
    let known = try world.somebody(called: change == .forget ? "Югай" : "Югаев")
    _ = try await registry.register(world.command(world.staff, known))
    let first = try world.chunk(2, try world.somebody(called: "Ли"))
    let second = try world.chunk(3, try world.somebody(called: "Югай"))
    let last = try await registry.take(
      second, of: run,
      after: EarlierStep(first) {
        switch change {
        case .none: break
        case .register:
          _ = try await registry.register(
            world.command(world.staff, world.somebody(called: "Югай")))
        case .correct:
          var correction = CorrectionDraft(id: .new(at: world.now), donor: known.id, revision: 0)
          correction.familyName = "Югай"
          correction.reason = "as in the passport"
          _ = try await registry.correct(world.command(world.staff, correction))
        case .forget:
          _ = try await registry.anonymise(
            world.command(world.admin, Anonymisation(donor: known.id, reason: .donorRequest)))
        case .readAnotherFile:
          // Its number was given before and draws none.
          _ = try await world.reading(
            .donors, "donor_number,family_name,sex,birth_date\n7,Югай,m,1980-02-03\n")
        }
        return try await registry.take(
          first, of: run, by: .commandLine, at: world.now, isDry: false
        ).import
      }, by: .commandLine, at: world.now, isDry: false)
    let isKnown = [.register, .correct, .readAnotherFile].contains(change)
    // A row that another file had is the same donor without a word.
    let isRefused = isKnown && change != .readAnotherFile
    #expect(last.import.refused == (isRefused ? 1 : 0))
    #expect(last.import.taken == (isKnown ? 1 : 2))
  }
}

@Test func `no donor is given a number that a row before him brings`() async throws {
  try await World.lend { world in
    let registry = world.registry
    let run = try await registry.open(
      .donors, digest: Data(repeating: 2, count: 32), bytes: 9, by: .commandLine, at: world.now)
    let answer = try await registry.register(
      world.command(world.staff, world.somebody(called: "Югаев")))
    struct Registered: Decodable { let donorNumber: Int }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let last = try decoder.decode(Registered.self, from: Data(answer.body.utf8)).donorNumber
    // The next one that would be given.
    let first = try world.chunk(2, try world.somebody(called: "Ли"), number: last + 1)
    let second = try world.chunk(3, try world.somebody(called: "Югай"))
    let step = try await registry.take(
      second, of: run,
      after: EarlierStep(first) {
        try await registry.take(first, of: run, by: .commandLine, at: world.now, isDry: false)
          .import
      }, by: .commandLine, at: world.now, isDry: false)
    #expect(step.import.taken == 2)
  }
}

extension World {
  fileprivate func somebody(called name: String) throws -> DonorDraft {
    DonorDraft(
      id: .new(at: now), familyName: name, givenName: nil, patronymic: nil, sex: .male,
      birthDate: try #require(Day(written: "1980-02-03")), iin: nil, phone: nil, language: "kk",
      region: nil)
  }

  fileprivate func chunk(
    _ row: Int, _ draft: DonorDraft, number: Int? = nil
  ) throws -> StagedChunk {
    var staging = try registry.staging(.donors)
    try staging.add(ImportedDonor(row: row, draft: draft, donorNumber: number, externalId: nil))
    return staging.next(lastRow: row, endOffset: row)
  }
}
