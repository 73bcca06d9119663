import Domain
import Testing

@Suite struct ShortageTests {
  static let bands = PhaseBands(profile: "3-2-1", green: 3, preAmber: 2, amber: 1)
  static let words = SupplyWordBands(low: 1, needMore: 2, ok: 3, good: 6)

  /// Stock, and demand of 28 days, with the days they make to four places.
  @Test(arguments: [
    ("O-", 18, 218, 2.3119, Phase.preAmber), ("O+", 161, 1_120, 4.0250, .green),
    ("A-", 14, 84, 4.6667, .green), ("A+", 150, 938, 4.4776, .green),
    ("B-", 5, 63, 2.2222, .preAmber), ("B+", 96, 714, 3.7647, .green),
    ("AB-", 3, 14, 6.0000, .green), ("AB+", 40, 238, 4.7059, .green),
    ("all", 487, 3_389, 4.0236, .green),
  ])
  func `a fair total hides two short groups`(
    group: String, stock: Int, demand: Int, days: Double, phase: Phase
  ) throws {
    let found = try #require(daysOfSupply(issuable: stock, demand: demand, overDays: 28))
    #expect((found * 10_000).rounded() == (days * 10_000).rounded(), "\(group)")
    #expect(Phase(daysOfSupply: found, bands: Self.bands) == phase, "\(group)")
  }

  @Test func `without demand there is no number of days`() {
    #expect(daysOfSupply(issuable: 18, demand: 0, overDays: 28) == nil)
    #expect(daysOfSupply(issuable: 0, demand: 0, overDays: 28) == nil)
    #expect(daysOfSupply(issuable: 18, demand: 5, overDays: 0) == nil)
    #expect(Phase(daysOfSupply: nil, bands: Self.bands) == .noDemand)
    #expect(SupplyWord(daysOfSupply: nil, bands: Self.words) == .ok)
  }

  @Test(arguments: [
    (0.0, Phase.red, SupplyWord.veryLow), (0.99, .red, .veryLow), (1, .amber, .low),
    (1.99, .amber, .low), (2, .preAmber, .needMore), (2.99, .preAmber, .needMore),
    (3, .green, .ok), (5.99, .green, .ok), (6, .green, .good), (365, .green, .good),
  ])
  func `a bound belongs to the better side`(days: Double, phase: Phase, word: SupplyWord) {
    #expect(Phase(daysOfSupply: days, bands: Self.bands) == phase)
    #expect(SupplyWord(daysOfSupply: days, bands: Self.words) == word)
  }

  @Test func `each count of units that expire soon includes the ones before`() throws {
    let today = try day("2026-01-15")
    let stock = [-1, 0, 3, 4, 7, 8, 14, 15, 28, 29, 900].map {
      (expiresOn: today.adding(days: $0), count: 2)
    }
    let profile = ExpiryProfile(stock, on: today)
    #expect([profile.le3, profile.le7, profile.le14, profile.le28] == [4, 8, 12, 16])
    #expect(profile.more == 4)
  }
}
