import Domain
import Foundation
import Store

/// What a desk writes down when it defers a donor.
extension Deferral {
  /// Reads the form; where it gives the day of the event and no last day, the policy does.
  init(_ fields: Fields, of donor: ID<Donor>, at now: Date, under policy: Policy) {
    let reason = fields.deferralReason("reason")
    let from = fields.day("from")
    let event = fields.optionalDay("event_on")
    let named = fields.optionalChoice("kind", among: DeferralKind.allCases)
    var until = fields.optionalDay("until")
    if let until, until <= from { fields.complain("until", "ends_before_start") }
    let term = policy.term(of: reason, event: event ?? from, on: from)
    if let event, until == nil { until = fields.end(of: term, after: event, from: from) }
    let centre = fields.optionalText("centre")
    let note = fields.optionalText("note")
    if reason == "other", note == nil { fields.complain("note", "required") }
    if let named, (named == .temporary) != (until != nil) {
      fields.complain("kind", "deferral_kind_contradicted")
    }
    let isPermanent =
      term == .permanent
      || (term == .unknown && DeferralReasons.reason(reason)?.kind == .permanent)
    self.init(
      id: fields.newID(at: now), donorId: donor, reason: reason, from: from, until: until,
      source: centre == nil ? "manual" : "other_centre", recordedAt: now,
      kind: named ?? (until == nil && isPermanent ? .permanent : nil), centre: centre,
      note: note)
  }
}

extension Fields {
  /// A code of the list of reasons.
  func deferralReason(_ name: String) -> String {
    value(name, or: "", code: "reason_unknown") { DeferralReasons.reason($0)?.code }
  }

  /// The first day after a term of the policy, if it has one.
  fileprivate func end(of term: DeferralTerm, after event: Day, from: Day) -> Day? {
    switch term {
    case .until(let end):
      if end <= from { complain("event_on", "deferral_term_over", ["until": end.description]) }
      return end
    case .untilLifted, .permanent: return nil
    case .noBar, .unknown:
      complain("event_on", "deferral_term_unknown")
      return nil
    }
  }
}
