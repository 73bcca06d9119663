import Domain
import Foundation
import TestSupport

@testable import App

extension Form {
  /// What a laboratory sends.
  static func laboratory(_ subjects: Subjects) -> [Form] {
    let donation = "/v1/donations/\(subjects.din)"
    return [
      Form(
        route: "/v1/donations/{din}/determinations", target: "\(donation)/determinations",
        role: .laboratory,
        body: [
          "blood_group": "O-", "abo": "O",
          "rhd": [
            "observed": "negative", "method": "serology", "reagents": "IgM", "strength": "0",
          ],
          "sample": "T1", "method": "gel", "laboratory": "Reference",
        ], optional: ["blood_group", "abo", "rhd", "reagents", "strength", "laboratory"]),
      Form(
        route: "/v1/donations/{din}/antigens", target: "\(donation)/antigens", role: .laboratory,
        body: [
          "sample": "T1", "method": "serology", "laboratory": "Reference",
          "results": [["antigen": "K", "result": "absent"]],
        ], optional: ["laboratory"]),
      Form(
        route: "/v1/donations/{din}/tests", target: "\(donation)/tests", role: .laboratory,
        body: ["marker": "hiv", "result": "non_reactive"]),
      Form(
        route: "/v1/donations/{din}/components", target: "\(donation)/components",
        role: .laboratory,
        body: [
          "components": [
            ["component": "red_cells", "volume_ml": 260, "attributes": ["irradiated"]]
          ]
        ], optional: ["attributes"]),
      Form(
        route: "/v1/donors/{donor}/rare-flags", target: "/v1/donors/\(subjects.donor)/rare-flags",
        role: .laboratory, body: ["reason": "anti-Vel in the family"]),
      Form(
        route: "/v1/rare-flags/{flag}/ending", target: "/v1/rare-flags/\(subjects.flag)/ending",
        role: .laboratory, body: ["reason": "typed anew"]),
      Form(
        route: "/v1/donations/{din}/release", target: "\(donation)/release",
        role: .laboratory, canBeEmpty: true),
    ]
  }
}
