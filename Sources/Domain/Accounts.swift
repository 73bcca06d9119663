/// What a person or a machine may do.
package enum Role: String, Codable, Sendable, CaseIterable {
  /// Registers donors and logs donations at the drives of its site.
  case driveStaff = "drive_staff"
  /// Determines groups, tests, makes components, releases.
  case laboratory
  /// Asks for units and receives them, for one hospital.
  case hospital
  /// Plans drives, keeps stock, allocates, issues, reads shortages.
  case coordinator
  /// Calls donors.
  case recruiter
  /// Reads the audit.
  case auditor
  /// Adds sites, hosts, hospitals and accounts; sees no medical record.
  case admin
  /// The service's own clockwork; no account has it.
  case system
}

/// The scope within which records are visible; every transaction carries one.
package struct Authority: Hashable, Sendable, Codable {
  package let role: Role
  /// The site the account is bound to; nil works for the whole country.
  package let siteId: ID<Site>?
  package let siteKind: SiteKind?
  package let region: String?

  /// Binds a role to a place, or to none.
  package init(
    role: Role, siteId: ID<Site>? = nil, siteKind: SiteKind? = nil, region: String? = nil
  ) {
    self.role = role
    self.siteId = siteId
    self.siteKind = siteKind
    self.region = region
  }

  /// The service's own clockwork, which sees everything.
  package static let system = Authority(role: .system)
}

/// An account that may act.
package enum Account {}

/// Who acts, and with what authority.
package struct Actor: Hashable, Sendable {
  package let account: ID<Account>
  package let authority: Authority

  /// Names who acts.
  package init(account: ID<Account>, authority: Authority) {
    self.account = account
    self.authority = authority
  }
}
