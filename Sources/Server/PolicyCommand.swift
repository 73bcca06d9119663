import App
import ArgumentParser
import Domain
import Foundation

/// `tamshy policy`: the rules as files.
struct PolicyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "Check the rules, and confirm them against the law.",
    subcommands: [PolicyCheck.self, PolicyConfirm.self])
}

/// `tamshy policy check`.
struct PolicyCheck: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Name every mistake of a policy with its line and column.",
    discussion: """
      A sound policy is summed up on standard output; mistakes go to standard error,
      FILE:LINE:COLUMN each, and the exit code is 65.

      Examples:
        tamshy policy check rules.yaml
        tamshy policy check kz --values
        tamshy policy check kz --confirmations confirmations.yaml --json
      """)

  @Argument(help: "A file, or a shipped policy: kz, eu, uk, us or who.")
  var file: String
  @Option(help: "The file of `tamshy policy confirm`.")
  var confirmations: String?
  @Flag(help: "Print every value with its place, its status and its source.")
  var values = false
  @Flag(help: "Print JSON.")
  var json = false

  func run() async throws {
    try await running {
      let document = try readPolicy(file, confirmedIn: confirmations)
      for confirmation in document.outdated {
        complain("\(confirmation.value): changed since \(confirmation.confirmedBy) confirmed it.")
      }
      if json {
        say(try Wire.text(Summary(document)))
      } else {
        say(Summary(document).sentence)
        for entry in document.entries where values {
          say("\(entry.value)\t\(entry.words)\t\(entry.says)\t\(entry.source)")
        }
      }
    }
  }

  private struct Summary: Encodable {
    let code: String
    let version: Int
    let confirmed: Int
    let draft: Int
    let values: [PolicyEntry]

    init(_ document: PolicyDocument) {
      code = document.policy.code
      version = document.policy.version
      values = document.entries
      confirmed = values.count { $0.legalStatus == .confirmed }
      draft = values.count - confirmed
    }

    var sentence: String {
      "\(code) \(version) is sound: \(values.count) values, \(confirmed) confirmed, \(draft) draft."
    }
  }
}

extension PolicyEntry {
  /// Its status as people read it.
  fileprivate var words: String {
    legalStatus == .draft ? "draft, legal text not confirmed" : "confirmed"
  }
}

/// `tamshy policy confirm`.
struct PolicyConfirm: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "confirm", abstract: "Record that a value stands in the law as it stands here.",
    discussion: """
      The confirmation holds for this version and this value only. Name its file in the
      setting `confirmations`, and the service shows the value as confirmed.
      `tamshy policy check kz --values` lists the places of all values.

      Example:
        tamshy policy confirm kz "intervals[0]" --by "A. Ospanova" \\
          --citation "KR DSM-113/2020, annex 1, item 4" --confirmations confirmations.yaml
      """)

  @Argument(help: "A file, or a shipped policy: kz, eu, uk, us or who.")
  var file: String
  @Argument(help: "The place of the value: ages[0], demand_days.")
  var value: String
  @Option(help: "Where it stands in the law: act, article, address.")
  var citation: String
  @Option(help: "The person who compared the two texts.")
  var by: String
  @Option(help: "The file to add it to; made if it is not there.")
  var confirmations: String

  func validate() throws {
    for (name, text) in [("--citation", citation), ("--by", by)]
    where text.allSatisfy(\.isWhitespace) {
      throw ValidationError("\(name) must not be empty.")
    }
  }

  func run() async throws {
    try await running {
      let document = try readPolicy(file, confirmedIn: confirmations)
      guard let entry = document.entries.first(where: { $0.value == value }) else {
        throw Failure.badData(
          "\(file) has no value \(value); `tamshy policy check \(file) --values` lists them.")
      }
      var table = try ConfirmationFile(path: confirmations)
      try table.add(
        Confirmation(
          policy: document.policy.identity, value: entry.value, says: entry.says,
          citation: citation, confirmedBy: by, on: Day(Date(), in: .current)),
        to: confirmations)
      say("\(entry.value)\t\(entry.says)\t\(citation)")
    }
  }
}
