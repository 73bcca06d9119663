import Domain
import Foundation

@testable import App

extension Form {
  /// What staff write down of a visitor in whom nothing is wrong.
  static func examination(_ subjects: Subjects) -> Form {
    Form(
      route: "/v1/visits/{visit}/examination",
      target: "/v1/visits/\(subjects.visit)/examination", role: .driveStaff,
      body: [
        "kind": "whole_blood",
        "measured": [
          "weight_kg": 64.5, "haemoglobin_g_per_l": 131.5, "systolic_mmhg": 120.5,
          "diastolic_mmhg": 75.5, "pulse_per_min": 70.5, "temperature_c": 36.6,
          "platelets_10e9_per_l": 220.5, "total_protein_g_per_l": 72.5,
        ],
        "answers": [
          ["reason": "menstruation", "on": "2026-11-01", "is_tested_negative": true]
        ],
      ],
      optional: Set(VitalSign.allCases.map(\.rawValue))
        .union(["measured", "answers", "on", "is_tested_negative"]))
  }

  /// A deferral with everything that its form has.
  static func deferral(_ subjects: Subjects) -> Form {
    Form(
      route: "/v1/donors/{donor}/deferrals",
      target: "/v1/donors/\(subjects.donor)/deferrals", role: .driveStaff,
      body: [
        "reason": "tattoo", "from": "2026-01-01", "until": "2026-05-01",
        "event_on": "2026-01-01", "kind": "temporary", "centre": "Қостанай", "note": "left arm",
      ], optional: ["until", "event_on", "kind", "centre", "note"])
  }
}
