/// What the issuer gave the browser to carry back.
///
/// Issuers add parameters of their own, so unlike elsewhere unknown ones are no mistake.
struct IssuerAnswer: Sendable {
  private let values: [String: String]

  init(_ query: [(name: String, value: String)]) {
    values = Dictionary(query.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
  }

  /// Whether it belongs to a sign-in that this browser began.
  func belongs(to secrets: Secrets) -> Bool { values["state"] == secrets.state }

  /// The code, if the issuer gave one; `named` says that this issuer always tells who it is.
  func code(from issuer: String, named: Bool) throws(OpenIDFailure) -> String {
    guard values["iss"] == issuer || (values["iss"] == nil && !named) else {
      throw OpenIDFailure(.tokenRefused, "the answer is of another issuer")
    }
    switch values["error"] {
    case nil: break
    case "access_denied", "login_required", "interaction_required", "consent_required":
      throw OpenIDFailure(.denied, "the issuer refuses")
    case "temporarily_unavailable", "server_error":
      throw OpenIDFailure(.unreachable, "the issuer says that it cannot")
    default: throw OpenIDFailure(.answerUnusable, "the issuer does not understand")
    }
    guard let code = values["code"], (1...4096).contains(code.utf8.count) else {
      throw OpenIDFailure(.answerUnusable, "neither a code nor an error")
    }
    return code
  }
}
