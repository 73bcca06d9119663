import Domain
import HTTPTypes

/// Why somebody could not sign in through the issuer.
struct OpenIDFailure: Error, Hashable {
  let kind: Kind
  /// For the operator: never a token, a code or a name.
  let why: String

  enum Kind: Hashable {
    /// This browser did not leave for the issuer, or is here for a second time.
    case startAgain
    /// The person or the issuer said no.
    case denied
    case tokenRefused
    case subjectUnknown(OpenIDSubject)
    case subjectDisabled
    /// The issuer answers what cannot be used.
    case answerUnusable
    /// The issuer does not answer, or says that it cannot.
    case unreachable
  }

  init(_ kind: Kind, _ why: String) {
    self.kind = kind
    self.why = why
  }

  init(_ mistake: OpenIDMistake) { self.init(.tokenRefused, mistake.rawValue) }

  /// The stable name of what happened.
  var code: String {
    switch kind {
    case .startAgain: "oidc_start_again"
    case .denied: "oidc_denied"
    case .tokenRefused: "oidc_token_refused"
    case .subjectUnknown: "oidc_subject_unknown"
    case .subjectDisabled: "oidc_subject_disabled"
    case .answerUnusable: "oidc_answer_unusable"
    case .unreachable: "oidc_unreachable"
    }
  }

  var status: HTTPResponse.Status {
    switch kind {
    case .startAgain: .badRequest
    case .denied, .tokenRefused, .subjectUnknown, .subjectDisabled: .forbidden
    case .answerUnusable: .badGateway
    case .unreachable: .serviceUnavailable
    }
  }

  /// Whether somebody should look at the issuer or at the settings.
  var isOfTheIssuer: Bool { [.answerUnusable, .unreachable, .tokenRefused].contains(kind) }
}
