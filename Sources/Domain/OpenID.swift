package import FoundationEssentials

/// How an issuer of OpenID Connect knows somebody.
///
/// Never by e-mail, which people change and issuers give to the next one.
package struct OpenIDSubject: Codable, Sendable, Hashable {
  /// The address of the issuer, letter by letter as its tokens name it.
  package let issuer: String
  /// The person's name there, which nobody else ever gets.
  package let subject: String

  /// Names somebody.
  package init(issuer: String, subject: String) {
    self.issuer = issuer
    self.subject = subject
  }

  /// Whether a text can be a person's name at an issuer: up to 255 characters of ASCII.
  package static func isUsable(subject text: String) -> Bool {
    (1...255).contains(text.utf8.count) && text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
      && text.first != " " && text.last != " "
  }

  /// Whether a text can be the address of an issuer: https, and no more than host and path.
  package static func isUsable(issuer text: String) -> Bool {
    guard isSafe(address: text), let parts = URLComponents(string: text) else { return false }
    return parts.query == nil && parts.fragment == nil
  }

  /// Whether secrets may go to an address: over https, or within this machine.
  package static func isSafe(address text: String) -> Bool {
    guard text.utf8.count <= 2000, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
      let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty,
      parts.user == nil, parts.password == nil
    else { return false }
    return parts.scheme == "https" || (parts.scheme == "http" && isHere(host))
  }

  /// Whether an issuer may name an address: one within this machine only if it is here itself,
  /// or a document from far away would send secrets to whatever listens here.
  package static func isSafe(address text: String, of issuer: String) -> Bool {
    guard isSafe(address: text) else { return false }
    let hosts = [text, issuer].map { URLComponents(string: $0)?.host ?? "" }
    return !isHere(hosts[0]) || isHere(hosts[1])
  }

  private static func isHere(_ host: String) -> Bool {
    ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host)
  }
}

/// What an issuer says of somebody who signed in there: the claims of an ID token.
package struct OpenIDClaims: Sendable, Hashable {
  package var issuer: String
  package var audiences: [String]
  /// For whom the token was made, where several may read it.
  package var authorizedParty: String?
  package var subject: String
  package var issuedAt: Date
  package var expiresAt: Date
  package var notBefore: Date?
  package var nonce: String?
  /// When the person proved himself to the issuer.
  package var authenticatedAt: Date?

  /// Collects the claims.
  package init(
    issuer: String, audiences: [String], authorizedParty: String? = nil, subject: String,
    issuedAt: Date, expiresAt: Date, notBefore: Date? = nil, nonce: String?,
    authenticatedAt: Date? = nil
  ) {
    self.issuer = issuer
    self.audiences = audiences
    self.authorizedParty = authorizedParty
    self.subject = subject
    self.issuedAt = issuedAt
    self.expiresAt = expiresAt
    self.notBefore = notBefore
    self.nonce = nonce
    self.authenticatedAt = authenticatedAt
  }

  /// How far the clocks of two machines may be apart.
  package static let leeway: TimeInterval = 60
  /// A token is made for the sign-in that asks for it; an older one comes from elsewhere.
  package static let oldest: TimeInterval = 600

  /// Who it is, if the claims are about this sign-in.
  ///
  /// `maxAge` is how long ago the person may have proved himself there, if that was asked.
  ///
  /// - Throws: The first claim that does not fit.
  package func subject(
    from issuer: String, for client: String, nonce: String, maxAge: TimeInterval? = nil,
    at now: Date
  ) throws(OpenIDMistake) -> OpenIDSubject {
    guard self.issuer == issuer else { throw .wrongIssuer }
    guard audiences.contains(client) else { throw .wrongAudience }
    guard authorizedParty == client || (authorizedParty == nil && audiences.count == 1) else {
      throw .wrongParty
    }
    guard expiresAt + Self.leeway > now else { throw .expired }
    guard issuedAt - Self.leeway <= now else { throw .ofTomorrow }
    guard issuedAt + Self.oldest + Self.leeway >= now else { throw .tooOld }
    if let notBefore, notBefore - Self.leeway > now { throw .ofTomorrow }
    guard self.nonce == nonce else { throw .wrongNonce }
    if let maxAge {
      guard let authenticatedAt else { throw .withoutSignIn }
      guard authenticatedAt - Self.leeway <= now else { throw .ofTomorrow }
      guard authenticatedAt + maxAge + Self.leeway >= now else { throw .signedInTooLongAgo }
    }
    guard OpenIDSubject.isUsable(subject: subject) else { throw .subjectUnusable }
    return OpenIDSubject(issuer: issuer, subject: subject)
  }
}

/// Why an ID token proves nothing; told to operators, not to whoever brought it.
package enum OpenIDMistake: String, Error, Sendable, Hashable, CaseIterable {
  // Of its form and signature.
  case malformed
  case algorithmRefused = "algorithm_refused"
  case keyUnknown = "key_unknown"
  case signatureWrong = "signature_wrong"
  // Of its claims.
  case wrongIssuer = "wrong_issuer"
  case wrongAudience = "wrong_audience"
  case wrongParty = "wrong_party"
  case expired
  case ofTomorrow = "of_tomorrow"
  case tooOld = "too_old"
  case wrongNonce = "wrong_nonce"
  case withoutSignIn = "auth_time_missing"
  case signedInTooLongAgo = "auth_time_too_old"
  case subjectUnusable = "subject_unusable"
}
