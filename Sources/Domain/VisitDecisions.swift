package import FoundationEssentials

/// An examination at a visit with what the donor told, and the decision they led to.
///
/// It is kept as it was made: what is shown of it years later is what was decided
/// then, by the policy of then. A visit may have several; the newest counts.
package struct VisitExamination: Encodable, Sendable, Hashable {
  package let id: ID<VisitExamination>
  package let visitId: ID<Visit>
  package let driveId: ID<Drive>
  package let donorId: ID<Donor>
  /// The kind of donation the visitor was examined for.
  package let kind: DonationKind
  /// The civil day of the visit at the drive's site, for which it was decided.
  package let on: Day
  package let examinedAt: Date
  /// What was measured; a sign that was not is absent.
  package let measured: [VitalSign: Double]
  /// What the questionnaire brought up; null where it was not filled in.
  @OrNull package var answers: [ToldReason]?
  package var decision: EligibilityDecision
  /// The deferral that a failed examination suggests; null where none follows.
  @OrNull package var suggestedDeferral: SuggestedDeferral?

  /// Gathers what was kept.
  package init(
    id: ID<VisitExamination>, visitId: ID<Visit>, driveId: ID<Drive>, donorId: ID<Donor>,
    kind: DonationKind, on: Day, examinedAt: Date, measured: [VitalSign: Double],
    answers: [ToldReason]?, decision: EligibilityDecision, suggestedDeferral: SuggestedDeferral?
  ) {
    self.id = id
    self.visitId = visitId
    self.driveId = driveId
    self.donorId = donorId
    self.kind = kind
    self.on = on
    self.examinedAt = examinedAt
    self.measured = measured
    self.answers = answers
    self.decision = decision
    self.suggestedDeferral = suggestedDeferral
  }
}

/// What drive staff write down of an examination.
package struct ExaminationDraft: Sendable, Hashable {
  package var id: ID<VisitExamination>
  package var visit: ID<Visit>
  package var kind: DonationKind
  package var measured: [VitalSign: Double]
  package var answers: [ToldReason]?

  /// Collects the entries of the form.
  package init(
    id: ID<VisitExamination>, visit: ID<Visit>, kind: DonationKind,
    measured: [VitalSign: Double], answers: [ToldReason]?
  ) {
    self.id = id
    self.visit = visit
    self.kind = kind
    self.measured = measured
    self.answers = answers
  }

  /// Decides about the visitor as every desk decides: ``Eligibility/decide(_:_:on:policy:)``.
  ///
  /// The day is that of the visit at the site, and at the latest the present one there: a
  /// tablet's clock may run ahead, but nobody is examined tomorrow.
  package func decided(
    _ visit: Visit, donor: DonorFacts, zone: TimeZone, at now: Date, under policy: Policy
  ) -> VisitExamination {
    let day = Day(min(visit.arrivedAt, now), in: zone)
    let facts = donor.examined(Examination(on: day, measured: measured), answers)
    let decision = Eligibility.decide(facts, kind, on: day, policy: policy)
    return VisitExamination(
      id: id, visitId: visit.id, driveId: visit.driveId, donorId: visit.donorId, kind: kind,
      on: day, examinedAt: now, measured: measured, answers: answers, decision: decision,
      suggestedDeferral: decision.suggestedDeferral(from: day, under: policy))
  }
}

extension DonorFacts {
  /// The same donor, examined and asked.
  package func examined(_ examination: Examination, _ answers: [ToldReason]?) -> DonorFacts {
    DonorFacts(
      sex: sex, birthDate: birthDate, deferrals: deferrals, donations: donations,
      reactives: reactives, examination: examination, answers: answers)
  }
}

/// What a donor's newest examination said.
package struct ExaminationVerdict: Codable, Sendable, Hashable {
  package let visitId: ID<Visit>
  /// The civil day of the examination.
  package let on: Day
  package let kind: DonationKind
  package let isEligible: Bool

  /// Takes the word of an examination.
  package init(visitId: ID<Visit>, on: Day, kind: DonationKind, isEligible: Bool) {
    self.visitId = visitId
    self.on = on
    self.kind = kind
    self.isEligible = isEligible
  }

  /// Lets a donation of the kind that was examined follow, and no other.
  ///
  /// It counts for its visit and for its day: who was sent away at one desk does not give at
  /// the next one. It says nothing of another day.
  package func check(
    _ kind: DonationKind, of visit: ID<Visit>?, on day: Day
  ) throws(DonationRefusal) {
    guard visitId == visit || on == day else { return }
    guard isEligible else { throw .examinationRefused }
    guard kind == self.kind else { throw .examinedForAnother(kind: self.kind) }
  }
}
