import Domain

/// Donors with a past, drawn by chance.
extension Seeded {
  /// A donor with donations, deferrals, tests, measurements and answers around `today`.
  mutating func donor(around today: Day) -> DonorFacts {
    let donations = (0..<Int.random(in: 0...7, using: &self)).map { _ in donation(before: today) }
    let deferrals = (0..<Int.random(in: 0...2, using: &self)).map { _ in deferral(around: today) }
    return DonorFacts(
      sex: Bool.random(using: &self) ? .female : .male,
      birthDate: today.adding(days: -Int.random(in: 17 * 365...68 * 365, using: &self)),
      deferrals: deferrals, donations: donations,
      reactives: chance(12) ? [reactive(before: today)] : [],
      examination: chance(3) ? examination(on: today) : nil,
      answers: chance(3)
        ? (0..<Int.random(in: 0...2, using: &self)).map { _ in
          answer(before: today)
        } : nil)
  }

  private mutating func donation(before today: Day) -> PastDonation {
    PastDonation(
      kind: DonationKind.allCases.randomElement(using: &self) ?? .wholeBlood,
      on: day(before: today, 500),
      outcome: DonationOutcome.allCases.randomElement(using: &self) ?? .completed,
      volumeMl: chance(3) ? nil : Int.random(in: 0...700, using: &self))
  }

  private mutating func deferral(around today: Day) -> OpenDeferral {
    let from = day(before: today, 200)
    let until = from.adding(days: Int.random(in: 1...400, using: &self))
    let isForGood = chance(20)
    return OpenDeferral(
      reason: "other", from: from, until: isForGood ? nil : until, isPermanent: isForGood,
      kinds: chance(5) ? [DonationKind.allCases.randomElement(using: &self) ?? .wholeBlood] : nil,
      endedOn: chance(6) ? from.adding(days: Int.random(in: 0...300, using: &self)) : nil,
      voidedOn: chance(6) ? today : nil)
  }

  private mutating func reactive(before today: Day) -> ReactiveResult {
    ReactiveResult(marker: chance(2) ? "syphilis" : "hiv", on: day(before: today, 500))
  }

  private mutating func examination(on today: Day) -> Examination {
    var measured: [VitalSign: Double] = [
      .haemoglobin: Double(Int.random(in: 1_200...1_600, using: &self)) / 10,
      .temperature: Double(Int.random(in: 360...380, using: &self)) / 10,
    ]
    if chance(6) { measured[.temperature] = nil }
    return Examination(on: today, measured: measured)
  }

  private mutating func answer(before today: Day) -> ToldReason {
    let reasons = ["tattoo", "tattoo", "aspirin", "aspirin", "vaccine", "vaccine", "hiv", "news"]
    return ToldReason(
      reason: reasons.randomElement(using: &self) ?? "news",
      on: chance(8) ? nil : day(before: today, chance(2) ? 5 : 200))
  }

  private mutating func day(before today: Day, _ most: Int) -> Day {
    today.adding(days: -Int.random(in: 0...most, using: &self))
  }

  private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &self) == 0 }
}
