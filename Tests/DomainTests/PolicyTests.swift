import Domain
import Foundation
import Testing

@Suite struct PolicyTests {
  @Test func `a policy is read with every value's source and status`() throws {
    let policy = try PolicyFixture.policy()
    #expect(policy.validate() == [])
    #expect(policy.identity.description == "TEST 3")
    #expect(policy.requiredMarkers == ["hbsag", "anti_hcv", "hiv", "syphilis"])
    #expect(policy.holdHours.value == 24)
    #expect(policy.holdHours.source == "made up for tests")
    #expect(policy.holdHours.legalStatus == .draft)
    #expect(policy.volume(of: .wholeBlood)?.target == 450)
    #expect(policy.scarcity(of: .plasma).last == .oNegative)
    #expect(
      policy.ranked(.redCells, for: .aPositive, substitution: .compatible)
        == [.aPositive, .oPositive, .aNegative, .oNegative])
  }

  @Test func `a policy is written as it was read`() throws {
    let policy = try PolicyFixture.policy()
    let again = try JSONDecoder().decode(Policy.self, from: JSONEncoder().encode(policy))
    #expect(again == policy)
  }

  @Test(arguments: ["source", "legal_status", "value"])
  func `a value without its source or status is not read`(missing: String) {
    var hold = PolicyFixture.cited(["value": 24])
    hold[missing] = nil
    #expect(throws: DecodingError.self) { try PolicyFixture.policy(["hold_hours": hold]) }
  }

  @Test(arguments: [
    ("code", "" as any Sendable, "The policy has no code."),
    ("version", 0, "The version must be 1 or more."),
    ("markers", [String](), "No marker is required."),
    ("intervals", [String](), "No interval from whole_blood to plasmapheresis, female."),
    ("ages", [String](), "No youngest age for plasmapheresis."),
    ("volumes", [String](), "No volume for whole_blood."),
    ("shelf_lives", [String](), "red_cells needs exactly one shelf life from collection."),
    ("scarcity", [String](), "platelets needs exactly one scarcity order."),
  ])
  func `what a policy leaves out is named`(
    member: String, value: any Sendable, problem: String
  ) throws {
    let found = try PolicyFixture.policy([member: value]).validate().map(\.description)
    #expect(found.contains(problem))
  }

  @Test func `what contradicts itself is named`() throws {
    let marker = PolicyFixture.cited(["marker": "hiv"])
    let policy = try PolicyFixture.policy([
      "markers": [marker, marker],
      "ages": [PolicyFixture.cited(["minimum": 66, "maximum": 65]), PolicyFixture.cited([:])],
      "caps": [PolicyFixture.cap([], 0, "calendar_year")],
      "scarcity": [
        PolicyFixture.cited([
          "components": Component.allCases.map(\.rawValue), "least_scarce_first": ["O-"],
        ])
      ],
      "phase_bands": PolicyFixture.cited([
        "value": ["profile": "1-2-3", "green": 1, "pre_amber": 2, "amber": 3]
      ]),
      "hold_hours": ["value": 0, "source": "", "legal_status": "draft"],
    ])
    #expect(
      policy.validate() == [
        PolicyMistake("The marker hiv stands twice.", at: "markers", 1),
        PolicyMistake("The value has no source.", at: "hold_hours"),
        PolicyMistake("An age rule has no bound.", at: "ages", 1),
        PolicyMistake("An age rule has its bounds the wrong way round.", at: "ages", 0),
        PolicyMistake(
          "A cap must allow at least one donation of some kind.", at: "caps", 0),
        PolicyMistake(
          "A scarcity order does not name each of the eight groups once.", at: "scarcity", 0),
        PolicyMistake("The bands of the phases do not descend.", at: "phase_bands"),
        PolicyMistake("A hold ends before it begins.", at: "hold_hours"),
      ])
  }

  @Test func `a rule about donors that cannot be meant is named`() throws {
    let policy = try PolicyFixture.policy([
      "caps": [
        PolicyFixture.cited(["kinds": ["whole_blood"], "period": "calendar_year"]),
        PolicyFixture.cap(["plasmapheresis"], 1, "rolling_7_days").merging(["at_most_ml": 1]) {
          $1
        },
      ],
      "signs": [
        PolicyFixture.cited(["sign": "weight_kg"]),
        PolicyFixture.cited(["sign": "pulse_per_min", "minimum": 100, "maximum": 50]),
      ],
      "deferrals": [
        PolicyFixture.cited(["reason": "cold", "kind": "temporary"]),
        PolicyFixture.cited(["reason": "tattoo", "kind": "permanent", "lasts": "1 year"]),
        PolicyFixture.cited(["reason": "tattoo", "kind": "permanent"]),
        PolicyFixture.cited([
          "reason": "aspirin", "kind": "permanent", "effective_from": "2027-01-01",
          "effective_until": "2027-01-01",
        ]),
      ],
    ])
    #expect(
      policy.validate().map(\.description) == [
        "The rule on weight_kg has no bound.",
        "The rule on pulse_per_min has its bounds the wrong way round.",
        "A cap needs one of at_most and at_most_ml.",
        "A cap needs one of at_most and at_most_ml.",
        "The temporary deferral cold does not say how long it lasts.",
        "Only a temporary deferral lasts for a term; tattoo is none.",
        "The reason tattoo stands twice for the same time.",
        "A rule goes out of force before it comes into force.",
      ])
  }

  @Test func `a matrix that ends before its successor begins is named with the day`() throws {
    let all = PolicyFixture.kinds
    let early = PolicyFixture.interval(all, all, "60 days").merging([
      "effective_until": "2027-08-07"
    ]) { $1 }
    func late(_ from: String) -> [String: Any] {
      PolicyFixture.interval(all, all, "56 days").merging(["effective_from": from]) { $1 }
    }
    let whole = try PolicyFixture.policy(["intervals": [early, late("2027-08-07")]])
    #expect(whole.validate() == [])
    let gap = try PolicyFixture.policy(["intervals": [early, late("2027-08-08")]]).validate()
    #expect(gap.count == 32)
    #expect(
      gap.first?.description
        == "No interval from whole_blood to whole_blood, female from 2027-08-07 on.")
  }

  @Test(arguments: [
    ("60 days", "2026-03-02"), ("1 day", "2026-01-02"), ("8 weeks", "2026-02-26"),
    ("1 month", "2026-02-01"), ("36 months", "2029-01-01"), ("1 year", "2027-01-01"),
    ("48 hours", "2026-01-03"), ("25 hours", "2026-01-03"),
  ])
  func `a length of time is read in words and counted in civil days`(
    text: String, end: String
  ) throws {
    let term = try #require(Term(text))
    #expect(term.description == text)
    #expect(try day("2026-01-01").adding(term) == day(end))
  }

  @Test(arguments: ["calendar_year", "rolling_12_months", "rolling_7_days", "rolling_1_months"])
  func `a period of a cap is written as it was read`(text: String) {
    #expect(CapPeriod(text)?.description == text)
  }

  @Test(arguments: ["", "year", "rolling", "rolling_months", "rolling_0_days", "rolling_1_2_days"])
  func `what is no period is not read`(text: String) {
    #expect(CapPeriod(text) == nil)
  }

  @Test(arguments: ["", "60", "days", "0 days", "-5 days", "60days", "1.5 days", "2 fortnights"])
  func `what is no length of time is not read`(text: String) {
    #expect(Term(text) == nil)
  }
}
