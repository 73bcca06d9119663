import ArgumentParser
import Domain
import Foundation
import Store

/// `tamshy account remove-second-factor`.
struct SecondFactorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove-second-factor",
    abstract: "Remove the second factor of somebody who lost it; the person's sessions end.",
    discussion: """
      For administrators above all: others are helped by an administrator. See that it is the
      person, as when the account was given.

      Example:
        tamshy account remove-second-factor --login aigul@example.kz
      """)

  @OptionGroup var person: PersonOptions

  func run() async throws {
    try await running {
      try await person.use { registry, account in
        _ = try await inWords {
          try await registry.removeSecondFactor(.typed(account.id, at: Date()))
        }
      }
    }
  }
}
