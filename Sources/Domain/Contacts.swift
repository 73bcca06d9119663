package import Foundation

/// Where a contact of a donor leads.
package enum ContactKind: String, Codable, Sendable, CaseIterable {
  case mobile, home, work, email
}

/// A way in which a donor can be spoken to.
package enum Channel: String, Codable, Sendable, CaseIterable {
  case call, sms, whatsapp, telegram, email
}

extension ContactKind {
  /// The ways that lead through a contact of this kind, the usual first.
  package var channels: [Channel] {
    switch self {
    case .mobile: [.call, .sms, .whatsapp, .telegram]
    case .home, .work: [.call]
    case .email: [.email]
    }
  }
}

/// An address of electronic mail.
///
/// Never printed: describing one shows dots.
package struct EmailAddress: Hashable, Sendable, Redacted {
  /// As letters are sent to it: the part behind the `@` in small letters.
  package let text: String

  /// Reads an address; nil when it is none.
  ///
  /// That it exists only a letter can tell.
  package init?(_ written: String) {
    // By scalars: a sign with an accent on it is still that sign to whatever sends letters.
    let written = written.precomposedStringWithCanonicalMapping
    let scalars = written.unicodeScalars
    let parts = scalars.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, (1...64).contains(Substring(parts[0]).utf8.count),
      written.utf8.count <= 254,
      !scalars.contains(where: { $0.properties.isWhitespace || $0.value < 0x20 }),
      !scalars.contains(where: { "<>()[],;:\"\\".unicodeScalars.contains($0) })
    else { return nil }
    let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
    guard labels.count >= 2, labels.allSatisfy({ Substring($0).isHostLabel }) else { return nil }
    text = "\(Substring(parts[0]))@\(Substring(parts[1]).lowercased())"
  }

  /// Dots alone.
  package var description: String { "•••" }
}

extension Substring {
  /// Whether it can stand between the dots of a host's name, in any script.
  fileprivate var isHostLabel: Bool {
    (1...63).contains(utf8.count) && first != "-" && last != "-"
      && allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" }
  }
}

/// What a contact consists of.
package enum ContactValue: Hashable, Sendable, Redacted {
  case phone(PhoneNumber)
  case email(EmailAddress)

  /// Reads what belongs to a kind; nil when it does not.
  package init?(_ written: String, of kind: ContactKind) {
    let read: ContactValue? =
      kind == .email ? EmailAddress(written).map(Self.email) : PhoneNumber(written).map(Self.phone)
    guard let read else { return nil }
    self = read
  }

  /// As it is used.
  package var text: String {
    switch self {
    case .phone(let number): number.text
    case .email(let address): address.text
    }
  }

  /// As its parts describe themselves.
  package var description: String {
    switch self {
    case .phone(let number): number.description
    case .email(let address): address.description
    }
  }
}

/// One way to reach a donor.
package struct Contact: Codable, Sendable, Hashable, Redacted {
  package let id: ID<Contact>
  package let donorId: ID<Donor>
  package let kind: ContactKind
  /// Null once it is anonymised, and without keys.
  @OrNull package var value: String?
  /// The ways the donor wants to be spoken to, the best first.
  package let channels: [Channel]
  /// Which contact to try first, from 1.
  package let position: Int
  package let recordedAt: Date
  /// Since when it is no longer used.
  @OrNull package var endedAt: Date?

  /// The kind and the id alone.
  package var description: String { "Contact \(id)" }
}

/// What somebody writes down about a way to reach a donor.
package struct ContactDraft: Sendable, Hashable, Redacted {
  package let id: ID<Contact>
  package let donor: ID<Donor>
  package let kind: ContactKind
  package let value: ContactValue
  package let channels: [Channel]
  /// Nil puts it behind the others.
  package let position: Int?

  /// Collects the entries.
  package init(
    id: ID<Contact>, donor: ID<Donor>, kind: ContactKind, value: ContactValue,
    channels: [Channel], position: Int?
  ) {
    self.id = id
    self.donor = donor
    self.kind = kind
    self.value = value
    self.channels = channels
    self.position = position
  }

  /// The kind and the id alone.
  package var description: String { "ContactDraft \(id)" }
}

/// Why a contact is not taken or ended.
package enum ContactRefusal: Refusal {
  case donorNotActive(state: DonorState)
  /// The donor has it already.
  case alreadyThere
  case alreadyEnded

  package var code: String {
    switch self {
    case .donorNotActive: "donor_not_active"
    case .alreadyThere: "contact_already_there"
    case .alreadyEnded: "contact_already_ended"
    }
  }

  package var facts: [String: String] {
    switch self {
    case .donorNotActive(let state): ["state": state.rawValue]
    case .alreadyThere, .alreadyEnded: [:]
    }
  }
}
