package import Domain
package import FoundationEssentials
import Postgres
import SQL

/// The issuer vouches for somebody to whom no account is linked.
package struct SubjectUnknown: Error, Sendable, Hashable {}

/// The account of whom the issuer vouches for is disabled.
package struct SubjectDisabled: Error, Sendable, Hashable {}

extension Registry {
  /// Lets an account sign in as somebody whom an issuer knows.
  ///
  /// Whoever is linked can act as this person, so the account is signed out everywhere, nobody
  /// links his own, and a second factor has to be removed before, which is written down.
  package func link(
    _ command: Command<AccountChange<OpenIDSubject>>
  ) async throws -> Answer {
    let (account, link) = (command.draft.account, command.draft.change)
    return try await store.perform(command) { db in
      guard account != command.actor.account else { throw AccountRefusal.ownAccount }
      try db.lock(account)
      let known = try db.account(account)
      guard known.kind == .person else { throw AccountRefusal.machineHasNoLink }
      if known.link != link {
        try db.requireFree(link, for: account)
        let hasFactor = try db.first(.hasSecondFactor, account, as: ID<Account>.self) != nil
        // At the command line somebody may do everything anyway.
        guard !hasFactor || command.actor == .commandLine else {
          throw AccountRefusal.secondFactorInForce
        }
        try db.run(.setLink, account, link.issuer, link.subject)
        try db.run(.endSessions, account, command.at, "link_changed")
        try db.note("account.linked", account.uuid, command, ["issuer": link.issuer])
      }
      return try Effect(account.uuid, db.account(account))
    }
  }

  /// Takes the link of an account away, and ends its sessions; where none is, nothing
  /// happens.
  package func unlink(_ command: Command<ID<Account>>) async throws -> Answer {
    let account = command.draft
    return try await store.perform(command) { db in
      try db.lock(account)
      if let link = try db.account(account).link {
        try db.run(.setLink, account, nil as String?, nil as String?)
        try db.run(.endSessions, account, command.at, "link_removed")
        try db.note("account.unlinked", account.uuid, command, ["issuer": link.issuer])
      }
      return try Effect(account.uuid, db.account(account))
    }
  }

  /// Starts a session for somebody whom an issuer vouches for.
  ///
  /// - Throws: ``SubjectUnknown`` or ``SubjectDisabled``; both are written down.
  package func signIn(
    as link: OpenIDSubject, instead previous: Token?, at now: Date
  ) async throws -> Token {
    let (known, disabled) = try await store.read(as: .system) { db in
      (
        try db.first(.accountWithLink, link.issuer, link.subject, as: ID<Account>.self),
        try db.first(.disabledWithLink, link.issuer, link.subject, as: ID<Account>.self)
      )
    }
    guard let known else {
      try await refuse(disabled, at: now)
      if disabled != nil { throw SubjectDisabled() }
      throw SubjectUnknown()
    }
    do {
      return try await start(known, by: .oidc, instead: previous, at: now) { db in
        guard
          try db.first(.accountWithLink, link.issuer, link.subject, as: ID<Account>.self) == known
        else { throw SignInRefused() }
      }
    } catch is SignInRefused {
      // Unlinked or disabled in this very moment.
      try await refuse(known, at: now)
      throw SubjectUnknown()
    }
  }
}

extension Transaction {
  /// Nobody else may sign in as this person.
  func requireFree(_ link: OpenIDSubject, for account: ID<Account>) throws {
    let holder = try first(.accountWithLink, link.issuer, link.subject, as: ID<Account>.self)
    guard holder == nil || holder == account else { throw AccountRefusal.linkTaken }
  }
}
