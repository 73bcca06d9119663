package import Domain
package import FoundationEssentials
import Postgres
import SQL

/// When something was written down, and by whom.
private struct Noted: Encodable {
  var recordedAt: Date?
  let recordedBy: ID<Account>
}

extension Registry {
  /// Writes down that a donor agreed.
  package func consent(_ command: Command<Consent>) async throws -> Answer {
    try await store.perform(command) { db in
      let consent = command.draft
      try db.lockReachable(consent.donorId)
      try db.run(.insertConsent, JSON(consent))
      try db.note(
        "donor.consented", consent.donorId.uuid, command,
        [
          "consent": consent.id.description, "purpose": consent.purpose.rawValue,
          "channel": consent.channel.rawValue,
        ])
      return try Effect(consent.id.uuid, consent)
    }
  }

  /// Writes down that a donor no longer agrees; what was agreed to stays to be seen.
  ///
  /// - Throws: ``ConsentRefusal``, ``ContactRefusal``, ``NotFound``
  package func withdraw(_ command: Command<ConsentWithdrawal>) async throws -> Answer {
    try await store.perform(command) { db in
      let draft = command.draft
      let donor = try db.consent(draft.consent).donorId
      try db.lockReachable(donor)
      try db.consent(draft.consent).checkWithdrawal(at: draft.at)
      try db.run(.withdrawConsent, draft.consent, draft.at, command.actor.account)
      try db.note(
        "donor.consent_withdrawn", donor.uuid, command, ["consent": draft.consent.description])
      return try Effect(donor.uuid, db.consent(draft.consent))
    }
  }

  /// What a donor agreed to, oldest first, with what was withdrawn.
  package func consents(
    of donor: ID<Donor>, as authority: Authority
  ) async throws -> [Consent] {
    try await store.read(as: authority) { db in try db.rows(.consents, donor) }
  }

  /// Writes down until when a donor does not want to be spoken to.
  package func rest(_ command: Command<Unavailability>) async throws -> Answer {
    try await store.perform(command) { db in
      let rest = command.draft
      try db.lockReachable(rest.donorId)
      try db.run(
        .insertUnavailability, JSON(Joined(rest, Noted(recordedBy: command.actor.account))))
      try db.note("donor.unavailable", rest.donorId.uuid, command)
      return try Effect(rest.id.uuid, rest)
    }
  }

  /// Until when a donor did not want to be spoken to; the last one counts.
  package func unavailabilities(
    of donor: ID<Donor>, as authority: Authority
  ) async throws -> [Unavailability] {
    try await store.read(as: authority) { db in try db.rows(.unavailabilities, donor) }
  }

  /// Writes down that somebody tried to speak to a donor.
  ///
  /// A wrong number goes out of use.
  ///
  /// - Throws: ``ContactRefusal``, ``InvalidInput``, ``NotFound``
  package func attempt(_ command: Command<ContactAttempt>) async throws -> Answer {
    try await store.perform(command) { db in
      let attempt = command.draft
      try db.lockReachable(attempt.donorId)
      if let contact = attempt.contactId {
        let known = try db.first(.contact, contact, as: Contact.self)
        guard let known, try db.donorOfContact(contact) == attempt.donorId else {
          throw InvalidInput([FieldProblem("/contact_id", "contact_unknown")])
        }
        if attempt.outcome == .wrongNumber, known.endedAt == nil {
          try db.end(contact, of: attempt.donorId, command)
        }
      }
      try db.run(
        .insertContactAttempt,
        JSON(
          Joined(attempt, Noted(recordedAt: command.at, recordedBy: command.actor.account))))
      try db.note(
        "donor.contact_attempted", attempt.donorId.uuid, command,
        [
          "purpose": attempt.purpose.rawValue, "channel": attempt.channel.rawValue,
          "outcome": attempt.outcome.rawValue,
        ])
      return try Effect(attempt.id.uuid, attempt)
    }
  }

  /// When somebody tried to speak to a donor, oldest first.
  package func contactAttempts(
    of donor: ID<Donor>, as authority: Authority
  ) async throws -> [ContactAttempt] {
    try await store.read(as: authority) { db in try db.rows(.contactAttempts, donor) }
  }

  /// Whether a donor may be spoken to on a day, and every rule's word on it.
  ///
  /// - Throws: ``NotFound``
  package func reach(
    of donor: ID<Donor>, for purpose: Purpose, by channel: Channel, on day: Day,
    in zone: TimeZone, as authority: Authority
  ) async throws -> ReachDecision {
    let facts = try await store.read(as: authority) { db in
      try db.first(.reachFacts, donor, as: ReachFacts.self).orThrow(NotFound("donor"))
    }
    return Reach.decide(facts, purpose, by: channel, on: day, in: zone, policy: policy)
  }
}

extension Transaction {
  fileprivate func consent(_ id: ID<Consent>) throws -> Consent {
    try first(.consent, id, as: Consent.self).orThrow(NotFound("consent"))
  }
}
