/// The ABO group of red cells.
package enum ABO: String, CaseIterable, Hashable, Sendable, Codable {
  case o = "O"
  case a = "A"
  case b = "B"
  case ab = "AB"

  /// The Roman numeral used beside the letter in Kazakhstan: I, II, III, IV.
  package var roman: String {
    switch self {
    case .o: "I"
    case .a: "II"
    case .b: "III"
    case .ab: "IV"
    }
  }
}

/// The D antigen of the Rh system, as labelled.
package enum RhD: String, CaseIterable, Hashable, Sendable, Codable {
  case negative
  case positive
}

/// One of the eight ABO and RhD groups; an unknown group is no group.
package struct BloodGroup: Hashable, Sendable {
  /// The ABO group.
  package let abo: ABO
  /// Whether the D antigen is there.
  package let rhd: RhD

  /// Puts the two answers together.
  package init(_ abo: ABO, _ rhd: RhD) {
    self.abo = abo
    self.rhd = rhd
  }
}

extension BloodGroup {
  package static let oNegative = BloodGroup(.o, .negative)
  package static let oPositive = BloodGroup(.o, .positive)
  package static let aNegative = BloodGroup(.a, .negative)
  package static let aPositive = BloodGroup(.a, .positive)
  package static let bNegative = BloodGroup(.b, .negative)
  package static let bPositive = BloodGroup(.b, .positive)
  package static let abNegative = BloodGroup(.ab, .negative)
  package static let abPositive = BloodGroup(.ab, .positive)

  /// True for the groups without the D antigen.
  package var isNegative: Bool { rhd == .negative }

  /// The code kept and exchanged: `O-`, `AB+`, with ASCII signs.
  package var code: String { abo.rawValue + (isNegative ? "-" : "+") }

  /// The group as labels in Kazakhstan print it, with a real minus: `O(I) Rh−`.
  package var label: String {
    "\(abo.rawValue)(\(abo.roman)) Rh\(isNegative ? "\u{2212}" : "+")"
  }

  /// Reads exactly one of the eight codes.
  package init?(code: String) {
    guard let group = BloodGroup.allCases.first(where: { $0.code == code }) else { return nil }
    self = group
  }
}

extension BloodGroup: CaseIterable {
  /// All eight, O− first and AB+ last.
  package static let allCases: [BloodGroup] = ABO.allCases.flatMap { abo in
    RhD.allCases.map { rhd in BloodGroup(abo, rhd) }
  }
}

extension BloodGroup: Codable, CustomStringConvertible {
  /// The code.
  package var description: String { code }

  /// Reads a code.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let group = BloodGroup(code: try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "not a blood group code like O- or AB+")
    }
    self = group
  }

  /// Writes the code.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(code)
  }
}
