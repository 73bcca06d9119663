import Domain
import Foundation
import Testing

@Suite struct InstantTests {
  private func almaty() throws -> TimeZone {
    try #require(TimeZone(identifier: "Asia/Almaty"))
  }

  private func instant(_ text: String) throws -> Date {
    try #require(Instant.parse(text), "\(text) is no moment")
  }

  @Test(arguments: [
    ("2026-01-15T10:00:00Z", "2026-01-15T10:00:00Z"),
    ("2026-01-15T10:00:00+05:00", "2026-01-15T05:00:00Z"),
    ("2026-01-15t01:00:00.25-03:30", "2026-01-15T04:30:00.250Z"),
    ("1969-12-31T23:59:59.5z", "1969-12-31T23:59:59.500Z"),
    ("2026-01-15T10:00:00.000000Z", "2026-01-15T10:00:00Z"),
    ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
    ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
  ])
  func `a moment is written in UTC`(text: String, utc: String) throws {
    #expect(try Instant.format(instant(text)) == utc)
  }

  @Test(arguments: [
    "2026-02-29T10:00:00Z", "2026-01-15T24:00:00Z", "2026-01-15T10:60:00Z",
    "2026-01-15T23:59:60Z", "2026-01-15T10:00:00", "2026-01-15 10:00:00Z", "2026-01-15",
    "2026-01-15T10:00:00.Z", "2026-01-15T10:00:00+5", "2026-01-15T10:00:00+24:00",
    "2026-01-15T10:00:00+05:60", "2026-01-15T10:00:00Zulu", "", "2026-01-15T10:00Z",
    "2026-01-15T10:00:00.", "tomorrow at ten o'clock",
  ])
  func `what is no moment is none`(text: String) {
    #expect(Instant.parse(text) == nil)
  }

  @Test(arguments: [Double.infinity, -.infinity, .nan, 1e300, -1e300])
  func `an absurd instant is written, and has a day`(seconds: Double) throws {
    let absurd = Date(timeIntervalSince1970: seconds)
    #expect(Instant.parse(Instant.format(absurd)) != nil)
    #expect(try Day(absurd, in: almaty()) >= .first)
  }

  @Test func `a day begins and ends with the clocks of its place`() throws {
    let today = try day("2026-01-15")
    #expect(try today.startOfDay(in: almaty()) == instant("2026-01-14T19:00:00Z"))
    #expect(try today.endOfDay(in: almaty()) == instant("2026-01-15T19:00:00Z"))
    #expect(try Day(instant("2026-01-14T18:59:59Z"), in: almaty()) == day("2026-01-14"))
    #expect(try Day(instant("2026-01-14T19:00:00Z"), in: almaty()) == today)
  }

  @Test func `the day on which Kazakhstan changed its clocks had 25 hours`() throws {
    let zone = try almaty()
    let leapDay = try day("2024-02-29")
    #expect(leapDay.endOfDay(in: zone).timeIntervalSince(leapDay.startOfDay(in: zone)) == 90_000)
    #expect(try leapDay.endOfDay(in: zone) == instant("2024-02-29T19:00:00Z"))
    // 23:30 by the old clock and again by the new one.
    #expect(try Day(instant("2024-02-29T17:30:00Z"), in: zone) == leapDay)
    #expect(try Day(instant("2024-02-29T18:30:00Z"), in: zone) == leapDay)
  }

  @Test(arguments: ["Asia/Almaty", "America/Sao_Paulo", "Africa/Cairo", "Europe/London", "GMT"])
  func `days tile time without a gap`(identifier: String) throws {
    let zone = try #require(TimeZone(identifier: identifier))
    var today = try day("2015-10-01")
    for _ in 0..<1_000 {
      let (start, end) = (today.startOfDay(in: zone), today.endOfDay(in: zone))
      guard Day(start, in: zone) == today, Day(start - 1, in: zone) == today.adding(days: -1),
        end == today.adding(days: 1).startOfDay(in: zone)
      else {
        Issue.record("\(today) in \(identifier)")
        return
      }
      today = today.adding(days: 1)
    }
  }
}
