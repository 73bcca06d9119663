import Domain
import Testing

/// Measurements, answers, deferrals and reactive tests.
@Suite struct HealthRulesTests {
  private static let today = Day("2026-06-01") ?? .first

  private func donor(
    _ sex: Sex = .female, deferrals: [OpenDeferral] = [], reactives: [ReactiveResult] = [],
    measured: [VitalSign: Double]? = nil, answers: [ToldReason]? = nil
  ) throws -> DonorFacts {
    DonorFacts(
      sex: sex, birthDate: try day("1990-06-01"), deferrals: deferrals, reactives: reactives,
      examination: measured.map { Examination(on: Self.today, measured: $0) }, answers: answers)
  }

  private func decide(
    _ facts: DonorFacts, _ kind: DonationKind = .wholeBlood, on day: Day = today,
    _ changes: [String: Any] = rules
  ) throws -> EligibilityDecision {
    Eligibility.decide(facts, kind, on: day, policy: try PolicyFixture.policy(changes))
  }

  /// Haemoglobin by sex, a temperature for all, a pulse a physician may accept.
  private static var rules: [String: Any] {
    [
      "signs": [
        sign("haemoglobin_g_per_l", ["minimum": 125, "sex": "female", "kinds": ["whole_blood"]]),
        sign("haemoglobin_g_per_l", ["minimum": 135, "sex": "male", "kinds": ["whole_blood"]]),
        sign("temperature_c", ["maximum": 37.5]),
        sign("pulse_per_min", ["minimum": 50, "maximum": 100, "beyond": "refer"]),
      ],
      "deferrals": [
        reason("tattoo", "temporary", ["lasts": "4 months"]),
        reason("transfusion", "temporary", ["lasts": "6 months", "lasts_if_tested": "4 months"]),
        reason("aspirin", "temporary", ["lasts": "48 hours", "kinds": ["plateletpheresis"]]),
        reason("hiv", "permanent"), reason("faint", "until_lifted"), reason("smoking", "physician"),
        reason("flu_shot", "none"),
      ],
      "reactives": [
        PolicyFixture.cited(["markers": ["syphilis"], "bars_for": "1 year"])
      ],
    ]
  }

  private static func sign(_ name: String, _ more: [String: Any]) -> [String: Any] {
    PolicyFixture.cited(more.merging(["sign": name]) { $1 })
  }

  private static func reason(
    _ name: String, _ kind: String, _ more: [String: Any] = [:]
  ) -> [String: Any] {
    PolicyFixture.cited(more.merging(["reason": name, "kind": kind]) { $1 })
  }

  private static let well: [VitalSign: Double] = [
    .haemoglobin: 140, .temperature: 36.6, .pulse: 70,
  ]

  private func word(_ decision: EligibilityDecision, _ code: String) -> String? {
    decision.rules.first { $0.code == code }?.outcome.rawValue
  }

  @Test func `nobody is asked for measurements before the examination`() throws {
    let decision = try decide(donor())
    #expect(decision.eligible)
    #expect(decision.rules.allSatisfy { !$0.code.hasPrefix("haemoglobin") })
  }

  @Test(arguments: [
    (Sex.female, 124.9, false), (.female, 125, true), (.male, 134, false), (.male, 135, true),
  ])
  func `the least haemoglobin depends on the sex`(sex: Sex, value: Double, passes: Bool) throws {
    let measured = Self.well.merging([.haemoglobin: value]) { $1 }
    let decision = try decide(donor(sex, measured: measured))
    #expect(decision.eligible == passes)
    #expect(word(decision, "haemoglobin_minimum") == (passes ? "pass" : "refuse"))
    #expect(decision.firstEligibleOn == Self.today.adding(days: passes ? 0 : 1), "measured again")
  }

  @Test func `another kind asks for other measurements`() throws {
    let measured: [VitalSign: Double] = [.haemoglobin: 110, .temperature: 37.5, .pulse: 50]
    #expect(try decide(donor(measured: measured), .plasmapheresis).eligible)
    #expect(try !decide(donor(measured: measured)).eligible)
  }

  @Test func `a tenth of a degree decides, and a pulse is the physician's`() throws {
    let hot = try decide(donor(measured: Self.well.merging([.temperature: 37.6]) { $1 }))
    let rule = try #require(hot.rules.first { $0.code == "temperature_maximum" })
    #expect(rule.outcome == .refuse)
    #expect(rule.facts == ["sign": "temperature_c", "value": "37.6", "maximum": "37.5"])
    #expect(rule.sentences == ["rule.sign_maximum.refuse"])
    let calm = try decide(donor(measured: Self.well.merging([.pulse: 45]) { $1 }))
    #expect(word(calm, "pulse_minimum") == "refer" && calm.needsPhysician)
  }

  @Test func `a sign that was not measured is unknown, and unknown is no yes`() throws {
    let decision = try decide(donor(measured: [.haemoglobin: 140, .pulse: 70]))
    #expect(word(decision, "temperature_maximum") == "unknown")
    #expect(!decision.eligible && !decision.needsPhysician)
  }

  @Test func `a tattoo four months ago is told with its last day`() throws {
    let answer = ToldReason(reason: "tattoo", on: try day("2026-03-31"))
    let decision = try decide(donor(answers: [answer]))
    #expect(try decision.firstEligibleOn == day("2026-07-31"))
    let rule = try #require(decision.rules.first { $0.code == "questionnaire" })
    #expect(rule.facts == ["reason": "tattoo", "until": "2026-07-31", "term": "temporary"])
    #expect(
      rule.sentences == ["rule.questionnaire.refuse.temporary", "rule.questionnaire.refuse"])
    #expect(try decide(donor(answers: [answer]), on: day("2026-07-31")).eligible)
  }

  @Test(arguments: [
    ("hiv", "refuse"), ("faint", "refuse"), ("smoking", "refer"), ("flu_shot", "pass"),
    ("aspirin", "pass"), ("something_new", "unknown"),
  ])
  func `a reason weighs as the policy says`(reason: String, outcome: String) throws {
    let answer = ToldReason(reason: reason, on: Self.today)
    let decision = try decide(donor(answers: [answer]))
    #expect(word(decision, "questionnaire") == outcome)
    #expect(decision.firstEligibleOn == (outcome == "pass" ? Self.today : nil))
  }

  @Test func `aspirin stands against platelets only`() throws {
    let answers = [ToldReason(reason: "aspirin", on: Self.today)]
    let decision = try decide(donor(answers: answers), .plateletpheresis)
    #expect(decision.firstEligibleOn == Self.today.adding(days: 2))
  }

  @Test func `a negative test shortens some rests, and an unknown day none`() throws {
    func first(_ answer: ToldReason) throws -> Day? {
      try decide(donor(answers: [answer])).firstEligibleOn
    }
    let event = try day("2026-01-15")
    #expect(try first(ToldReason(reason: "transfusion", on: event)) == day("2026-07-15"))
    #expect(
      try first(ToldReason(reason: "transfusion", on: event, isTestedNegative: true)) == Self.today)
    #expect(try first(ToldReason(reason: "transfusion", on: nil)) == nil)
  }

  @Test func `an empty questionnaire passes and a missing one is not asked`() throws {
    #expect(word(try decide(donor(answers: [])), "questionnaire") == "pass")
    #expect(word(try decide(donor()), "questionnaire") == nil)
  }

  @Test func `a deferral that was ended counted until then, a voided one never`() throws {
    let from = try day("2026-01-01")
    func facts(ended: String? = nil, voided: String? = nil) throws -> DonorFacts {
      try donor(deferrals: [
        OpenDeferral(
          reason: "cold", from: from, until: nil, endedOn: ended.map { try day($0) },
          voidedOn: voided.map { try day($0) })
      ])
    }
    #expect(try !decide(facts(ended: "2026-06-02")).eligible)
    #expect(try decide(facts(ended: "2026-06-02")).firstEligibleOn == day("2026-06-02"))
    #expect(try decide(facts(ended: "2026-06-01")).eligible)
    #expect(try decide(facts(voided: "2026-06-02")).eligible)
    #expect(try decide(facts(voided: "2026-06-02"), on: day("2026-02-01")).eligible)
  }

  @Test func `a deferral may stand against platelets only`() throws {
    let facts = try donor(deferrals: [
      OpenDeferral(
        reason: "aspirin", from: Self.today, until: nil, isPermanent: true,
        kinds: [.plateletpheresis])
    ])
    #expect(try decide(facts).eligible)
    let platelets = try decide(facts, .plateletpheresis)
    #expect(platelets.rules.first { $0.outcome == .refuse }?.facts["term"] == "permanent")
  }

  @Test func `the policy turns a reason into its deferral`() throws {
    let policy = try PolicyFixture.policy(Self.rules)
    let from = try day("2026-10-31")
    let until = try day("2027-02-28")
    #expect(policy.deferral(for: "tattoo", from: from)?.until == until)
    #expect(policy.deferral(for: "hiv", from: from)?.isPermanent == true)
    #expect(policy.deferral(for: "faint", from: from)?.end == nil)
    #expect(policy.deferral(for: "flu_shot", from: from) == nil)
    #expect(policy.deferral(for: "unheard_of", from: from) == nil)
  }

  @Test func `a reactive test bars for ever unless the policy names an end`() throws {
    let on = try day("2026-01-10")
    let hiv = try decide(donor(reactives: [ReactiveResult(marker: "hiv", on: on)]))
    #expect(word(hiv, "reactive_result") == "refuse" && hiv.firstEligibleOn == nil)
    let syphilis = try donor(reactives: [ReactiveResult(marker: "syphilis", on: on)])
    #expect(try decide(syphilis).firstEligibleOn == day("2027-01-10"))
    #expect(try decide(syphilis, on: day("2027-01-10")).eligible)
    let rule = try #require(hiv.rules.first { $0.code == "reactive_result" })
    #expect(rule.facts.isEmpty, "the marker is not said aloud")
  }

  @Test func `whoever may not know reasons cannot tell an infection from a deferral`() throws {
    let on = try day("2026-01-10")
    let deferral = OpenDeferral(reason: "hiv", from: on, until: nil, isPermanent: true)
    let reactive = ReactiveResult(marker: "hiv", on: on)
    let barred = try [
      donor(deferrals: [deferral]), donor(reactives: [reactive]),
      donor(deferrals: [deferral], reactives: [reactive]),
      donor(deferrals: [deferral, deferral], reactives: [reactive, reactive]),
    ].map { try decide($0).withoutReasons }
    for decision in barred {
      #expect(decision == barred[0])
      #expect(word(decision, "donor_deferred") == "refuse")
      #expect(!decision.rules.contains { $0.code == "reactive_result" })
      #expect(decision.rules.allSatisfy { $0.facts["reason"] == nil && $0.facts["term"] == nil })
    }
    let passed = try decide(donor()).withoutReasons
    #expect(passed.eligible && word(passed, "donor_deferred") == "pass")
    #expect(!passed.rules.contains { $0.code == "reactive_result" })
  }
}
