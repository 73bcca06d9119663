import App
import ArgumentParser
import Domain
import Foundation
import Store

extension ImportKind: ExpressibleByArgument {}

/// `tamshy import`: what other systems kept.
struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Read donors, donations or deferrals from a CSV file.",
    discussion: """
      The file is UTF-8, separated by commas, semicolons or tabs; its first row names the
      columns, which docs/IMPORTS.md describes. Dates are 2026-11-21 or 21.11.2026.

      Rows that cannot be taken are listed in a file of rejects with row, column and reason,
      and so are doubts about rows that were taken. Rows whose record is there already are
      left alone: reading a file twice changes nothing more. Killed, the same command goes
      on where it was.

      Exit codes: 0 every row was taken or was there, 65 some were refused or the file is
      none, 69 unavailable, 75 try again.

      Examples:
        tamshy import donors donors.csv --dry-run
        tamshy import donors donors.csv --rejects rejects.csv --language ru
        tamshy import deferrals deferrals.csv --state-dir /var/lib/tamshy
        tamshy import donations donations.csv --quiet
      """)

  @Argument(help: "donors, donations or deferrals.")
  var kind: ImportKind
  @Argument(help: "The file.", completion: .file(extensions: ["csv"]))
  var file: String
  @Flag(help: "Only tell what would become of the rows; nothing is changed.")
  var dryRun = false
  @Option(help: "Where to list what was refused (default: FILE.rejects.csv).")
  var rejects: String?
  @Option(help: "The language of the reasons: kk, ru or en.")
  var language = "en"
  @Flag(help: "Tell no progress.")
  var quiet = false
  @Flag(help: "Print the counts as JSON.")
  var json = false
  @Option(help: "The state folder of `tamshy up` (default: this user's).")
  var stateDir: String?

  func validate() throws {
    guard ImportWords.languages.contains(language) else {
      throw ValidationError(
        "--language is one of \(ImportWords.languages.joined(separator: ", ")).")
    }
    let rejected = URL(filePath: rejectsPath).standardizedFileURL.path()
    guard rejected != URL(filePath: file).standardizedFileURL.path() else {
      throw ValidationError("--rejects would overwrite the file itself.")
    }
  }

  private var rejectsPath: String { rejects ?? file + ".rejects.csv" }

  func run() async throws {
    try await running {
      let words = try ImportWords(language)
      try await DatabaseInReach(stateDir: stateDir).use(withKeys: true) { registry in
        let list = RejectsFile(path: rejectsPath, words: words)
        let result = try await read(registry, list)
        try list.close()
        try report(result, list)
      }
    }
  }

  private func read(_ registry: Registry, _ list: RejectsFile) async throws -> Import {
    let run = ImportRun(registry, kind, by: .commandLine, isDry: dryRun)
    let pace = Pace(isQuiet: quiet)
    do {
      let result = try await run.read(file, progress: pace.show, found: list.add)
      pace.end()
      return result
    } catch let mistake as ImportMistake {
      pace.end()
      let sentences = try mistake.sentences(in: language)
      throw Failure.badData("\(file): \(sentences.joined(separator: "\n  "))")
    } catch is ImportMoved {
      throw Failure.tryAgain("Another process is importing this file.")
    }
  }

  private func report(_ result: Import, _ list: RejectsFile) throws {
    if json {
      say(try Wire.text(Counts(result, isDry: dryRun)))
    } else {
      let verb = dryRun ? "would be taken" : "taken"
      say(
        "\(result.taken) rows \(verb), \(result.known) were there, \(result.refused) refused, "
          + "\(result.warned) taken with a doubt.")
    }
    guard list.lines > 0 else { return }
    complain("Rows and reasons: \(list.path)")
    guard result.refused == 0 else {
      throw Failure.badData("\(result.refused) rows were refused.")
    }
  }
}

/// What became of the rows, for programs.
private struct Counts: Encodable {
  let kind: ImportKind
  let dryRun: Bool
  let taken: Int
  let known: Int
  let refused: Int
  let warned: Int

  init(_ result: Import, isDry: Bool) {
    kind = result.kind
    dryRun = isDry
    taken = result.taken
    known = result.known
    refused = result.refused
    warned = result.warned
  }
}
