/// Why a unit of one group was chosen for a patient of another.
package enum RankReason: String, CaseIterable, Hashable, Sendable, Codable {
  /// The group the patient has.
  case identical
  /// Another group that suits the patient.
  case compatibleSubstitute = "compatible_substitute"
  /// O− red cells, because nothing less scarce was there.
  case oNegativeLastResort = "o_negative_last_resort"
  /// A group the rules would not give, by the decision of two persons.
  case emergencyOverride = "emergency_override"
}

extension Component {
  /// The groups to try for a recipient, the best first.
  ///
  /// The patient's own group leads; then come the safe ones, the least scarce
  /// before the scarcest. What needs a decision about RhD is never among them.
  /// `scarcity` names all groups, the least scarce first; without it the group
  /// that suits the fewest patients is spent first.
  package func ranked(
    _ donors: [BloodGroup] = BloodGroup.allCases, for recipient: BloodGroup?,
    substitution: Substitution, scarcity: [BloodGroup] = []
  ) -> [BloodGroup] {
    let order = scarcity.isEmpty ? byFewestUses : scarcity
    let places = Dictionary(
      order.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    func place(_ donor: BloodGroup) -> (Int, Int) {
      let own = donor == recipient ? 0 : match(donor: donor, recipient: recipient).tier
      return (own, places[donor] ?? order.count)
    }
    return donors.filter { isOffered($0, to: recipient, substitution) }
      .sorted { place($0) < place($1) }
  }

  /// Why `donor` stands among the groups for `recipient`, or nothing if it does not.
  package func rankReason(donor: BloodGroup, recipient: BloodGroup?) -> RankReason? {
    switch match(donor: donor, recipient: recipient) {
    case .identical: .identical
    case .compatible: isScarcest(donor) ? .oNegativeLastResort : .compatibleSubstitute
    case .rhdPolicy, .incompatible: nil
    }
  }

  private func isOffered(
    _ donor: BloodGroup, to recipient: BloodGroup?, _ substitution: Substitution
  ) -> Bool {
    switch match(donor: donor, recipient: recipient) {
    case .identical: true
    // Nobody can ask for the very group of a patient whose group is unknown.
    case .compatible: substitution == .compatible || recipient == nil
    case .rhdPolicy, .incompatible: false
    }
  }

  /// O− cells suit everybody, so nobody else gets them while anything else will do.
  private func isScarcest(_ donor: BloodGroup) -> Bool {
    donor == .oNegative && (self == .redCells || self == .wholeBlood)
  }

  private var byFewestUses: [BloodGroup] {
    func uses(_ donor: BloodGroup) -> Int {
      BloodGroup.allCases.count { match(donor: donor, recipient: $0).isSafe }
    }
    return BloodGroup.allCases.map { (uses($0), $0.isNegative ? 1 : 0, $0) }
      .sorted { ($0.0, $0.1) < ($1.0, $1.1) }
      .map(\.2)
  }
}

extension Match {
  fileprivate var tier: Int { self == .identical ? 1 : 2 }
}
