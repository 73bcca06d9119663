import App
import ArgumentParser
import Domain
import Foundation
import Store

/// `tamshy export`: the registry as files that `tamshy import` reads.
struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write donors, donations or deferrals to a CSV file.",
    discussion: """
      The columns are those that `tamshy import` reads. An export of donors holds names,
      identity numbers and telephones in clear: the file is made for its owner alone
      (mode 0600), and the audit tells that it was made. Donors whose identity was deleted
      are not in it. Cells are what was entered; before a spreadsheet opens the file, take
      its columns for text, lest one that begins with = or + be a formula.

      Examples:
        tamshy export donors --output donors.csv
        tamshy export deferrals > deferrals.csv
        tamshy export donations --semicolons --state-dir /var/lib/tamshy
      """)

  @Argument(help: "donors, donations or deferrals.")
  var kind: ImportKind
  @Option(help: "The file to write (default: standard output).")
  var output: String?
  @Flag(help: "Separate the columns by semicolons, and begin with a byte order mark.")
  var semicolons = false
  @Option(help: "The state folder of `tamshy up` (default: this user's).")
  var stateDir: String?

  func run() async throws {
    try await running {
      try await DatabaseInReach(stateDir: stateDir).use(withKeys: true) { registry in
        let run = ExportRun(
          registry, kind, by: .commandLine, separator: semicolons ? ";" : ",")
        guard let output else {
          let count = try await write(run, to: .standardOutput)
          return complain("\(count) rows.")
        }
        // Under another name until it is whole.
        let draft = output + ".part"
        guard
          FileManager.default.createFile(
            atPath: draft, contents: nil, attributes: [.posixPermissions: 0o600]),
          let handle = FileHandle(forWritingAtPath: draft)
        else { throw Failure.unavailable("\(draft) cannot be written.") }
        let count = try await write(run, to: handle)
        try handle.close()
        guard rename(draft, output) == 0 else {
          throw Failure.unavailable("\(output) cannot be written.")
        }
        complain("\(count) rows in \(output).")
      }
    }
  }

  private func write(_ run: ExportRun, to handle: FileHandle) async throws -> Int {
    if semicolons { try handle.write(contentsOf: Data("\u{FEFF}".utf8)) }
    return try await run.write { try handle.write(contentsOf: Data($0)) }
  }
}
