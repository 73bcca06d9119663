package import Store

/// How the service stands in its network and what it allows.
package struct ServiceOptions: Sendable {
  /// Whether this process speaks TLS itself.
  package var speaksTLS = false
  /// Whose word about clients is taken.
  package var proxies = TrustedProxies()
  /// How much callers may ask for.
  package var rates = Rates()
  /// The issuer at which people may sign in; nil where there is none.
  package var openID: OpenIDSettings?
  /// Whether every request is logged.
  package var logsRequests = false
  /// What new passwords are compared with; the shipped lists alone unless told.
  package var passwordCheck: PasswordCheck?
  /// Whether who signs in with a password needs a second factor for anything but to make one.
  package var demandsSecondFactor = false
  /// What must hold beside the database for requests to be sent here, such as free disk.
  package var readiness: @Sendable () async -> [Readiness.Check] = { [] }

  /// The defaults.
  package init() {}
}
