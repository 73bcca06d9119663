package import FoundationEssentials

/// What becomes of one entry of a record.
package enum Entry<Value: Sendable & Hashable>: Sendable, Hashable {
  /// It was not touched.
  case unchanged
  /// It goes.
  case removed
  case changed(to: Value)

  /// The entry afterwards.
  package func applied(to value: Value?) -> Value? {
    switch self {
    case .unchanged: value
    case .removed: nil
    case .changed(let new): new
    }
  }

  /// Whether it was touched.
  package var isTouched: Bool { self != .unchanged }
}

/// What somebody corrects in the record of a donor, by the record that was seen.
package struct CorrectionDraft: Sendable, Hashable, Redacted {
  package let id: ID<Correction>
  package let donor: ID<Donor>
  /// The revision that was on the screen: another one has lost nothing unseen.
  package let revision: Int
  package var familyName: String?
  package var givenName = Entry<String>.unchanged
  package var patronymic = Entry<String>.unchanged
  package var latinName = Entry<String>.unchanged
  package var sex: Sex?
  package var birthDate: Day?
  package var iin = Entry<IIN>.unchanged
  package var document = Entry<IdentityDocument>.unchanged
  package var phone = Entry<PhoneNumber>.unchanged
  package var language: String?
  package var region = Entry<String>.unchanged
  /// Why an IIN that differs is right.
  package var iinMismatchReason: String?
  /// Why something is corrected that tells who the donor is.
  package var reason: String?

  /// Begins a correction that touches nothing yet.
  package init(id: ID<Correction>, donor: ID<Donor>, revision: Int) {
    self.id = id
    self.donor = donor
    self.revision = revision
  }

  /// The kind and the id alone.
  package var description: String { "CorrectionDraft \(id)" }

  /// Whether it touches what tells two people apart, and what rules are decided by.
  package var needsReason: Bool {
    sex != nil || birthDate != nil || iin.isTouched || document.isTouched
  }

  /// Whether it touches anything.
  package var isEmpty: Bool {
    !needsReason && familyName == nil && language == nil && iinMismatchReason == nil
      && !phone.isTouched
      && ![givenName, patronymic, latinName, region].contains { $0.isTouched }
  }
}

/// A correction that was made: which entries, never what stood in them.
package struct Correction: Codable, Sendable, Hashable {
  package let id: ID<Correction>
  package let donorId: ID<Donor>
  /// The revision that it made.
  package let revision: Int
  package let fields: [String]
  @OrNull package var reason: String?
  package let correctedAt: Date
  package let correctedBy: ID<Account>
}

/// A record after its correction, and which entries differ from before.
package struct CorrectedDonor: Sendable, Hashable, Redacted {
  /// The whole record.
  package let draft: DonorDraft
  package let fields: [String]
  /// Entries that were empty before.
  package let added: [String]
  /// Entries that are empty now.
  package let removed: [String]

  /// The kind and the id alone.
  package var description: String { "CorrectedDonor \(draft.id)" }
}

/// Why a record is not corrected.
package enum CorrectionRefusal: Refusal {
  /// The record is merged or anonymised.
  case notActive(state: DonorState)
  /// Somebody else corrected it since it was read.
  case changedMeanwhile(revision: Int)

  package var code: String {
    switch self {
    case .notActive: "donor_not_active"
    case .changedMeanwhile: "donor_changed"
    }
  }

  package var facts: [String: String] {
    switch self {
    case .notActive(let state): ["state": state.rawValue]
    case .changedMeanwhile(let revision): ["revision": String(revision)]
    }
  }
}

extension CorrectionDraft {
  /// The record as it will be.
  ///
  /// - Throws: ``CorrectionRefusal``, ``IINDiffers``
  package func correct(
    _ kept: DonorDraft, state: DonorState, revision: Int
  ) throws -> CorrectedDonor {
    guard state == .active else { throw CorrectionRefusal.notActive(state: state) }
    guard revision == self.revision else {
      throw CorrectionRefusal.changedMeanwhile(revision: revision)
    }
    var draft = applied(to: kept)
    let isDoubtOld = draft.iin == kept.iin && draft.iinWarnings == kept.iinWarnings
    // Who came with a file has a doubt without a reason; a new telephone need not clear it.
    if !isDoubtOld || iinMismatchReason != nil { draft = try draft.vouched() }
    let (before, after) = (kept.entries, draft.entries)
    let fields = zip(before, after).filter { $0.value != $1.value }
    return CorrectedDonor(
      draft: draft, fields: fields.map(\.0.name),
      added: fields.filter { $0.0.value == nil }.map(\.0.name),
      removed: fields.filter { $0.1.value == nil }.map(\.0.name))
  }

  private func applied(to kept: DonorDraft) -> DonorDraft {
    var draft = DonorDraft(
      id: kept.id, familyName: familyName ?? kept.familyName,
      givenName: givenName.applied(to: kept.givenName),
      patronymic: patronymic.applied(to: kept.patronymic), sex: sex ?? kept.sex,
      birthDate: birthDate ?? kept.birthDate, iin: iin.applied(to: kept.iin),
      phone: phone.applied(to: kept.phone), language: language ?? kept.language,
      region: region.applied(to: kept.region))
    draft.latinName = latinName.applied(to: kept.latinName)
    draft.document = document.applied(to: kept.document)
    draft.iinMismatchReason = draft.iin == nil ? nil : iinMismatchReason ?? kept.iinMismatchReason
    // A reason was given for one number, and vouches for no other.
    if iinMismatchReason == nil, draft.iin != kept.iin || draft.iinWarnings != kept.iinWarnings {
      draft.iinMismatchReason = nil
    }
    return draft
  }
}

extension DonorDraft {
  /// The names of the entries that can be corrected, in the order of the form.
  package static let entryNames = [
    "family_name", "given_name", "patronymic", "latin_name", "sex", "birth_date", "iin",
    "iin_mismatch_reason", "document", "phone", "language", "region",
  ]

  /// Every entry by its name in the form.
  fileprivate var entries: [(name: String, value: AnyHashable?)] {
    // Texts by bytes: Swift takes a letter and its compatibility form for one.
    func bytes(_ text: String?) -> AnyHashable? { text.map { Array($0.utf8) } }
    let values: [AnyHashable?] = [
      bytes(familyName), bytes(givenName), bytes(patronymic), bytes(latinName), sex, birthDate, iin,
      bytes(iinMismatchReason), document, phone, language, region,
    ]
    return Array(zip(Self.entryNames, values))
  }
}
