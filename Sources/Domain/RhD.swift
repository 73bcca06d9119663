/// What a laboratory saw of the D antigen, before anybody concludes from it.
package enum RhDObservation: String, Codable, Sendable, CaseIterable {
  case positive
  case negative
  /// Few D antigens on each cell.
  case weakD = "weak_d"
  /// An altered D antigen, such as DVI.
  case dVariant = "d_variant"
}

/// How an antigen was looked for: by its reaction, or in the genes.
package enum TypingMethod: String, Codable, Sendable, CaseIterable {
  case serology
  case genotype
}

/// The D antigen as it was seen, with what follows for a donor and for a patient.
///
/// What was seen is kept; what is concluded from it is computed. One person may be a
/// donor on one day and a patient on another.
package struct RhDFinding: Codable, Sendable, Hashable {
  package let observed: RhDObservation
  /// Which weak D or which variant, as the laboratory writes it: `type 1`, `DVI`.
  @OrNull package var type: String?
  package let method: TypingMethod
  @OrNull package var reagents: String?
  @OrNull package var strength: String?

  private enum CodingKeys: CodingKey { case observed, type, method, reagents, strength }

  /// Describes what was seen.
  package init(
    _ observed: RhDObservation, type: String? = nil, method: TypingMethod = .serology,
    reagents: String? = nil, strength: String? = nil
  ) {
    self.observed = observed
    self.type = type
    self.method = method
    self.reagents = reagents
    self.strength = strength
  }

  /// What a label says: whatever D there is, a patient without it may make antibodies against.
  package var asDonor: RhD { observed == .negative ? .negative : .positive }

  /// What a patient is taken for.
  ///
  /// People with weak D type 1, 2 or 3 make no anti-D, and only the genes tell the types
  /// apart; whoever has another one, or one not known, is spared the antigen (Daniels).
  package var asPatient: RhD {
    switch observed {
    case .positive: .positive
    case .negative, .dVariant: .negative
    case .weakD: method == .genotype && isOfTypeOneToThree ? .positive : .negative
    }
  }

  /// Whether the type is weak D 1, 2 or 3 and none of their relatives, such as 1.1.
  private var isOfTypeOneToThree: Bool {
    guard let type else { return false }
    let words = type.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return words.wholeMatch(of: /(?:rhd\*)?(?:weak ?d ?)(?:type ?)?[123]/) != nil
      || words.wholeMatch(of: /(?:type|тип)? ?[123]/) != nil
      || words.wholeMatch(of: /rhd\*01w\.[123]/) != nil
  }

  /// Writes what was seen and both conclusions.
  package func encode(to encoder: any Encoder) throws {
    var seen = encoder.container(keyedBy: CodingKeys.self)
    try seen.encode(observed, forKey: .observed)
    try seen.encode(_type, forKey: .type)
    try seen.encode(method, forKey: .method)
    try seen.encode(_reagents, forKey: .reagents)
    try seen.encode(_strength, forKey: .strength)
    var concluded = encoder.container(keyedBy: ConclusionKeys.self)
    try concluded.encode(asDonor, forKey: .asDonor)
    try concluded.encode(asPatient, forKey: .asPatient)
  }

  private enum ConclusionKeys: CodingKey { case asDonor, asPatient }
}
