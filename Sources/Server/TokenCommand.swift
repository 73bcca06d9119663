import ArgumentParser
import Domain
import Foundation
import Store

/// `tamshy token`: access for machines.
struct TokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Give machines access.",
    subcommands: [Create.self, List.self, Revoke.self])

  /// `tamshy token create`.
  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make an account of a machine with a token, and print the token alone.",
      discussion: """
        The token is shown once and kept only as a hash. It ends after a year unless
        --expires says otherwise.

        Roles: \(Role.grantable.map(\.rawValue).joined(separator: ", ")).
        Without --site the account works for the whole country; a hospital needs one.

        Examples:
          tamshy token create --role hospital --site 0198c1d2-…  --name "Hospital system"
          tamshy token create --role auditor --name "Nightly export" --expires 90
          tamshy token create --role recruiter --account 0198c1d2-…
        """)

    @Option(help: "What the token may do.")
    var role: Role
    @Option(help: "The id of the site it is bound to.")
    var site: String?
    @Option(help: "A name by which people know the machine.")
    var name: String?
    @Option(help: "The id of an account that exists, for one more token of it.")
    var account: String?
    @Option(help: "Days until it ends.")
    var expires = 365
    @Option(help: "The state folder of `tamshy up` (default: this user's).")
    var stateDir: String?

    func validate() throws {
      guard Role.grantable.contains(role) else {
        throw ValidationError("No account can have the role \(role.rawValue).")
      }
      let longest = AccountKind.machine.longestTokenDays
      guard (1...longest).contains(expires) else {
        throw ValidationError("--expires takes days, from 1 to \(longest).")
      }
      _ = try site.map { try identity($0, "--site") as ID<Site> }
      _ = try account.map { try identity($0, "--account") as ID<Account> }
    }

    func run() async throws {
      try await running {
        try await DatabaseInReach(stateDir: stateDir).use { registry in
          let draft = TokenDraft(
            role: role, site: site.flatMap { ID($0) }, name: name ?? role.rawValue,
            account: account.flatMap { ID($0) } ?? .new(at: Date()),
            lifetime: Double(expires) * 86_400)
          say(try await inWords { try await registry.createToken(draft, at: Date()).text })
        }
      }
    }
  }

  /// `tamshy token list`.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the tokens, never their text.",
      discussion: """
        Examples:
          tamshy token list
          tamshy token list --account 0198c1d2-… --json
        """)

    @Option(help: "Only those of the account with this id.")
    var account: String?
    @Flag(help: "Print JSON, one record a line.")
    var json = false
    @Option(help: "The state folder of `tamshy up` (default: this user's).")
    var stateDir: String?

    func validate() throws { _ = try account.map { try identity($0, "--account") as ID<Account> } }

    func run() async throws {
      try await running {
        try await DatabaseInReach(stateDir: stateDir).use { registry in
          let owner: ID<Account>? = account.flatMap { ID($0) }
          try await eachPage({ try await registry.tokens(of: owner, page: $0, for: .commandLine) })
          {
            (token: AccessToken) in
            say(try json ? Wire.text(token) : Self.line(token))
            return token.id
          }
        }
      }
    }

    private static func line(_ token: AccessToken) -> String {
      let state =
        token.revokedAt.map { "revoked \(Instant.format($0))" }
        ?? (token.expiresAt < Date() ? "expired " : "until ") + Instant.format(token.expiresAt)
      let use = token.lastUsedAt.map { "last used \(Instant.format($0))" } ?? "never used"
      return [token.id.description, token.role.rawValue, token.name, state, use]
        .joined(separator: "  ")
    }
  }

  /// `tamshy token revoke`.
  struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "End a token; servers notice within five seconds.",
      discussion: """
        Example:
          tamshy token revoke 0198c1d2-…
        """)

    @Argument(help: "The id that `tamshy token list` shows.")
    var token: String
    @Option(help: "The state folder of `tamshy up` (default: this user's).")
    var stateDir: String?

    func validate() throws { _ = try identity(token, "TOKEN") as ID<AccessToken> }

    func run() async throws {
      try await running {
        let id: ID<AccessToken> = try identity(token, "TOKEN")
        try await DatabaseInReach(stateDir: stateDir).use { registry in
          _ = try await inWords { try await registry.revokeToken(.typed(id, at: Date())) }
          complain("The token is revoked.")
        }
      }
    }
  }
}
