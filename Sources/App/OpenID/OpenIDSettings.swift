import Domain
package import Foundation

/// The issuer at which people may sign in, and how this service is known there.
package struct OpenIDSettings: Sendable, Redacted {
  /// The issuer's address, letter by letter as its tokens name it.
  package let issuer: String
  let clientID: String
  let clientSecret: String
  /// Where the issuer sends people back to; found from the request unless told.
  let redirectURL: String?
  /// How tokens may be signed, and no other way.
  let algorithms: [SignatureAlgorithm]
  /// What stands on the button; a sentence of the reader's language unless told.
  let name: String?
  /// How many seconds ago a person may have proved himself at the issuer; 0 asks for nothing.
  let maxAgeSeconds: Int
  /// How long one answer of the issuer may take.
  package var patience: Duration = .seconds(5)
  /// How long its documents are believed without asking again.
  package var memory: TimeInterval = 3600
  /// How long to wait before asking again for a key that nobody knows: whoever makes
  /// such keys up must not make this service ask without end.
  package var pause: TimeInterval = 30

  package var description: String { "issuer \(issuer)" }

  /// Collects the settings.
  ///
  /// - Throws: ``Mistake`` for what cannot be meant.
  package init(
    issuer: String, clientID: String, clientSecret: String, redirectURL: String? = nil,
    algorithms: [String] = ["RS256", "ES256"], name: String? = nil, maxAgeSeconds: Int = 900
  ) throws(Mistake) {
    guard OpenIDSubject.isUsable(issuer: issuer) else { throw .issuer }
    guard !clientID.isEmpty, !clientSecret.isEmpty else { throw .client }
    if let redirectURL {
      guard OpenIDSubject.isSafe(address: redirectURL), redirectURL.hasSuffix(Self.way) else {
        throw .redirectURL
      }
    }
    guard (0...86_400).contains(maxAgeSeconds) else { throw .maxAge }
    let known = algorithms.compactMap(SignatureAlgorithm.init)
    guard !known.isEmpty, known.count == algorithms.count else { throw .algorithms }
    self.issuer = issuer
    self.clientID = clientID
    self.clientSecret = clientSecret
    self.redirectURL = redirectURL
    self.algorithms = known
    self.name = name
    self.maxAgeSeconds = maxAgeSeconds
  }

  /// What is asked of the issuer, if anything is.
  var maxAge: TimeInterval? { maxAgeSeconds == 0 ? nil : Double(maxAgeSeconds) }

  /// The path to which the issuer sends people back.
  package static let way = "/sign-in/oidc/callback"

  /// What is wrong with the settings.
  package enum Mistake: Error, Hashable {
    case issuer
    case client
    case redirectURL
    case algorithms
    case maxAge
  }
}

/// How an issuer may sign: with a key of its own that only it has.
///
/// `none` and the HS family, whose keys everybody could know, are not among them.
enum SignatureAlgorithm: String, Sendable, CaseIterable {
  case rs256 = "RS256"
  case rs384 = "RS384"
  case rs512 = "RS512"
  case ps256 = "PS256"
  case ps384 = "PS384"
  case ps512 = "PS512"
  case es256 = "ES256"
  case es384 = "ES384"
  case es512 = "ES512"
  case edDSA = "EdDSA"
}

extension OpenIDSettings.Mistake {
  /// What to do about it.
  package var advice: String {
    switch self {
    case .issuer: "oidc.issuer takes an address with https, without query and fragment."
    case .client: "OpenID Connect needs oidc.client_id and oidc.client_secret_file."
    case .redirectURL:
      "oidc.redirect_url takes an address with https that ends in \(OpenIDSettings.way)."
    case .algorithms:
      "oidc.algorithms takes names such as RS256, ES256; neither none nor HS256."
    case .maxAge: "oidc.max_age takes seconds, from 1 to 86400, or 0 to ask for none."
    }
  }
}
