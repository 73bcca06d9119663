/// What is measured on a donor before a donation, with its unit.
package enum VitalSign: String, CaseIterable, Hashable, Sendable, Codable, CodingKeyRepresentable {
  case weight = "weight_kg"
  case haemoglobin = "haemoglobin_g_per_l"
  case systolic = "systolic_mmhg"
  case diastolic = "diastolic_mmhg"
  case pulse = "pulse_per_min"
  case temperature = "temperature_c"
  case platelets = "platelets_10e9_per_l"
  case totalProtein = "total_protein_g_per_l"

  /// The name without the unit, as codes of rules use it: `haemoglobin`.
  package var name: String {
    switch self {
    case .weight: "weight"
    case .haemoglobin: "haemoglobin"
    case .systolic: "systolic"
    case .diastolic: "diastolic"
    case .pulse: "pulse"
    case .temperature: "temperature"
    case .platelets: "platelets"
    case .totalProtein: "total_protein"
    }
  }
}

/// What was measured on one day; it says nothing about any other day.
///
/// A value out of bounds is an answer, not an input error: the visit that ends
/// with it is recorded as what it was.
package struct Examination: Hashable, Sendable, Codable {
  /// The civil day of the examination.
  package let on: Day
  /// What was found; a sign that was not measured is absent.
  package let measured: [VitalSign: Double]

  /// Writes down an examination.
  package init(on: Day, measured: [VitalSign: Double]) {
    self.on = on
    self.measured = measured
  }
}

/// One thing a donor told in the questionnaire that a rule may stand against.
package struct ToldReason: Hashable, Sendable, Codable {
  /// The stable code of the reason, as the policy names it: `tattoo_or_piercing`.
  package let reason: String
  /// The day the policy counts from: the event, the recovery, the last dose; nil if not known.
  @OrNull package var on: Day?
  /// Whether the test is there, and negative, that lets some rests end sooner.
  @OrNull package var isTestedNegative: Bool?

  /// Writes down an answer.
  package init(reason: String, on: Day?, isTestedNegative: Bool? = nil) {
    self.reason = reason
    self.on = on
    self.isTestedNegative = isTestedNegative
  }
}

/// A reactive test of an earlier donation.
package struct ReactiveResult: Hashable, Sendable, Codable {
  /// The stable name of the marker.
  package let marker: String
  /// The civil day of the donation that was tested.
  package let on: Day

  /// Names the result.
  package init(marker: String, on: Day) {
    self.marker = marker
    self.on = on
  }
}
