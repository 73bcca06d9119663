import ArgumentParser
import Domain
import Foundation
import Postgres
import Store

/// `tamshy token`: access for people and machines.
struct TokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Give access.", subcommands: [Create.self])

  /// `tamshy token create`.
  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make an account with a token, and print the token alone.",
      discussion: """
        The token is shown once and kept only as a hash.

        Roles: \(Role.grantable.map(\.rawValue).joined(separator: ", ")).
        Without --site the account works for the whole country; a hospital needs one.

        Examples:
          tamshy token create --role admin --name "Registry office"
          tamshy token create --role hospital --site 0198c1d2-…  --state-dir /srv/tamshy
        """)

    @Option(help: "What the account may do.")
    var role: Role
    @Option(help: "The id of the site the account is bound to.")
    var site: String?
    @Option(help: "A name by which people know the account.")
    var name: String?
    @Option(help: "The state folder of `tamshy up` (default: this user's).")
    var stateDir: String?

    func validate() throws {
      guard Role.grantable.contains(role) else {
        throw ValidationError("No account can have the role \(role.rawValue).")
      }
      if let site, ID<Site>(site) == nil {
        throw ValidationError("--site takes the id of a site, a UUID.")
      }
    }

    func run() async throws {
      try await running {
        try await DatabaseInReach(stateDir: stateDir).use { registry in
          let draft = TokenDraft(
            role: role, site: site.flatMap { ID($0) }, name: name ?? role.rawValue,
            account: .new(at: Date()))
          do {
            say(try await registry.createToken(draft, at: Date()).text)
          } catch TokenRefusal.siteUnknown {
            throw Failure.badData("There is no site \(site ?? "").")
          } catch TokenRefusal.hospitalNeedsSite {
            throw Failure.badData("A hospital's token needs --site, the site_id of the hospital.")
          }
        }
      }
    }
  }
}

extension Role: ExpressibleByArgument {
  /// The roles an account can have.
  static let grantable = Role.allCases.filter { $0 != .system }
}

/// The database that a command works on: the one of a state folder, or the one that
/// TAMSHY_DATABASE_URL names.
struct DatabaseInReach: Sendable {
  let stateDir: String?

  /// Lends a registry over it; a private server that was not running is stopped again.
  func use(_ body: @Sendable (Registry) async throws -> Void) async throws {
    let settings = try await Settings.load()
    let policy = try loadPolicy(settings.policy)
    if stateDir == nil, let uri = settings.databaseURL {
      try await lend(Database(service(on: uri)), policy, body)
    } else {
      let state = StateFolder(stateDir ?? settings.stateFolder)
      let database = Database(try await state.start())
      do {
        try await lend(database, policy, body)
      } catch {
        await state.cluster.stop()
        throw error
      }
      await state.cluster.stop()
    }
  }

  private func lend(
    _ database: Database, _ policy: Policy, _ body: @Sendable (Registry) async throws -> Void
  ) async throws {
    do {
      try await body(Registry(database: database, policy: policy))
    } catch {
      await database.shutdown()
      throw error
    }
    await database.shutdown()
  }
}
