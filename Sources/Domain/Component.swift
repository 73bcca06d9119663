/// What a bag holds.
package enum Component: String, CaseIterable, Hashable, Sendable, Codable {
  case wholeBlood = "whole_blood"
  case redCells = "red_cells"
  case plasma
  case platelets
  case cryoprecipitate
}

/// Something that may be true of a unit and asked for by a patient's doctor.
package enum UnitAttribute: String, CaseIterable, Hashable, Sendable, Codable {
  /// Lymphocytes can no longer divide, so they cannot attack the patient.
  case irradiated
  /// White cells were filtered out.
  case leucodepleted
  /// The donor has no antibodies against cytomegalovirus.
  case cmvNegative = "cmv_negative"
  /// The red cells lack the K antigen of the Kell system.
  case kNegative = "k_negative"
  /// The donor does not carry haemoglobin S.
  case sickleNegative = "sickle_negative"
  /// The plasma holds little anti-A and anti-B.
  case highTitreNegative = "high_titre_negative"
  /// The platelets were chosen for the patient's tissue type.
  case hlaMatched = "hla_matched"
  /// Germs were made harmless by a process.
  case pathogenReduced = "pathogen_reduced"
  /// Most of the donor's plasma was replaced.
  case plasmaReduced = "plasma_reduced"
  /// The donor's plasma was washed out.
  case washed
}

/// How fast a hospital needs the blood; `<` means served earlier.
package enum Urgency: String, CaseIterable, Hashable, Sendable, Codable, Comparable {
  /// A life is in danger now.
  case emergency
  /// Needed within hours.
  case urgent
  /// Needed within days.
  case routine
  /// Needed on a day planned ahead.
  case scheduled

  /// 1 for a life in danger, up to 4 for a need planned ahead.
  package var priority: Int {
    switch self {
    case .emergency: 1
    case .urgent: 2
    case .routine: 3
    case .scheduled: 4
    }
  }

  /// The more urgent comes first.
  package static func < (left: Urgency, right: Urgency) -> Bool { left.priority < right.priority }
}

/// Whether a request may be filled with other groups than the patient's own.
package enum Substitution: String, CaseIterable, Hashable, Sendable, Codable {
  /// Any group that suits the patient will do.
  case compatible
  /// Only the group asked for will do.
  case exact
}
