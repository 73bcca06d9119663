package import FoundationEssentials

/// For what a donor may be spoken to.
package enum Purpose: String, Codable, Sendable, CaseIterable {
  /// Being asked to give.
  case recruitment
  /// Being told of an appointment of one's own.
  case reminder
  case research
  case newsletter
}

/// How a donor agreed.
package enum ConsentManner: String, Codable, Sendable, CaseIterable {
  case paper
  case inPerson = "in_person"
  case online
}

/// That a donor agreed to be spoken to, for one purpose by one channel.
///
/// It is never deleted: a withdrawal has its instant, and both can be proved.
package struct Consent: Codable, Sendable, Hashable {
  package let id: ID<Consent>
  package let donorId: ID<Donor>
  package let purpose: Purpose
  package let channel: Channel
  /// Which wording was agreed to.
  package let textVersion: String
  package let manner: ConsentManner
  package let givenAt: Date
  package let recordedAt: Date
  package let recordedBy: ID<Account>
  @OrNull package var withdrawnAt: Date?

  /// Describes a consent that holds.
  package init(
    id: ID<Consent>, donorId: ID<Donor>, purpose: Purpose, channel: Channel, textVersion: String,
    manner: ConsentManner, givenAt: Date, recordedAt: Date, recordedBy: ID<Account>
  ) {
    self.id = id
    self.donorId = donorId
    self.purpose = purpose
    self.channel = channel
    self.textVersion = textVersion
    self.manner = manner
    self.givenAt = givenAt
    self.recordedAt = recordedAt
    self.recordedBy = recordedBy
    _withdrawnAt = OrNull(wrappedValue: nil)
  }
}

/// That a donor no longer agrees.
package struct ConsentWithdrawal: Sendable, Hashable {
  package let consent: ID<Consent>
  package let at: Date

  /// Names the consent and the instant.
  package init(consent: ID<Consent>, at: Date) {
    self.consent = consent
    self.at = at
  }
}

/// Why a consent is not withdrawn.
package enum ConsentRefusal: Refusal {
  case alreadyWithdrawn
  /// The instant lies before the consent.
  case notGivenYet

  package var code: String {
    switch self {
    case .alreadyWithdrawn: "consent_already_withdrawn"
    case .notGivenYet: "consent_not_given_yet"
    }
  }
}

extension Consent {
  /// Lets it be withdrawn at an instant.
  package func checkWithdrawal(at instant: Date) throws(ConsentRefusal) {
    guard withdrawnAt == nil else { throw .alreadyWithdrawn }
    guard instant >= givenAt else { throw .notGivenYet }
  }
}

/// Until when a donor does not want to be spoken to; the one recorded last counts.
package struct Unavailability: Codable, Sendable, Hashable {
  package let id: ID<Unavailability>
  package let donorId: ID<Donor>
  /// The first day on which the donor may be spoken to again.
  package let until: Day
  package let recordedAt: Date

  /// Describes an absence.
  package init(id: ID<Unavailability>, donorId: ID<Donor>, until: Day, recordedAt: Date) {
    self.id = id
    self.donorId = donorId
    self.until = until
    self.recordedAt = recordedAt
  }
}

/// What came of speaking to a donor.
package enum ContactOutcome: String, Codable, Sendable, CaseIterable {
  case reached
  case noAnswer = "no_answer"
  case willCome = "will_come"
  case declined
  case wrongNumber = "wrong_number"
}

/// One time that somebody tried to speak to a donor.
package struct ContactAttempt: Codable, Sendable, Hashable {
  package let id: ID<ContactAttempt>
  package let donorId: ID<Donor>
  package let purpose: Purpose
  package let channel: Channel
  /// Null for the telephone of the registration.
  @OrNull package var contactId: ID<Contact>?
  package let outcome: ContactOutcome
  package let attemptedAt: Date

  /// Describes an attempt.
  package init(
    id: ID<ContactAttempt>, donorId: ID<Donor>, purpose: Purpose, channel: Channel,
    contactId: ID<Contact>?, outcome: ContactOutcome, attemptedAt: Date
  ) {
    self.id = id
    self.donorId = donorId
    self.purpose = purpose
    self.channel = channel
    _contactId = OrNull(wrappedValue: contactId)
    self.outcome = outcome
    self.attemptedAt = attemptedAt
  }
}
