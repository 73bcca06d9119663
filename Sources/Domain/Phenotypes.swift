package import FoundationEssentials

/// What all tests of a donor say of one antigen together.
package struct TypedAntigen: Codable, Sendable, Hashable {
  package let antigen: Antigen
  /// Null while it was not tested, and while two tests disagree.
  @OrNull package var result: AntigenPresence?
  /// Whether two tests disagree: both are kept, and nothing is known until that is cleared up.
  package let conflict: Bool
  /// How many separate samples say the result.
  package let concordantTests: Int
  @OrNull package var lastTestedAt: Date?
}

/// What is known of a donor's red cells beside ABO and D, derived from every test.
package struct Phenotype: Codable, Sendable, Hashable {
  package let donorId: ID<Donor>
  /// Every antigen of the list, also those not tested.
  package let antigens: [TypedAntigen]
  /// Null unless D, C, c, E and e are all known.
  @OrNull package var rh: RhShorthand?
  /// What makes the donor's blood rare by the policy in force; empty for most people.
  package let rare: [RarePhenotypeRule]
  package let phenotypings: [Phenotyping]

  /// A phenotyping, and what tells its tube from every other one.
  package typealias Reading = (phenotyping: Phenotyping, tube: String)

  /// Concludes from every phenotyping of a donor; `rhd` is the D antigen, if it is certain.
  package init(of donor: ID<Donor>, rhd: RhD?, from readings: [Reading], under policy: Policy) {
    donorId = donor
    antigens = Antigen.allCases.map { TypedAntigen($0, in: readings) }
    phenotypings = readings.map(\.phenotyping)
    rare = policy.rarities(in: phenotypings.map(AntigenTyping.init))
    let known = Dictionary(
      antigens.compactMap { typed in typed.result.map { (typed.antigen, $0 == .present) } },
      uniquingKeysWith: { first, _ in first })
    rh = RhShorthand(
      d: rhd.map { $0 == .positive }, bigC: known[.bigC], smallC: known[.smallC],
      bigE: known[.bigE], smallE: known[.smallE])
  }

  /// What is certain of an antigen; nil if it was not tested or tests disagree.
  package func result(of antigen: Antigen) -> AntigenPresence? {
    antigens.first { $0.antigen == antigen }?.result
  }
}

extension TypedAntigen {
  fileprivate init(_ antigen: Antigen, in readings: [Phenotype.Reading]) {
    let found = readings.flatMap { reading in
      reading.phenotyping.results.filter { $0.antigen == antigen }.map {
        (result: $0.result, tube: reading.tube, at: reading.phenotyping.testedAt)
      }
    }
    let said = Set(found.map(\.result))
    self.antigen = antigen
    conflict = said.count > 1
    result = said.count == 1 ? said.first : nil
    concordantTests = said.count == 1 ? Set(found.map(\.tube)).count : 0
    lastTestedAt = found.map(\.at).max()
  }
}
