import Domain
import FoundationEssentials
import Postgres
import SQL

extension Transaction {
  /// Defers the staged donors; units of theirs still in stock that it concerns are withdrawn.
  func takeDeferrals(_ chunk: StagedChunk, _ move: ImportMove) throws -> RowVerdicts {
    try run(.nameDonorsOfDeferrals)
    if !move.isDry {
      try lockDonors(try rows(.donorsOfStagedDeferrals, as: ID<Donor>.self))
    }
    var verdicts = RowVerdicts()
    for judged in try rows(.judgeStagedDeferrals, move.import, as: JudgedDeferral.self) {
      verdicts.add(judged.verdict, of: judged.rowNumber)
      if judged.overlaps, let subject = chunk.subjects[judged.rowNumber] {
        verdicts.warnings.append(
          ImportFinding(
            row: judged.rowNumber, column: "from", code: "deferral_overlaps",
            warningAbout: subject))
      }
    }
    if !verdicts.dropped.isEmpty { try run(.dropStagedDeferrals, verdicts.dropped) }
    guard !move.isDry else {
      try run(.claimStagedDeferrals, move.import, move.at)
      return verdicts
    }
    try run(.insertStagedDeferrals, move.at, move.account, move.import.description)
    let deferred = try rows(.donorsOfStagedDeferrals, as: ID<Donor>.self)
    try withdrawUnsafeUnits(of: deferred, because: "donor_deferred", at: move.at, by: move.account)
    return verdicts
  }
}

/// What the registry says of a row about a deferral.
private struct JudgedDeferral: Decodable {
  let rowNumber: Int
  let problem: String?
  let isKnown: Bool
  let overlaps: Bool

  var verdict: RowVerdict {
    if let problem {
      return .refuse(ImportFinding(row: rowNumber, column: columnOfDonor(problem), code: problem))
    }
    return isKnown ? .known : .take
  }
}

/// Where the mistake is that keeps a row from meaning a donor.
func columnOfDonor(_ problem: String) -> String? {
  switch problem {
  case "donor_birth_date_differs": "donor_birth_date"
  case "donor_unknown", "donor_ambiguous", "donor_closed": "donor_number"
  default: nil
  }
}
