import Domain
import Foundation
import Testing

@Suite struct ShelfLifeTests {
  private func almaty() throws -> TimeZone {
    try #require(TimeZone(identifier: "Asia/Almaty"))
  }

  @Test(arguments: [
    (Component.redCells, "2026-01-15", "2026-02-26"), (.wholeBlood, "2026-01-15", "2026-02-19"),
    (.platelets, "2026-02-26", "2026-03-03"), (.platelets, "2028-02-26", "2028-03-02"),
    (.redCells, "2024-02-01", "2024-03-14"), (.cryoprecipitate, "2027-02-28", "2028-02-28"),
    (.plasma, "2024-02-29", "2027-02-28"),
  ])
  func `the day of collection is day 0`(
    component: Component, collected: String, last: String
  ) throws {
    let expiry = try PolicyFixture.policy()
      .expiry(of: component, collectedOn: day(collected), in: almaty())
    #expect(try expiry.expiresOn == day(last))
    #expect(try expiry.expiresAt == day(last).endOfDay(in: almaty()))
  }

  @Test func `a unit is usable at 23:59 of its last day and not at midnight`() throws {
    let expiry = try PolicyFixture.policy()
      .expiry(of: .redCells, collectedOn: day("2026-01-15"), in: almaty())
    #expect(Instant.format(expiry.expiresAt) == "2026-02-26T19:00:00Z")
    #expect(try Day(expiry.expiresAt - 60, in: almaty()) == expiry.expiresOn)
  }

  @Test func `irradiation shortens the life and never lengthens it`() throws {
    let policy = try PolicyFixture.policy()
    #expect(try irradiated(policy, collected: "2026-01-15", on: "2026-01-20") == day("2026-02-17"))
    #expect(try irradiated(policy, collected: "2026-01-15", on: "2026-02-20") == day("2026-02-26"))
  }

  @Test func `cells that are too old are not irradiated`() throws {
    let policy = try PolicyFixture.policy([
      "shelf_lives": [
        PolicyFixture.life("red_cells", "35 days"),
        PolicyFixture.life("red_cells", "14 days", "irradiated", within: "14 days"),
      ]
    ])
    #expect(try irradiated(policy, collected: "2026-01-15", on: "2026-01-25") == day("2026-02-08"))
    #expect(try irradiated(policy, collected: "2026-01-15", on: "2026-01-29") == day("2026-02-12"))
    do {
      _ = try irradiated(policy, collected: "2026-01-15", on: "2026-01-30")
      Issue.record("cells of day 15 were irradiated")
    } catch let refusal as ShelfLifeRefusal {
      #expect(refusal.code == "unit_too_old_to_modify")
      #expect(refusal.facts["latest"] == "2026-01-29")
    }
  }

  @Test func `washed cells keep for hours from the minute`() throws {
    let washed = try #require(Instant.parse("2026-01-20T10:30:00+05:00"))
    let expiry = try modified(.redCells, .washed, at: washed, collected: "2026-01-15")
    #expect(expiry.expiresAt == washed + 86_400)
    #expect(try expiry.expiresOn == day("2026-01-21"))
    let midnight = try day("2026-01-20").startOfDay(in: almaty())
    let whole = try modified(.redCells, .washed, at: midnight, collected: "2026-01-15")
    #expect(try whole.expiresOn == day("2026-01-20"))
  }

  @Test func `irradiated platelets keep their day`() throws {
    let noon = try #require(Instant.parse("2026-01-16T12:00:00+05:00"))
    let expiry = try modified(.platelets, .irradiated, at: noon, collected: "2026-01-15")
    #expect(try expiry.expiresOn == day("2026-01-20"))
  }

  @Test func `what the policy does not mention is refused`() throws {
    let noon = try #require(Instant.parse("2026-01-16T12:00:00+05:00"))
    #expect(throws: ShelfLifeRefusal.notInPolicy(.plasma, .irradiated)) {
      try modified(.plasma, .irradiated, at: noon, collected: "2026-01-15")
    }
    let silent = try PolicyFixture.policy(["shelf_lives": [[String: Any]]()])
    let (today, zone) = try (day("2026-01-15"), almaty())
    #expect(throws: ShelfLifeRefusal.notInPolicy(.plasma, nil)) {
      try silent.expiry(of: .plasma, collectedOn: today, in: zone)
    }
  }

  @Test func `an expired unit is not modified`() throws {
    let late = try day("2026-02-26").endOfDay(in: almaty())
    #expect(throws: ShelfLifeRefusal.alreadyExpired(on: try day("2026-02-26"))) {
      try modified(.redCells, .irradiated, at: late, collected: "2026-01-15")
    }
  }

  // Skipped where the tables of test data are not beside the package.
  @Test(.enabled(if: SharedData.isPresent), arguments: SharedData.rows("expiry_vectors.csv"))
  func `every expiry of the shared table is found`(row: [String: String]) throws {
    guard let count = Int(row["shelf_life_days"] ?? ""),
      let collected = Day(row["collection_date"] ?? "")
    else { return }
    let policy = try PolicyFixture.policy([
      "shelf_lives": [PolicyFixture.life("red_cells", "\(count) days")]
    ])
    let expiry = try policy.expiry(of: .redCells, collectedOn: collected, in: almaty())
    #expect("\(expiry.expiresOn) 23:59" == row["last_valid_local"])
  }

  private func irradiated(_ policy: Policy, collected: String, on: String) throws -> Day {
    let noon = try day(on).startOfDay(in: almaty()) + 43_200
    let before = try policy.expiry(of: .redCells, collectedOn: day(collected), in: almaty())
    return try policy.expiry(
      of: .redCells, .irradiated, at: noon, collectedOn: day(collected), before: before,
      in: almaty()
    ).expiresOn
  }

  private func modified(
    _ component: Component, _ modification: Modification, at instant: Date, collected: String
  ) throws -> Expiry {
    let policy = try PolicyFixture.policy()
    let before = try policy.expiry(of: component, collectedOn: day(collected), in: almaty())
    return try policy.expiry(
      of: component, modification, at: instant, collectedOn: day(collected), before: before,
      in: almaty())
  }
}
