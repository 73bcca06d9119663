/// What the doctor found out about one thing.
struct Finding: Sendable, Encodable {
  enum Verdict: String, Sendable, Encodable {
    case ok, warn, fail
  }

  let check: String
  let verdict: Verdict
  let found: String
  /// What to do about it; nil where all is well.
  let next: String?

  /// All is well.
  static func ok(_ check: String, _ found: String) -> Finding {
    Finding(check: check, verdict: .ok, found: found, next: nil)
  }

  /// It works, but somebody should look.
  static func warn(_ check: String, _ found: String, next: String) -> Finding {
    Finding(check: check, verdict: .warn, found: found, next: next)
  }

  /// It does not work, or is not safe.
  static func fail(_ check: String, _ found: String, next: String) -> Finding {
    Finding(check: check, verdict: .fail, found: found, next: next)
  }

  /// Says what is wrong if it is, in one go.
  static func verify(
    _ check: String, _ holds: Bool, _ found: String, else verdict: Verdict = .fail,
    next: String
  ) -> Finding {
    holds
      ? .ok(check, found) : Finding(check: check, verdict: verdict, found: found, next: next)
  }
}
