/// A donor whom a refusal shows, so that the record can be opened.
package struct KnownDonor: Codable, Sendable, Hashable {
  package let id: ID<Donor>
  package let donorNumber: Int

  /// Names a donor.
  package init(id: ID<Donor>, donorNumber: Int) {
    self.id = id
    self.donorNumber = donorNumber
  }
}

/// Why a person cannot be registered, or a record not be corrected so.
package enum RegistrationRefusal: Refusal {
  /// The number belongs to a donor who is registered already.
  case duplicateIIN(KnownDonor)
  /// The document belongs to a donor who is registered already.
  case duplicateDocument(KnownDonor)

  package var code: String {
    switch self {
    case .duplicateIIN: "duplicate_iin"
    case .duplicateDocument: "duplicate_document"
    }
  }

  /// Whose it is.
  package var donor: KnownDonor {
    switch self {
    case .duplicateIIN(let donor), .duplicateDocument(let donor): donor
    }
  }

  package var facts: [String: String] { ["donor_number": String(donor.donorNumber)] }
}

/// An IIN says something else than the record, and nobody has said yet why it is right.
///
/// No reason to send anybody away: since Government Decree 853 of 26 August 2013 numbers are
/// also given without tie to birth date and sex. The same form with a reason is taken.
package struct IINDiffers: Refusal {
  package let warnings: [IINWarning]

  package var code: String { "iin_differs" }

  /// What differs, each with the entry to compare.
  package var problems: [FieldProblem] {
    warnings.map { FieldProblem($0.pointer, $0.rawValue) }
  }
}

extension IINWarning {
  /// The entry of a form that the number does not agree with.
  fileprivate var pointer: String {
    switch self {
    case .centuryUnknown: "/iin"
    case .impossibleDate, .birthDateDiffers: "/birth_date"
    case .sexDiffers: "/sex"
    }
  }
}

extension DonorDraft {
  /// What the number says otherwise than the other entries.
  package var iinWarnings: [IINWarning] { iin?.warnings(birthDate: birthDate, sex: sex) ?? [] }

  /// The draft as it may be written: a number that differs has its reason, one that does
  /// not needs none.
  ///
  /// - Throws: ``IINDiffers``
  package func vouched() throws(IINDiffers) -> DonorDraft {
    var draft = self
    if iinWarnings.isEmpty {
      draft.iinMismatchReason = nil
    } else if iinMismatchReason == nil {
      throw IINDiffers(warnings: iinWarnings)
    }
    return draft
  }
}
