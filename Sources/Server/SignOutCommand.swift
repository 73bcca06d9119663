import ArgumentParser
import Domain
import Foundation
import Store

/// `tamshy account sign-out`.
struct SignOutCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sign-out", abstract: "End the sessions of a person, or of everybody.",
    discussion: """
      Accounts and tokens stay as they are; whoever works signs in again. Servers notice within
      five seconds.

      Examples:
        tamshy account sign-out --login aigul@example.kz
        tamshy account sign-out --everybody
      """)

  @Option(help: "The name with which the person signs in.")
  var login: String?
  @Flag(help: "End every session there is.")
  var everybody = false
  @Option(help: "The state folder of `tamshy up` (default: this user's).")
  var stateDir: String?

  func validate() throws {
    guard (login != nil) != everybody else {
      throw ValidationError("Name one person with --login, or say --everybody.")
    }
  }

  func run() async throws {
    try await running {
      let name = login.map(LoginName.init)
      try await DatabaseInReach(stateDir: stateDir).use { registry in
        let accounts = try await Self.accounts(of: name, in: registry)
        if accounts.isEmpty { throw Failure.badData("Nobody signs in with this name.") }
        for account in accounts {
          _ = try await inWords { try await registry.revokeSessions(.typed(account, at: Date())) }
        }
      }
    }
  }

  private static func accounts(
    of name: LoginName?, in registry: Registry
  ) async throws -> [ID<Account>] {
    var found: [ID<Account>] = []
    try await eachPage({ try await registry.accounts(login: name, page: $0) }) { account in
      if account.disabledAt == nil && account.kind == .person { found.append(account.id) }
      return account.id
    }
    return found
  }
}
