import Domain
import FoundationEssentials
import Postgres
import SQL

extension Transaction {
  /// Writes down the staged donations of the past.
  ///
  /// No rule of eligibility is asked: the blood was drawn. They count for the donors'
  /// intervals from now on.
  func takeDonations(_ chunk: StagedChunk, _ move: ImportMove) throws -> RowVerdicts {
    try run(.nameDonorsOfDonations)
    try run(.placeStagedDonations)
    var verdicts = RowVerdicts()
    for judged in try rows(.judgeStagedDonations, move.import, as: JudgedDonation.self) {
      verdicts.add(judged.verdict, of: judged.rowNumber)
    }
    if !verdicts.dropped.isEmpty { try run(.dropStagedDonations, verdicts.dropped) }
    guard !move.isDry else {
      try run(.claimStagedDonations, move.import, move.at)
      return verdicts
    }
    try lockDonors(try rows(.donorsOfStagedDonations, as: ID<Donor>.self))
    let name = move.import.description
    try run(.makeDrivesOfDonations, move.at, move.account, name)
    try run(.insertStagedDonations, move.at, move.account, name)
    return verdicts
  }
}

/// What the registry says of a row about a donation.
private struct JudgedDonation: Decodable {
  let rowNumber: Int
  let problem: String?
  let din: String
  let isTaken: Bool
  let isKnown: Bool

  var verdict: RowVerdict {
    if let problem {
      return .refuse(ImportFinding(row: rowNumber, column: column(problem), code: problem))
    }
    guard isTaken else { return .take }
    if isKnown { return .known }
    return .refuse(
      ImportFinding(row: rowNumber, column: "din", code: "duplicate_din", facts: ["din": din]))
  }

  private func column(_ problem: String) -> String? {
    switch problem {
    case "drive_unknown": "drive_id"
    case "site_unknown": "site_id"
    case "collected_on_differs": "collected_on"
    case "ends_before_start": "ended_at"
    default: columnOfDonor(problem)
    }
  }
}
