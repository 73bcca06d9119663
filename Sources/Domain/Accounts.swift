package import FoundationEssentials

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

extension Role {
  /// Whether the role may know why a donor was deferred: those who examine donors.
  package var readsDeferralReasons: Bool {
    switch self {
    case .driveStaff, .laboratory, .system: true
    case .hospital, .coordinator, .recruiter, .auditor, .admin: false
    }
  }

  /// Whether the role may know how to reach a donor: those who call and receive them.
  package var readsContacts: Bool {
    switch self {
    case .driveStaff, .recruiter, .system: true
    case .laboratory, .hospital, .coordinator, .auditor, .admin: false
    }
  }
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

/// Whether an account is somebody or something.
package enum AccountKind: String, Codable, Sendable, CaseIterable {
  /// One person, who signs in.
  case person
  /// A program, which sends a token.
  case machine
}

/// An account that may act, with what it may do.
package struct Account: Codable, Sendable, Hashable {
  package let id: ID<Account>
  package let kind: AccountKind
  /// The name by which a person signs in.
  @OrNull package var login: String?
  package let name: String
  /// How an issuer of OpenID Connect knows the person.
  @OrNull package var link: OpenIDSubject?
  package let createdAt: Date
  @OrNull package var disabledAt: Date?
  /// In the order in which operations ask them.
  package let grants: [Grant]

  /// Puts a record together.
  package init(
    id: ID<Account>, kind: AccountKind, login: String?, name: String,
    link: OpenIDSubject? = nil, createdAt: Date, disabledAt: Date? = nil, grants: [Grant]
  ) {
    self.id = id
    self.kind = kind
    _login = OrNull(wrappedValue: login)
    self.name = name
    _link = OrNull(wrappedValue: link)
    self.createdAt = createdAt
    _disabledAt = OrNull(wrappedValue: disabledAt)
    self.grants = grants
  }
}

/// One role in one scope that an account holds.
package struct Grant: Codable, Sendable, Hashable {
  package let id: ID<Grant>
  package let role: Role
  /// The site the grant is bound to; nil is the whole country.
  @OrNull package var siteId: ID<Site>?
  package let grantedAt: Date

  /// Puts a record together.
  package init(id: ID<Grant>, role: Role, siteId: ID<Site>?, grantedAt: Date) {
    self.id = id
    self.role = role
    _siteId = OrNull(wrappedValue: siteId)
    self.grantedAt = grantedAt
  }
}

/// Why an account is not made or changed.
package enum AccountRefusal: Refusal {
  case loginTaken
  case idTaken
  case disabled
  case alreadyGranted
  case ownAccount
  case machineHasNoPassword
  case machineHasNoLink
  case linkTaken
  /// Whoever vouches for the person would stand in for the second factor as well.
  case secondFactorInForce
  case sessionRequired

  /// The stable name of the rule.
  package var code: String {
    switch self {
    case .loginTaken: "login_taken"
    case .idTaken: "id_taken"
    case .disabled: "account_disabled"
    case .alreadyGranted: "already_granted"
    case .ownAccount: "own_account"
    case .machineHasNoPassword: "machine_has_no_password"
    case .machineHasNoLink: "machine_has_no_link"
    case .linkTaken: "link_taken"
    case .secondFactorInForce: "second_factor_in_force"
    case .sessionRequired: "session_required"
    }
  }
}

/// What is wrong with a grant that is asked for.
package enum GrantMistake: Hashable, Sendable {
  case hospitalNeedsSite
  case adminHasNoSite
  case roleNotGrantable

  /// Tells whether a role can be given in a scope.
  package static func of(_ role: Role, at site: ID<Site>?) -> GrantMistake? {
    switch role {
    case .hospital where site == nil: .hospitalNeedsSite
    case .admin where site != nil: .adminHasNoSite
    case .system: .roleNotGrantable
    default: nil
    }
  }

  /// The stable name of the mistake.
  package var code: String {
    switch self {
    case .hospitalNeedsSite: "hospital_needs_site"
    case .adminHasNoSite: "admin_has_no_site"
    case .roleNotGrantable: "role_not_grantable"
    }
  }
}
