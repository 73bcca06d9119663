/// How the blood is taken.
package enum DonationKind: String, CaseIterable, Hashable, Sendable, Codable {
  case wholeBlood = "whole_blood"
  case plasmapheresis
  case plateletpheresis
  case doubleRedCells = "double_red_cells"

  /// The components that can be made of such a donation.
  package var components: [Component] {
    switch self {
    case .wholeBlood: [.wholeBlood, .redCells, .plasma, .platelets, .cryoprecipitate]
    case .plasmapheresis: [.plasma, .cryoprecipitate]
    case .plateletpheresis: [.platelets, .plasma]
    case .doubleRedCells: [.redCells]
    }
  }
}

/// For whom, and for what, somebody donates.
package enum DonationIntent: String, CaseIterable, Hashable, Sendable, Codable {
  /// Unpaid and for whoever needs it.
  case voluntary
  /// For one named patient.
  case directed
  /// In return for blood a relative was given.
  case replacement
  /// For the donor's own later use.
  case autologous
  /// For money.
  case paid
}

/// How a donation ended at the chair.
package enum DonationOutcome: String, CaseIterable, Hashable, Sendable, Codable {
  /// The bag is full.
  case completed
  /// The bag holds less than its target, but may be of use.
  case lowVolume = "low_volume"
  /// Too little for any component.
  case insufficient
  /// The vein gave no blood.
  case failedVein = "failed_vein"
  /// Ended early for the donor's sake.
  case stopped

  /// Whether the donor must rest before the next one.
  ///
  /// Any blood drawn counts; only a needle that drew none does not.
  package var countsForInterval: Bool { self != .failedVein }

  /// Whether units may be made: a full bag, or a low one that policy accepts.
  package var yieldsComponents: Bool { self == .completed || self == .lowVolume }
}
