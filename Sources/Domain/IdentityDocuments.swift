import Foundation

/// What a person without an IIN shows to prove who it is.
package enum DocumentKind: String, Codable, Sendable, CaseIterable {
  case passport
  case residencePermit = "residence_permit"
  case refugeeCertificate = "refugee_certificate"
  case other
}

/// A document by its kind, the country that issued it and its number.
///
/// Never a copy of it: collecting copies of identity documents is forbidden (Law 44-VIII of
/// 11 December 2023). Describing one shows the last two characters of its number only.
package struct IdentityDocument: Sendable, Hashable, Redacted {
  package let kind: DocumentKind
  /// By ISO 3166-1, two capital letters.
  package let country: String
  /// Capital letters and digits, without what people put between them.
  package let number: String

  /// Reads a document's number as people write it; nil when it is none.
  ///
  /// One document is one text, however it was typed, so that it is found again.
  package init?(kind: DocumentKind, country: String, number written: String) {
    let scalars = written.precomposedStringWithCanonicalMapping.uppercased().unicodeScalars
      .filter { !Self.separators.contains($0) && !$0.properties.isDefaultIgnorableCodePoint }
    guard country.utf8.count == 2, country.utf8.allSatisfy({ (0x41...0x5A).contains($0) }),
      (2...40).contains(scalars.count), scalars.contains(where: \.isNumber),
      scalars.allSatisfy({ $0.isLetter || $0.isNumber })
    else { return nil }
    let number = String(String.UnicodeScalarView(scalars))
    self.kind = kind
    self.country = country
    self.number = number
  }

  private static let separators = Set(" \u{A0}\u{202F}-‐‑‒–—./№".unicodeScalars)

  /// Dots and the last two characters of the number.
  package var description: String {
    // By scalars, of which there are two or more: letters of some scripts are one with the next.
    let scalars = number.unicodeScalars
    return String(repeating: "•", count: scalars.count - 2) + String(scalars.suffix(2))
  }

  /// What may be shown of it.
  package var summary: DocumentSummary {
    DocumentSummary(kind: kind, country: country, number: description)
  }
}

extension Unicode.Scalar {
  /// Whether it is a letter by itself, and no mark on one.
  fileprivate var isLetter: Bool {
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .otherLetter, .modifierLetter: true
    default: false
    }
  }

  fileprivate var isNumber: Bool {
    switch properties.generalCategory {
    case .decimalNumber, .letterNumber, .otherNumber: true
    default: false
    }
  }
}

/// A document as it is shown: its number hidden but for the last two characters.
package struct DocumentSummary: Codable, Sendable, Hashable {
  package let kind: DocumentKind
  package let country: String
  package let number: String
}
