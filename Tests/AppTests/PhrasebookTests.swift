import Testing

@testable import App
@testable import Domain

/// The sentences of the three languages.
struct PhrasebookTests {
  private let books: Phrasebooks

  init() throws { books = try Phrasebooks.shipped.get() }

  @Test func `a sentence has the same gaps in every language`() {
    func gaps(_ key: String, _ language: Language) -> Set<String> {
      let text = books[language].sentence(key) ?? ""
      return Set(text.matches(of: /\{([a-z_]+)\}/).map { String($0.output.1) })
    }
    for key in books[.kk].keys {
      #expect(gaps(key, .ru) == gaps(key, .kk), "\(key)")
      #expect(gaps(key, .en) == gaps(key, .kk), "\(key)")
    }
  }

  @Test(arguments: Language.allCases)
  func `every refusal is a whole sentence in every language`(language: Language) throws {
    for (code, facts) in Self.refusals {
      let sentence = try #require(books[language].sentence("code.\(code)", facts), "\(code)")
      #expect(!sentence.contains("{"), "\(code)")
    }
  }

  @Test(arguments: Language.allCases)
  func `every word of a rule is a whole sentence in every language`(language: Language) throws {
    for (rule, outcomes) in Self.rules {
      for (outcome, facts) in outcomes {
        let facts = Dictionary(uniqueKeysWithValues: facts.map { ($0, "7") })
        let key = "rule.\(rule).\(outcome)"
        let sentence = try #require(books[language].sentence(key, facts), "\(key)")
        #expect(!sentence.contains("{"), "\(key)")
      }
    }
  }

  @Test(
    arguments: [
      (Language.kk, "at_least", "60 days", "60 күн"), (.ru, "at_least", "2 weeks", "2 недели"),
      (.en, "at_least", "1 year", "12 months"), (.ru, "previous", "whole_blood", "цельная кровь"),
      (.kk, "previous_on", "2026-08-01", "2026\u{202F}ж. 1 тамыз"),
      (.en, "groups", "A+, O-", "A(II) Rh+, O(I) Rh−"), (.kk, "din", "W0000", "W0000"),
    ])
  func `facts are told in words`(
    language: Language, name: String, value: String, words: String
  ) {
    #expect(books[language].spoken([name: value]) == [name: words])
  }

  /// Each refusal of the domain with the facts it carries.
  private static let refusals: [(code: String, facts: [String: String])] = {
    let day = Day.first
    let merged: [any Refusal] = [ID<Donor>("01a1ee56-5e00-77c7-9eae-c2f5840033cd")].compactMap {
      id in
      id.map { DonorMerged(survivorId: $0, survivorNumber: 7) }
    }
    let all: [any Refusal] = [
      RegistrationRefusal.duplicateIIN(KnownDonor(id: .zero, donorNumber: 7)),
      RegistrationRefusal.duplicateDocument(KnownDonor(id: .zero, donorNumber: 7)),
      IINDiffers(warnings: []), CorrectionRefusal.changedMeanwhile(revision: 2),
      CorrectionRefusal.notActive(state: .merged), ContactRefusal.alreadyThere,
      ContactRefusal.alreadyEnded, ConsentRefusal.alreadyWithdrawn, ConsentRefusal.notGivenYet,
      DriveRefusal.notPlanned(state: .open),
      DriveRefusal.notOpen(state: .closed), DriveRefusal.visitsUndecided(count: 2),
      VisitRefusal.alreadyHere, VisitRefusal.alreadyDecided, DeferralRefusal.isPermanent,
      DonationRefusal.driveNotOpen(state: .planned), DonationRefusal.examinationRefused,
      DonationRefusal.examinedForAnother(kind: .plasmapheresis),
      ComponentRefusal.donationRejected, ComponentRefusal.outcomeNotUsable(.insufficient),
      ComponentRefusal.notOfThisKind(.platelets, .plasmapheresis),
      ComponentRefusal.alreadyMade(.plasma), ComponentRefusal.noShelfLife(.plasma),
      ShelfLifeRefusal.notInPolicy(.plasma, nil), ShelfLifeRefusal.alreadyExpired(on: day),
      ShelfLifeRefusal.tooOld(.redCells, .irradiated, collectedOn: day, latest: day),
      AnonymisationRefusal.notActive(state: .merged), AnonymisationRefusal.isVisiting,
      AnonymisationRefusal.bloodInStock, RareFlagRefusal.alreadyEnded,
      MergerRefusal.notActive(state: .anonymised), MergerRefusal.twoIINs,
      MergerRefusal.isVisiting, MergerRefusal.isUndone,
      RequestRefusal.notOpen(state: .lapsed), RequestRefusal.nothingToIssue,
      RequestRefusal.nothingToReceive, RequestRefusal.nothingToReturn,
      RequestRefusal.unitsNotReady(["W00002600000100"]),
      DonationNumberMistake.malformed, DonationNumberMistake.checkCharacterWrong,
    ]
    let reasons: [ReleaseRefusal.Reason] = [
      .alreadyReleased, .donationRejected, .outcomeNotUsable(.stopped), .donorDeferred,
      .donorBarred, .testMissing(marker: "hiv"), .testReactive(marker: "hbsag"),
      .groupUnconfirmed, .groupConflict(["A+", "O-"]),
    ]
    let numbers = ["iin", "bin"].flatMap { kind -> [IdentityNumberMistake] in
      [.malformed(kind: kind), .checkDigitWrong(kind: kind), .unassignable(kind: kind)]
    }
    return (all + merged).map { ($0.code, $0.facts) } + reasons.map { ($0.code, $0.facts) }
      + numbers.map { ($0.code, $0.facts) }
      + IINWarning.allCases.map { ($0.rawValue, [:]) } + [("release_blocked", [:])]
  }()

  /// What the rules of eligibility can say, and the facts they say it with.
  private static let rules: [String: [String: [String]]] = [
    "kind_not_governed": ["unknown": ["kind"]],
    "age_minimum": [
      "pass": ["age", "minimum"], "refuse": ["age", "minimum"], "refer": ["age", "minimum"],
    ],
    "age_maximum": [
      "pass": ["age", "maximum"], "refuse": ["age", "maximum"], "refer": ["age", "maximum"],
    ],
    "donor_deferred": [
      "pass": [], "refuse": ["reason", "from", "until"], "refuse.temporary": ["from", "until"],
      "refuse.until_lifted": ["from"], "refuse.permanent": ["from"],
    ],
    "reactive_result": ["pass": [], "refuse": []],
    "interval_not_elapsed": [
      "pass": [], "refuse": ["previous", "previous_on", "at_least"],
      "unknown": ["previous", "previous_on"],
    ],
    "donor_active": ["pass": [], "refuse": []],
    "contact_known": ["pass": ["channel"], "refuse": ["channel"]],
    "consent_given": [
      "pass": ["purpose", "channel"], "refuse": ["purpose", "channel"],
      "refuse.withdrawn": ["purpose", "channel", "withdrawn_on"],
    ],
    "donor_available": ["pass": [], "refuse": ["until"]], "contact_limit_reached": limits,
    "yearly_cap_reached": limits, "period_cap_reached": limits, "volume_cap_reached": limits,
    "sign_minimum": measurements("minimum"), "sign_maximum": measurements("maximum"),
    "questionnaire": [
      "pass": [], "unknown": ["reason"], "refer": ["reason"], "refuse": ["reason"],
      "refuse.temporary": ["until"], "refuse.permanent": [],
    ],
  ]

  private static let limits = ["pass", "refuse"].reduce(into: [:]) { facts, outcome in
    facts[outcome] = ["count", "at_most", "period"]
  }

  private static func measurements(_ bound: String) -> [String: [String]] {
    [
      "pass": ["sign", "value", bound], "refuse": ["sign", "value", bound],
      "refer": ["sign", "value", bound], "unknown": ["sign", bound],
    ]
  }

  @Test(arguments: Language.allCases)
  func `every sign and every period has its word`(language: Language) {
    let book = books[language]
    for sign in VitalSign.allCases {
      #expect(book.spoken(["sign": sign.rawValue])["sign"] != sign.rawValue, "\(sign)")
    }
    for period in ["calendar_year", "12 months", "7 days"] {
      #expect(book.spoken(["period": period])["period"]?.contains("_") == false, "\(period)")
    }
  }
}
