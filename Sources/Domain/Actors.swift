/// How somebody came in.
package enum Entrance: Sendable, Hashable, CaseIterable {
  /// By a token or at the command line, which proves nobody's presence.
  case token
  /// By signing in.
  case session
  /// By signing in without the second factor that the house demands: the way to one is open,
  /// and what belongs to the own account.
  case unfinishedSession
}

/// Who acts, and with what authority.
package struct Actor: Hashable, Sendable {
  package let account: ID<Account>
  package let kind: AccountKind
  package let authority: Authority
  package let entrance: Entrance

  /// Names who acts.
  package init(
    account: ID<Account>, kind: AccountKind = .person, authority: Authority,
    entrance: Entrance = .token
  ) {
    self.account = account
    self.kind = kind
    self.authority = authority
    self.entrance = entrance
  }

  /// Whether this is a second person beside the account that acted before.
  ///
  /// A machine is nobody's second pair of eyes.
  package func isAnotherPerson(than account: ID<Account>) -> Bool {
    kind == .person && self.account != account
  }

  /// Whether a person is here who signs: a token can be anybody's who holds it.
  package var isPresent: Bool { kind == .person && entrance == .session }

  /// Whether the accounts, sessions and tokens of others are this actor's business.
  package var isAdministrator: Bool {
    [.admin, .system].contains(authority.role) && entrance != .unfinishedSession
  }

  /// Whether the sessions and tokens of an account are this actor's business.
  package func administers(_ account: ID<Account>) -> Bool {
    isAdministrator || self.account == account
  }
}
