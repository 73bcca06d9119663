import App
import ArgumentParser
import Domain
import Foundation
import Store

/// `tamshy account`: people who sign in, and what they may do.
struct AccountCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "account", abstract: "Say who may sign in.",
    subcommands: [
      Create.self, List.self, GrantCommand.self, SetPassword.self, AccountLinkCommand.self,
      SignOutCommand.self, SecondFactorCommand.self, Disable.self,
    ])

  /// `tamshy account create`.
  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a person's account, and print its id.",
      discussion: """
        The password is asked for at the terminal, or read from --password-file, or from
        standard input; it is never an argument. It has 12 characters at least. Whoever signs
        in at an issuer of OpenID Connect needs none.

        Examples:
          tamshy account create --login aigul@example.kz --name "Aigul S." --role admin
          tamshy account create --login desk7 --name "Desk 7" --role drive_staff \\
            --site 0198c1d2-… --password-file /run/secrets/desk7 --initial
          tamshy account create --login dana@example.kz --name "Dana K." --role hospital \\
            --site 0198c1d2-… --subject 8f7d3c52 --issuer https://login.example.kz
        """)

    @Option(help: "The name to sign in with, such as an address of e-mail.")
    var login: String
    @Option(help: "The name that colleagues see.")
    var name: String
    @Option(help: "What the person may do.")
    var role: Role
    @Option(help: "The id of the site to which that is bound.")
    var site: String?
    @OptionGroup var source: PasswordSource
    @OptionGroup var initial: InitialOption
    @OptionGroup var outside: SubjectOptions
    @Option(help: "The state folder of `tamshy up` (default: this user's).")
    var stateDir: String?

    func validate() throws {
      guard LoginName(login).isUsable else {
        throw ValidationError(
          "--login takes 3 to 200 letters, digits or . @ _ - +, without blanks.")
      }
      _ = try site.map { try identity($0, "--site") as ID<Site> }
    }

    func run() async throws {
      try await running {
        let name = LoginName(login)
        let link = try await outside.link()
        let password =
          link != nil && source.passwordFile == nil
          ? nil : try await source.read(for: name, of: self.name)
        let draft = AccountDraft(
          id: .new(at: Date()), kind: .person, login: name, name: self.name, password: password,
          passwordExpiresAt: initial.isInitial ? Date() + InitialPassword.lifetime : nil,
          link: link, grants: [GrantDraft(role: role, site: site.flatMap { ID($0) })])
        try await DatabaseInReach(stateDir: stateDir).use { registry in
          _ = try await inWords { try await registry.create(.typed(draft, at: Date())) }
          say(draft.id.description)
        }
      }
    }
  }

  /// `tamshy account list`.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the accounts and their grants.",
      discussion: """
        Examples:
          tamshy account list
          tamshy account list --json
        """)

    @Flag(help: "Print JSON, one record a line.")
    var json = false
    @Option(help: "The state folder of `tamshy up` (default: this user's).")
    var stateDir: String?

    func run() async throws {
      try await running {
        try await DatabaseInReach(stateDir: stateDir).use { registry in
          try await eachPage({ try await registry.accounts(page: $0) }) { (account: Account) in
            say(try json ? Wire.text(account) : Self.line(account))
            return account.id
          }
        }
      }
    }

    private static func line(_ account: Account) -> String {
      let grants = account.grants.map { grant in
        grant.role.rawValue + (grant.siteId.map { "@\($0)" } ?? "")
      }
      return [
        account.id.description, account.kind.rawValue, account.login ?? "-", account.name,
        account.disabledAt == nil ? grants.joined(separator: ",") : "disabled",
      ].joined(separator: "  ")
    }
  }

  /// `tamshy account grant`.
  struct GrantCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "grant", abstract: "Give an account one more role, or take one back.",
      discussion: """
        Examples:
          tamshy account grant --login aigul@example.kz --role coordinator
          tamshy account grant --login aigul@example.kz --role coordinator --revoke
        """)

    @OptionGroup var person: PersonOptions
    @Option(help: "The role.")
    var role: Role
    @Option(help: "The id of the site to which it is bound.")
    var site: String?
    @Flag(help: "Take it back; the person's sessions end.")
    var revoke = false

    func validate() throws { _ = try site.map { try identity($0, "--site") as ID<Site> } }

    func run() async throws {
      try await running {
        let (asked, revokes) = (GrantDraft(role: role, site: site.flatMap { ID($0) }), revoke)
        try await person.use { registry, account in
          guard revokes else {
            let change = AccountChange(account.id, asked)
            _ = try await inWords { try await registry.give(.typed(change, at: Date())) }
            return
          }
          guard
            let held = account.grants.first(where: {
              $0.role == asked.role && $0.siteId == asked.site
            })
          else { throw Failure.badData("The account does not hold this grant.") }
          _ = try await inWords { try await registry.revokeGrant(.typed(held.id, at: Date())) }
        }
      }
    }
  }

  /// `tamshy account password`.
  struct SetPassword: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "password", abstract: "Set a new password; the person's sessions end.",
      discussion: """
        Examples:
          tamshy account password --login aigul@example.kz
          tamshy account password --login desk7 --password-file /run/secrets/desk7 --initial
        """)

    @OptionGroup var person: PersonOptions
    @OptionGroup var source: PasswordSource
    @OptionGroup var initial: InitialOption

    func run() async throws {
      try await running {
        try await person.use { [source, person, initial] registry, account in
          let password = try await source.read(for: LoginName(person.login), of: account.name)
          let change = AccountChange(account.id, password)
          _ = try await inWords {
            try await registry.setPassword(
              .typed(change, at: Date()), isInitial: initial.isInitial)
          }
        }
      }
    }
  }

  /// `tamshy account disable`.
  struct Disable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shut an account out for good; servers notice within five seconds.",
      discussion: """
        Example:
          tamshy account disable --login aigul@example.kz
        """)

    @OptionGroup var person: PersonOptions

    func run() async throws {
      try await running {
        try await person.use { registry, account in
          _ = try await inWords { try await registry.disable(.typed(account.id, at: Date())) }
        }
      }
    }
  }
}

/// Whether somebody else than its owner knows the password.
struct InitialOption: ParsableArguments {
  @Flag(
    name: .customLong("initial"),
    help: "The password is good once, within a day, to choose another at the first sign-in.")
  var isInitial = false
}

/// Whose account it is about.
struct PersonOptions: ParsableArguments {
  @Option(help: "The name with which the person signs in.")
  var login: String
  @Option(help: "The state folder of `tamshy up` (default: this user's).")
  var stateDir: String?

  /// Lends the registry and the account that signs in with this name now.
  func use(_ body: @Sendable (Registry, Account) async throws -> Void) async throws {
    try await DatabaseInReach(stateDir: stateDir).use { registry in
      let found = try await registry.accounts(login: LoginName(login), page: Page(limit: 100))
      guard let account = found.last(where: { $0.disabledAt == nil }) else {
        throw Failure.badData("Nobody signs in with the name \(login).")
      }
      try await body(registry, account)
    }
  }
}
