package import FoundationEssentials

/// A person who gives blood, or came to.
package struct Donor: Codable, Sendable, Hashable {
  package let id: ID<Donor>
  package let donorNumber: Int
  package let familyName: String
  package let givenName: String
  @OrNull package var patronymic: String?
  package let sex: Sex
  package let birthDate: Day
  /// The identity number with all but its last four digits hidden.
  @OrNull package var iin: String?
  @OrNull package var phone: String?
  package let language: String
  @OrNull package var region: String?
  /// The group confirmed by two independent determinations, derived from them.
  @OrNull package var bloodGroup: BloodGroup?
  package let registeredAt: Date
  /// Donors who may be the same person; never merged by name alone.
  package var possibleDuplicates: [PossibleDuplicate]
}

/// A donor who may be the same person, and why it seems so.
package struct PossibleDuplicate: Codable, Sendable, Hashable {
  package let id: ID<Donor>
  package let donorNumber: Int
  package let evidence: [String]
}

/// What a desk writes down when a person registers.
package struct DonorDraft: Codable, Sendable, Hashable {
  package var id: ID<Donor>
  package var familyName: String
  package var givenName: String
  package var patronymic: String?
  /// The name as search compares it; see ``FoldedName``.
  package var searchName: String
  package var sex: Sex
  package var birthDate: Day
  package var iin: String?
  package var phone: String?
  package var language: String
  package var region: String?

  /// Collects the entries of the registration form.
  package init(
    id: ID<Donor>, familyName: String, givenName: String, patronymic: String?, sex: Sex,
    birthDate: Day, iin: IIN?, phone: String?, language: String, region: String?
  ) {
    self.id = id
    self.familyName = familyName
    self.givenName = givenName
    self.patronymic = patronymic
    self.searchName = FoldedName([familyName, givenName, patronymic ?? ""]).text
    self.sex = sex
    self.birthDate = birthDate
    self.iin = iin?.digits
    self.phone = phone
    self.language = language
    self.region = region
  }
}

/// Why a person cannot be registered.
package enum RegistrationRefusal: Refusal {
  /// The number belongs to a donor who is registered already.
  case duplicateIIN(donorNumber: Int)

  package var code: String { "duplicate_iin" }

  package var facts: [String: String] {
    switch self {
    case .duplicateIIN(let donorNumber): ["donor_number": String(donorNumber)]
    }
  }
}

/// A name without the differences that spelling makes.
///
/// Kazakh letters become their plain Cyrillic neighbours, so that Қайрат is
/// found as Кайрат; case, hyphens, apostrophes and repeated spaces vanish.
package struct FoldedName: Sendable, Hashable {
  /// The folded words, joined by single spaces.
  package let text: String

  /// Folds the parts of a name in their order.
  package init(_ parts: [String]) {
    let words = parts.flatMap { part in
      part.lowercased().split { $0.isWhitespace }.map { word in
        String(word.compactMap(Self.fold))
      }
    }
    text = words.filter { !$0.isEmpty }.joined(separator: " ")
  }

  private static func fold(_ letter: Character) -> Character? {
    if let plain = neighbours[letter] { return plain }
    return letter.isLetter || letter.isNumber ? letter : nil
  }

  private static let neighbours: [Character: Character] = [
    "ә": "а", "ғ": "г", "қ": "к", "ң": "н", "ө": "о", "ұ": "у", "ү": "у", "һ": "х", "і": "и",
    "ё": "е", "й": "и",
  ]
}

/// Why a donor may not give, for a while or for good.
package struct Deferral: Codable, Sendable, Hashable {
  package let id: ID<Deferral>
  package let donorId: ID<Donor>
  package let reason: String
  /// The first civil day on which it holds.
  package let from: Day
  /// The first civil day on which it no longer holds; null until lifted.
  @OrNull package var until: Day?
  package let source: String
  package let recordedAt: Date

  /// Describes a deferral.
  package init(
    id: ID<Deferral>, donorId: ID<Donor>, reason: String, from: Day, until: Day?,
    source: String, recordedAt: Date
  ) {
    self.id = id
    self.donorId = donorId
    self.reason = reason
    self.from = from
    self.until = until
    self.source = source
    self.recordedAt = recordedAt
  }
}
