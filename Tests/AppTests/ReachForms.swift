import Domain
import Foundation
import TestSupport

@testable import App
@testable import Store

extension World {
  /// A contact and a consent of a donor.
  func waysToReach(_ donor: ID<Donor>) async throws -> (ID<Contact>, ID<Consent>) {
    let contact = ContactDraft(
      id: .new(at: now), donor: donor, kind: .email,
      value: try Given.value("aya@example.kz", .email), channels: [.email], position: nil)
    _ = try await registry.add(command(staff, contact))
    let consent = Consent(
      id: .new(at: now), donorId: donor, purpose: .recruitment, channel: .call,
      textVersion: "2026-01", manner: .paper, givenAt: now, recordedAt: now,
      recordedBy: staff.account)
    _ = try await registry.consent(command(staff, consent))
    return (contact.id, consent.id)
  }
}

/// Values that tests know to be right.
enum Given {
  static func value(_ text: String, _ kind: ContactKind) throws -> ContactValue {
    guard let value = ContactValue(text, of: kind) else { throw Unreadable() }
    return value
  }

  struct Unreadable: Error {}
}

extension Form {
  /// What is written down about how to reach a donor, and what is corrected.
  static func reaching(_ subjects: Subjects) -> [Form] {
    let donor = "/v1/donors/\(subjects.donor)"
    return [
      Form(
        route: "/v1/donors/{donor}/corrections", target: "\(donor)/corrections",
        role: .driveStaff,
        body: [
          "revision": 0, "family_name": "Оспанова", "given_name": "Әлия", "patronymic": "Маратқызы",
          "latin_name": "Ospanova", "sex": "female", "birth_date": "1990-05-18",
          "iin": "960229600013", "iin_mismatch_reason": "the document says so",
          "document": ["kind": "other", "country": "UZ", "number": "AB 1234567"],
          "phone": "+77011234568", "language": "ru", "region": "KZ-75", "reason": "misread",
        ],
        optional: [
          "family_name", "given_name", "patronymic", "latin_name", "sex", "birth_date", "iin",
          "iin_mismatch_reason", "document", "phone", "language", "region",
        ]),
      Form(
        route: "/v1/donors/{donor}/contacts", target: "\(donor)/contacts", role: .driveStaff,
        body: [
          "kind": "mobile", "value": "+77471112233", "channels": ["whatsapp", "call"],
          "position": 1,
        ], optional: ["channels", "position"]),
      Form(
        route: "/v1/contacts/{contact}/ending", target: "/v1/contacts/\(subjects.contact)/ending",
        role: .recruiter, canBeEmpty: true),
      Form(
        route: "/v1/donors/{donor}/consents", target: "\(donor)/consents", role: .driveStaff,
        body: [
          "purpose": "recruitment", "channel": "sms", "text_version": "2026-01", "manner": "paper",
          "given_at": "2026-11-01T09:00:00Z",
        ], optional: ["given_at"]),
      Form(
        route: "/v1/consents/{consent}/withdrawal",
        target: "/v1/consents/\(subjects.consent)/withdrawal", role: .recruiter,
        canBeEmpty: true),
      Form(
        route: "/v1/donors/{donor}/unavailability", target: "\(donor)/unavailability",
        role: .driveStaff, body: ["until": "2027-03-01"]),
      Form(
        route: "/v1/donors/{donor}/contact-attempts", target: "\(donor)/contact-attempts",
        role: .recruiter,
        body: [
          "purpose": "recruitment", "channel": "call", "outcome": "no_answer",
          "attempted_at": "2026-11-18T09:00:00Z",
        ], optional: ["attempted_at"]),
    ]
  }
}
