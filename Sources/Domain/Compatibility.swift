/// How well a donor's group suits a recipient.
package enum Match: String, CaseIterable, Hashable, Sendable, Codable, Comparable {
  /// The group asked for.
  case identical
  /// Safe without any decision.
  case compatible
  /// RhD positive for somebody RhD negative: a person must decide by policy.
  case rhdPolicy = "rhd_policy"
  /// Never.
  case incompatible

  /// The safer comes first.
  package static func < (left: Match, right: Match) -> Bool { left.risk < right.risk }

  /// True where a unit may be picked without asking anybody.
  package var isSafe: Bool { self <= .compatible }

  private var risk: Int {
    switch self {
    case .identical: 0
    case .compatible: 1
    case .rhdPolicy: 2
    case .incompatible: 3
    }
  }
}

/// How the ABO groups of platelets and patient disagree.
package enum PlateletMismatch: String, CaseIterable, Hashable, Sendable, Codable {
  case identical
  /// The patient has antibodies against the platelets: a poorer increment.
  case major
  /// The donor's plasma may break the patient's red cells.
  case minor
  /// Both at once.
  case bidirectional

  /// Compares a donor's group with a recipient's.
  package init(donor: ABO, recipient: ABO) {
    switch (donor.redCellsSuit(recipient), recipient.redCellsSuit(donor)) {
    case (true, true): self = .identical
    case (false, true): self = .major
    case (true, false): self = .minor
    case (false, false): self = .bidirectional
    }
  }
}

extension Component {
  /// How well this component of `donor` suits `recipient`.
  ///
  /// For a recipient whose group is unknown only what suits everybody is
  /// safe: O red cells, AB plasma, and no whole blood at all.
  package func match(donor: BloodGroup, recipient: BloodGroup?) -> Match {
    guard let recipient else {
      let worst = BloodGroup.allCases.map { match(donor: donor, recipient: $0) }.max()
      return max(worst ?? .incompatible, .compatible)
    }
    switch self {
    case .redCells:
      guard donor.abo.redCellsSuit(recipient.abo) else { return .incompatible }
      return Match(donor: donor, recipient: recipient)
    case .wholeBlood:
      // Red cells and plasma together: only the same ABO group suits both ways.
      guard donor.abo == recipient.abo else { return .incompatible }
      return Match(donor: donor, recipient: recipient)
    case .platelets:
      return matchOfPlatelets(donor: donor, recipient: recipient)
    case .plasma, .cryoprecipitate:
      // Frozen plasma has no intact red cells, so RhD plays no part.
      if donor.abo == recipient.abo { return .identical }
      return recipient.abo.redCellsSuit(donor.abo) ? .compatible : .incompatible
    }
  }

  private func matchOfPlatelets(donor: BloodGroup, recipient: BloodGroup) -> Match {
    switch PlateletMismatch(donor: donor.abo, recipient: recipient.abo) {
    case .identical, .major:
      return Match(donor: donor, recipient: recipient)
    case .minor, .bidirectional:
      // Possible with low-titre or reduced plasma, but never picked by itself.
      return .incompatible
    }
  }
}

extension Match {
  /// Compares two groups whose ABO parts are already known to go together.
  fileprivate init(donor: BloodGroup, recipient: BloodGroup) {
    if donor == recipient {
      self = .identical
    } else if recipient.isNegative && !donor.isNegative {
      self = .rhdPolicy
    } else {
      self = .compatible
    }
  }
}

extension ABO {
  /// Whether red cells of this group carry no antigen the recipient lacks.
  fileprivate func redCellsSuit(_ recipient: ABO) -> Bool {
    self == .o || recipient == .ab || self == recipient
  }
}
