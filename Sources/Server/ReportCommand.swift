import ArgumentParser
import Domain
import Foundation
import Store

/// `tamshy report`: what coordinators read, in the terminal.
struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Print a report.", subcommands: [ShortagesReport.self])
}

/// `tamshy report shortages`.
struct ShortagesReport: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shortages", abstract: "Which blood groups are short, and who waits.",
    discussion: """
      Examples:
        tamshy report shortages
        tamshy report shortages --component platelets --region KZ-39
        tamshy report shortages --groups O-,B-,AB- --json
        tamshy report shortages --csv > shortages.csv
      """)

  @Option(help: "whole_blood, red_cells, plasma, platelets or cryoprecipitate.")
  var component: Component = .redCells
  @Option(help: "Groups separated by commas, in any notation; all unless given.")
  var groups: String?
  @Option(help: "The code of a region, such as KZ-39; the whole country unless given.")
  var region: String?
  @Flag(help: "Print JSON.")
  var json = false
  @Flag(help: "Print CSV.")
  var csv = false
  @Option(help: "The state folder of `tamshy up` (default: this user's).")
  var stateDir: String?

  func validate() throws {
    _ = try wantedGroups()
    if json && csv { throw ValidationError("Choose one of --json and --csv.") }
  }

  func run() async throws {
    try await running {
      let question = ShortageQuestion(
        component: component, groups: try wantedGroups(), region: region, authority: .system)
      try await DatabaseInReach(stateDir: stateDir).use { registry in
        let report = try await registry.shortages(question, at: Date())
        if json {
          say(try Wire.text(report))
        } else if csv {
          FileHandle.standardOutput.write(Data(try ShortageTable(report).csv()))
        } else {
          say(ShortageTable(report).text)
        }
      }
    }
  }

  private func wantedGroups() throws -> [BloodGroup] {
    guard let groups else { return BloodGroup.allCases }
    return try groups.split(separator: ",").map { text in
      guard case .group(let group)? = BloodGroup.read(String(text)) else {
        throw ValidationError("\"\(text)\" is no blood group with its Rh factor.")
      }
      return group
    }
  }
}

extension Component: ExpressibleByArgument {}
