/// A person's identification number in Kazakhstan: twelve digits with a check digit.
///
/// Never printed whole: describing one shows its last two digits only.
package struct IIN: IdentityNumber {
  /// All twelve digits: personal data, not for logs or addresses.
  package let digits: String

  /// Reads twelve ASCII digits.
  /// - Throws: ``IdentityNumberMistake``
  package init(_ text: String) throws(IdentityNumberMistake) {
    digits = try checked(text, "iin")
  }

  /// The birth date the first seven digits spell, if they spell one.
  ///
  /// Only a hint: since 2013 numbers are also given without tie to the birth
  /// date (Government Decree 853 of 26 August 2013).
  package var birthDate: Day? {
    guard let century else { return nil }
    let bytes = Array(digits.utf8)
    guard let year = decimal(bytes[0..<2]), let month = decimal(bytes[2..<4]),
      let day = decimal(bytes[4..<6])
    else { return nil }
    return Day(year: century + year, month: month, day: day)
  }

  /// The sex the seventh digit hints at, if it does.
  package var sex: Sex? {
    guard century != nil else { return nil }
    return seventh.isMultiple(of: 2) ? .female : .male
  }

  /// What a clerk should look at again; never a reason to refuse.
  package func warnings(birthDate: Day?, sex: Sex?) -> [IINWarning] {
    var found: [IINWarning] = []
    let read = self.birthDate
    if century == nil {
      found.append(.centuryUnknown)
    } else if read == nil {
      found.append(.impossibleDate)
    }
    if let said = birthDate, let read, said != read {
      found.append(.birthDateDiffers)
    }
    if let said = sex, let read = self.sex, said != read { found.append(.sexDiffers) }
    return found
  }

  private var seventh: Int {
    let digits = digits.utf8
    return Int(digits[digits.index(digits.startIndex, offsetBy: 6)]) - 48
  }

  private var century: Int? {
    switch seventh {
    case 1, 2: 1800
    case 3, 4: 1900
    case 5, 6: 2000
    default: nil
    }
  }
}

/// Something odd about a number that may still be right.
package enum IINWarning: String, CaseIterable, Hashable, Sendable, Codable {
  /// The seventh digit names no century and no sex.
  case centuryUnknown = "iin_century_unknown"
  /// The first six digits are no date.
  case impossibleDate = "iin_date_impossible"
  /// The number spells another birth date than the one entered.
  case birthDateDiffers = "iin_birth_date_differs"
  /// The number hints at another sex than the one entered.
  case sexDiffers = "iin_sex_differs"
}

/// An organisation's identification number in Kazakhstan, checked like a person's.
package struct BIN: IdentityNumber {
  /// All twelve digits.
  package let digits: String

  /// Reads twelve ASCII digits.
  /// - Throws: ``IdentityNumberMistake``
  package init(_ text: String) throws(IdentityNumberMistake) {
    digits = try checked(text, "bin")
  }

  /// Whether the fifth digit is one that organisations get: 4, 5 or 6.
  package var looksLikeOrganisation: Bool { "456".contains(digits.dropFirst(4).prefix(1)) }
}

/// Why a text is no identification number.
package enum IdentityNumberMistake: Refusal {
  /// Not twelve ASCII digits, or all of them zero.
  case malformed(kind: String)
  /// The twelfth digit does not follow from the others.
  case checkDigitWrong(kind: String)
  /// No twelfth digit fits: such a number is never given.
  case unassignable(kind: String)

  /// The stable code, beginning with `iin` or `bin`.
  package var code: String {
    switch self {
    case .malformed(let kind): "\(kind)_malformed"
    case .checkDigitWrong(let kind): "\(kind)_check_digit_wrong"
    case .unassignable(let kind): "\(kind)_unassignable"
    }
  }
}

/// What persons' and organisations' numbers share.
package protocol IdentityNumber: Hashable, Sendable, Codable, Redacted {
  /// All twelve digits.
  var digits: String { get }

  /// Reads twelve ASCII digits.
  init(_ text: String) throws(IdentityNumberMistake)
}

extension IdentityNumber {
  /// Ten dots and the last two digits.
  package var description: String { String(repeating: "•", count: 10) + digits.suffix(2) }

  /// Reads the twelve digits.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    do {
      try self.init(text)
    } catch {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: error.code)
    }
  }

  /// Writes the twelve digits.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(digits)
  }
}

private func checked(_ text: String, _ kind: String) throws(IdentityNumberMistake) -> String {
  let digits = text.utf8.map { Int($0) - 48 }
  guard digits.count == 12, digits.allSatisfy((0...9).contains), digits.contains(where: { $0 > 0 })
  else { throw .malformed(kind: kind) }
  guard let expected = checkDigit(digits) else { throw .unassignable(kind: kind) }
  guard digits[11] == expected else { throw .checkDigitWrong(kind: kind) }
  return text
}

/// Two passes of weights modulo 11; a second remainder of ten leaves no digit.
///
/// Source: Government Decrees 565/2003 and 406/2007.
private func checkDigit(_ digits: [Int]) -> Int? {
  func remainder(shiftedBy shift: Int) -> Int {
    (0..<11).reduce(0) { $0 + digits[$1] * (($1 + shift) % 11 + 1) } % 11
  }
  let first = remainder(shiftedBy: 0)
  if first < 10 { return first }
  let second = remainder(shiftedBy: 2)
  return second < 10 ? second : nil
}
