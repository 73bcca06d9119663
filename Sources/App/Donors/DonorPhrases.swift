import Domain

/// The sentences that the code of a donor's page fills; the rest stand in its template.
enum DonorPhrase: String, CaseIterable {
  case antigens = "history.antigens"
  case attempt = "history.attempt_told"
  case consent = "history.consent_told"
  case deferral = "history.deferral_told"
  case deferralEnd = "history.deferral_end"
  case deferralUntil = "history.deferral_until"
  case deferralVoid = "history.deferral_void"
  case determination = "history.determination_told"
  case donation = "history.donation_told"
  case examinationFailed = "history.examination_failed"
  case examinationPassed = "history.examination_passed"
  case elsewhere = "history.elsewhere"
  case nameless = "history.nameless"
  case rhd = "history.rhd"
  case setAside = "history.set_aside"
  case title = "history.heading"
  case unavailable = "history.unavailable_told"
  case visitDeferred = "history.visit_deferred"
  case visitDonated = "history.visit_donated"
  case visitWaiting = "history.visit_waiting"
  case visitWalkedOut = "history.visit_walked_out"

  /// Every key the page may look up.
  static let needed: [String] =
    allCases.map(\.rawValue)
    + HistoryKind.allCases.map { "history.\($0.rawValue)" }
    + RhDObservation.allCases.map { "observed.\($0.rawValue)" }
    + BloodGroup.allCases.map { "group.\($0.code)" }
    + RhD.allCases.map { "rhd.\($0.rawValue)" }
    + DonationKind.allCases.map { "kind.\($0.rawValue)" }
    + DonationOutcome.allCases.map { "outcome.\($0.rawValue)" }
    + Purpose.allCases.map { "purpose.\($0.rawValue)" }
    + Channel.allCases.map { "channel.\($0.rawValue)" }
    + ContactOutcome.allCases.map { "contact_outcome.\($0.rawValue)" }
    + DonorDraft.entryNames.map { "entry.\($0)" }
}

extension Phrasebook {
  /// The sentence of the donor's page with its gaps filled.
  func callAsFunction(_ phrase: DonorPhrase, _ facts: [String: String] = [:]) -> String {
    self(phrase.rawValue, facts)
  }
}
