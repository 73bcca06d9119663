import App
import Domain
import Foundation

/// A shortage report as a table for the terminal, or as CSV.
struct ShortageTable {
  let report: ShortageReport

  init(_ report: ShortageReport) { self.report = report }

  func csv() throws -> [UInt8] { try CSV.encode(report.rows) }

  /// Columns as wide as their widest cell, numbers to the right.
  var text: String {
    let head = [
      "group", "phase", "days", "issuable", "held", "quarantine", "transit", "≤3 d", "≤7 d",
      "asked 28 d", "open", "unmet",
    ]
    let table = [head] + report.rows.map(cells)
    let widths = head.indices.map { column in table.map { $0[column].count }.max() ?? 0 }
    let lines = table.map { row in
      zip(row, widths).enumerated().map { index, cell in
        let blanks = String(repeating: " ", count: cell.1 - cell.0.count)
        return index < 2 ? cell.0 + blanks : blanks + cell.0
      }.joined(separator: "  ")
    }
    let place = report.place == "KZ" ? "the whole country" : report.place
    let title = "\(report.component.rawValue), \(place), as of \(Instant.format(report.asOf))"
    let draft = report.profileLegalStatus == .draft ? ", draft" : ""
    return ([title] + lines + ["Phases by days of supply, profile \(report.profile)\(draft)."])
      .joined(separator: "\n")
  }

  private func cells(_ line: ShortageLine) -> [String] {
    [
      line.group.label, line.phase.rawValue,
      line.daysOfSupply.map { String(format: "%.1f", $0) } ?? "no demand",
      String(line.issuable), String(line.reserved), String(line.quarantined),
      String(line.inTransit), String(line.expiring.le3), String(line.expiring.le7),
      String(line.demand.d28), String(line.openRequests.count),
      String(line.openRequests.unmetUnits),
    ]
  }
}
