package import FoundationEssentials

/// A person who gives blood, or came to.
///
/// Who it is stands apart from what medicine knows of it, so that one can be
/// forgotten and the other stay: see ``Anonymisation``. Never printed whole.
package struct Donor: Codable, Sendable, Hashable, Redacted {
  package let id: ID<Donor>
  package let donorNumber: Int
  package let state: DonorState
  /// Null once the donor is anonymised, like every name and contact.
  @OrNull package var familyName: String?
  @OrNull package var givenName: String?
  @OrNull package var patronymic: String?
  /// The name in Latin letters, as in a passport.
  @OrNull package var latinName: String?
  package let sex: Sex
  /// The first of January of its year once the donor is anonymised.
  package let birthDate: Day
  /// The identity number with all but its last two digits hidden.
  @OrNull package var iin: String?
  /// What the number says otherwise than the record; null for roles that need no contact.
  @OrNull package var iinDiffers: [IINWarning]?
  /// Why a number that differs is right all the same.
  @OrNull package var iinMismatchReason: String?
  @OrNull package var document: DocumentSummary?
  @OrNull package var phone: PhoneNumber?
  @OrNull package var language: String?
  @OrNull package var region: String?
  /// The group confirmed by two independent determinations, derived from them.
  @OrNull package var bloodGroup: BloodGroup?
  /// Whether a laboratory calls the blood rare, or the policy does for its antigens.
  package var isRare: Bool
  package let registeredAt: Date
  /// How often the record was corrected: whoever corrects names the one that was seen.
  package let revision: Int
  /// Donors who may be the same person; never merged by name alone.
  package var possibleDuplicates: [PossibleDuplicate]

  /// The kind and the id alone.
  package var description: String { "Donor \(id)" }
}

/// A donor who may be the same person, and why it seems so.
package struct PossibleDuplicate: Codable, Sendable, Hashable {
  package let id: ID<Donor>
  package let donorNumber: Int
  package let evidence: [String]
}

/// What a desk writes down when a person registers.
///
/// It has no JSON, so that no statement can be given it as it is: the identity
/// number and the telephone go to the database sealed.
package struct DonorDraft: Sendable, Hashable, Redacted {
  package var id: ID<Donor>
  package var familyName: String
  /// Nil for a person who has one name only.
  package var givenName: String?
  package var patronymic: String?
  package var sex: Sex
  package var birthDate: Day
  package var iin: IIN?
  package var phone: PhoneNumber?
  package var language: String
  package var region: String?
  /// The name in Latin letters, as in a passport.
  package var latinName: String?
  /// Why the number is right although it says another birth date or sex.
  package var iinMismatchReason: String?
  /// What a person without an IIN shows instead.
  package var document: IdentityDocument?

  /// The kind and the id alone.
  package var description: String { "DonorDraft \(id)" }

  /// Collects the entries of the registration form.
  package init(
    id: ID<Donor>, familyName: String, givenName: String?, patronymic: String?, sex: Sex,
    birthDate: Day, iin: IIN?, phone: PhoneNumber?, language: String, region: String?
  ) {
    self.id = id
    self.familyName = familyName
    self.givenName = givenName
    self.patronymic = patronymic
    self.sex = sex
    self.birthDate = birthDate
    self.iin = iin
    self.phone = phone
    self.language = language
    self.region = region
  }
}

/// Why a donor may not give, for a while or for good.
package struct Deferral: Codable, Sendable, Hashable {
  package let id: ID<Deferral>
  package let donorId: ID<Donor>
  /// A code of the list of reasons; from another system perhaps its own words, as they came.
  package let reason: String
  package let kind: DeferralKind
  /// The first civil day on which it holds.
  package let from: Day
  /// The first civil day on which it no longer holds; null until lifted.
  @OrNull package var until: Day?
  /// `manual`, `automatic` of a test, or `other_centre`.
  package let source: String
  /// The other centre that deferred the donor.
  @OrNull package var centre: String?
  /// What whoever wrote it down added.
  @OrNull package var note: String?
  package let recordedAt: Date
  /// The first day on which it held no longer, when it was ended early.
  @OrNull package var endedOn: Day?
  /// When it was found to be a mistake: then it never counted.
  @OrNull package var voidedAt: Date?
  /// Why it was ended or voided.
  @OrNull package var endReason: String?

  /// Describes a deferral; without a kind it is one that ends, or waits to be lifted.
  package init(
    id: ID<Deferral>, donorId: ID<Donor>, reason: String, from: Day, until: Day?,
    source: String, recordedAt: Date, kind: DeferralKind? = nil, centre: String? = nil,
    note: String? = nil, endedOn: Day? = nil, voidedAt: Date? = nil, endReason: String? = nil
  ) {
    self.endedOn = endedOn
    self.voidedAt = voidedAt
    self.endReason = endReason
    self.id = id
    self.donorId = donorId
    self.reason = reason
    self.kind = kind ?? (until == nil ? .untilLifted : .temporary)
    self.from = from
    self.until = until
    self.source = source
    self.centre = centre
    self.note = note
    self.recordedAt = recordedAt
  }
}
