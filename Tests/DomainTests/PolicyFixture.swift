import Domain
import Foundation

/// A made-up policy for tests, with whatever a test wants otherwise.
enum PolicyFixture {
  static let kinds = ["whole_blood", "plasmapheresis", "plateletpheresis", "double_red_cells"]

  /// A policy as its file would say it, with some members replaced.
  static func policy(_ changes: [String: Any] = [:]) throws -> Policy {
    let members = members.merging(changes) { _, changed in changed }
    return try JSONDecoder().decode(
      Policy.self, from: JSONSerialization.data(withJSONObject: members))
  }

  /// A row with the two members every row has.
  static func cited(_ row: [String: Any]) -> [String: Any] {
    row.merging(["source": "made up for tests", "legal_status": "draft"]) { own, _ in own }
  }

  static func interval(
    _ from: [String], _ to: [String], _ atLeast: String, sex: String? = nil
  ) -> [String: Any] {
    var row: [String: Any] = ["from": from, "to": to, "at_least": atLeast]
    if let sex { row["sex"] = sex }
    return cited(row)
  }

  static func cap(
    _ kinds: [String], _ atMost: Int, _ period: String, sex: String? = nil
  ) -> [String: Any] {
    var row: [String: Any] = ["kinds": kinds, "at_most": atMost, "period": period]
    if let sex { row["sex"] = sex }
    return cited(row)
  }

  static func life(
    _ component: String, _ lasts: String?, _ modification: String? = nil, within: String? = nil
  ) -> [String: Any] {
    var row: [String: Any] = ["component": component]
    if let lasts { row["lasts"] = lasts }
    if let modification { row["modification"] = modification }
    if let within { row["within"] = within }
    return cited(row)
  }

  private static var members: [String: Any] {
    [
      "code": "TEST", "version": 3, "effective_from": "2026-01-01",
      "jurisdiction": ["kk": "Сынақ", "ru": "Проба", "en": "Trial"],
      "kinds": kinds,
      "markers": ["hbsag", "anti_hcv", "hiv", "syphilis"].map { cited(["marker": $0]) },
      "intervals": [
        interval(["whole_blood"], ["whole_blood", "double_red_cells"], "60 days"),
        interval(["whole_blood"], ["plasmapheresis", "plateletpheresis"], "1 month"),
        interval(["plasmapheresis", "plateletpheresis"], kinds, "2 weeks"),
        interval(["double_red_cells"], kinds, "180 days"),
      ],
      "caps": [
        cap(["whole_blood"], 5, "rolling_12_months", sex: "male"),
        cap(["whole_blood"], 4, "rolling_12_months", sex: "female"),
      ],
      "ages": [cited(["minimum": 18])],
      "signs": [[String: Any]](), "deferrals": [[String: Any]](),
      "reactives": [[String: Any]](),
      "volumes": kinds.map {
        cited(["kind": $0, "target_ml": 450, "minimum_ml": 405, "maximum_ml": 495])
      },
      "shelf_lives": shelfLives,
      "scarcity": [
        cited([
          "components": Component.allCases.map(\.rawValue),
          "least_scarce_first": ["AB+", "A+", "B+", "O+", "AB-", "A-", "B-", "O-"],
        ])
      ],
      "phase_bands": cited([
        "value": ["profile": "3-2-1", "green": 3, "pre_amber": 2, "amber": 1]
      ]),
      "supply_word_bands": cited(["value": ["low": 1, "need_more": 2, "ok": 3, "good": 6]]),
      "demand_days": cited(["value": 28]), "hold_hours": cited(["value": 24]),
      "expiry_margin_hours": cited(["value": 4]),
      "o_negative_reserve": cited(["value": ["days": 3, "units": 2]]),
    ]
  }

  private static var shelfLives: [[String: Any]] {
    [
      life("whole_blood", "35 days"), life("red_cells", "42 days"), life("platelets", "5 days"),
      life("plasma", "36 months"), life("cryoprecipitate", "12 months"),
      life("red_cells", "28 days", "irradiated"), life("red_cells", "24 hours", "washed"),
      life("platelets", nil, "irradiated"), life("plasma", "5 days", "thawed"),
    ]
  }
}
