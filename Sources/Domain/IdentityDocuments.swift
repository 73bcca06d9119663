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
    let number = written.uppercased().filter { !" \u{A0}\u{202F}-‐‑‒–—./№".contains($0) }
    guard country.utf8.count == 2, country.utf8.allSatisfy({ (0x41...0x5A).contains($0) }),
      (2...40).contains(number.count), number.contains(where: \.isNumber),
      number.allSatisfy({ $0.isLetter || $0.isNumber })
    else { return nil }
    self.kind = kind
    self.country = country
    self.number = number
  }

  /// Dots and the last two characters of the number.
  package var description: String {
    String(repeating: "•", count: number.count - 2) + number.suffix(2)
  }

  /// What may be shown of it.
  package var summary: DocumentSummary {
    DocumentSummary(kind: kind, country: country, number: description)
  }
}

/// A document as it is shown: its number hidden but for the last two characters.
package struct DocumentSummary: Codable, Sendable, Hashable {
  package let kind: DocumentKind
  package let country: String
  package let number: String
}
