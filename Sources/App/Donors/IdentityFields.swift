import Domain
import Foundation

// The entries by which a person is known, as forms of registration and of correction have them.
extension Fields {
  /// Family name, given name and patronymic; whoever has one name only gives it as `name`, or
  /// as `family_name` alone.
  func names() -> (family: String, given: String?, patronymic: String?) {
    guard !hasOneName() else { return (text("name"), nil, nil) }
    return (text("family_name"), optionalText("given_name"), optionalText("patronymic"))
  }

  /// Whether the form gives the one `name`, beside which no others can stand.
  func hasOneName() -> Bool {
    guard has("name") else { return false }
    for other in ["family_name", "given_name", "patronymic"] where has(other) {
      complain("name", "name_beside_parts")
    }
    return true
  }

  /// The name in the letters of a passport.
  func optionalLatinName() -> String? {
    guard let name = optionalText("latin_name") else { return nil }
    if !name.isLatinName { complain("latin_name", "latin_name_not_latin") }
    return name
  }

  /// A day on which somebody alive can have been born.
  func checkBirthDate(_ day: Day, at now: Date) {
    let today = Day(now, in: .gmt)
    if day > today || day.age(on: today) > 130 { complain("birth_date", "birth_date_impossible") }
  }

  func optionalPhone() -> PhoneNumber? {
    optionalValue("phone", code: "phone_unreadable") { PhoneNumber($0) }
  }

  /// A document that is shown instead of an IIN; there is no member for a copy of it.
  func optionalDocument() -> IdentityDocument? {
    guard let document = object("document") else { return nil }
    let kind = document.choice("kind", or: DocumentKind.other)
    let country = document.value("country", or: "KZ", code: "country_unknown") {
      Countries.known.member($0)
    }
    let number = document.value("number", or: "", code: "document_number_unreadable") { text in
      IdentityDocument(kind: kind, country: "KZ", number: text)?.number
    }
    document.close()
    return IdentityDocument(kind: kind, country: country, number: number)
  }
}

/// The countries by ISO 3166-1.
enum Countries {
  static let known = Set(
    Locale.Region.isoRegions.map(\.identifier).filter {
      $0.utf8.count == 2 && $0.utf8.allSatisfy { (0x41...0x5A).contains($0) }
    })
}

extension String {
  /// Whether it has letters, and all of them are Latin.
  var isLatinName: Bool {
    contains(where: \.isLetter)
      && unicodeScalars.allSatisfy { !$0.properties.isAlphabetic || $0.isLatin }
  }
}

extension Unicode.Scalar {
  /// A letter of the Latin script, with whatever stands on it or under it.
  fileprivate var isLatin: Bool {
    switch value {
    case 0x41...0x5A, 0x61...0x7A, 0xAA, 0xBA, 0xC0...0x2FF, 0x300...0x36F, 0x1D00...0x1DBF,
      0x1E00...0x1EFF, 0x2C60...0x2C7F, 0xA720...0xA7FF:
      true
    default: false
    }
  }
}
