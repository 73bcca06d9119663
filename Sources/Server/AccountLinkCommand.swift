import ArgumentParser
import Domain
import Foundation
import Store

/// `tamshy account link`.
struct AccountLinkCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "link",
    abstract: "Let a person sign in at an issuer of OpenID Connect, or no longer.",
    discussion: """
      The subject is the person's name at the issuer, as the page shows it to whoever has no
      account yet; never an address of e-mail. Removing it ends the person's sessions.

      Examples:
        tamshy account link --login aigul@example.kz --subject 8f7d3c52
        tamshy account link --login aigul@example.kz --subject 8f7d3c52 \\
          --issuer https://login.example.kz
        tamshy account link --login aigul@example.kz --remove
      """)

  @OptionGroup var person: PersonOptions
  @OptionGroup var outside: SubjectOptions
  @Flag(help: "Take the link away.")
  var remove = false

  func validate() throws {
    guard remove != (outside.subject != nil) else {
      throw ValidationError("Give either --subject or --remove.")
    }
  }

  func run() async throws {
    try await running {
      let link = try await outside.link()
      try await person.use { registry, account in
        guard let link else {
          _ = try await inWords { try await registry.unlink(.typed(account.id, at: Date())) }
          return
        }
        let change = AccountChange(account.id, link)
        _ = try await inWords { try await registry.link(.typed(change, at: Date())) }
      }
    }
  }
}

/// How an issuer knows somebody.
struct SubjectOptions: ParsableArguments {
  @Option(help: "The person's name at the issuer of OpenID Connect.")
  var subject: String?
  @Option(help: "The address of the issuer (default: oidc.issuer).")
  var issuer: String?

  /// Whom they name; nil if nobody.
  func link() async throws -> OpenIDSubject? {
    guard let subject else { return nil }
    var issuer = issuer
    if issuer == nil { issuer = try await Settings.load().text("oidc.issuer") }
    guard let issuer else {
      throw Failure.badData("Name the issuer by --issuer, or set oidc.issuer.")
    }
    guard OpenIDSubject.isUsable(issuer: issuer) else {
      throw Failure.badData("The issuer is an address with https, without query and fragment.")
    }
    guard OpenIDSubject.isUsable(subject: subject) else {
      throw Failure.badData("A subject has 1 to 255 characters of ASCII.")
    }
    return OpenIDSubject(issuer: issuer, subject: subject)
  }
}
