import Foundation
import Testing

@testable import Postgres

struct TimestampTests {
  private func read(_ text: String) -> Timestamp? {
    Timestamp(text: Array(text.utf8).span)
  }

  @Test(arguments: [
    ("2026-11-21 03:48:00.12+00", "2026-11-21T03:48:00.120000Z"),
    ("2026-11-21T08:48:00+05:00", "2026-11-21T03:48:00Z"),
    ("2026-11-20 20:18:00-07:30", "2026-11-21T03:48:00Z"),
    ("1880-01-01 00:00:00+05:07:48", "1879-12-31T18:52:12Z"),
    ("2000-02-29T23:59:59.9999994Z", "2000-02-29T23:59:59.999999Z"),
  ])
  func `an instant is read from any zone and written in UTC`(text: String, utc: String) throws {
    let stamp = try #require(read(text))
    #expect(Timestamp(stamp.date)?.description == utc)
  }

  @Test(arguments: [
    "", "infinity", "-infinity", "2026-11-21", "2026-11-21 03:48:00", "2026-13-01 00:00:00Z",
    "2026-11-21 24:00:00Z", "2026-11-21 03:48:00.Z", "2026-11-21 03:48:00Z ", "26-11-21 03:48:00Z",
    "0044-03-15 12:00:00+00 BC", "12026-11-21 03:48:00+00", "2026-11-21 03:48:00+0",
    "2026-11-21 03:48:00.000000000000000000000000000000+00",
  ])
  func `what is no instant is refused`(text: String) {
    #expect(read(text) == nil)
  }

  @Test func `any instant survives the round trip to the microsecond`() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<2000 {
      let micros = Int64.random(
        in: -60_000_000_000_000_000...200_000_000_000_000_000, using: &generator)
      let date = Date(timeIntervalSince1970: Double(micros) / 1e6)
      let text = try #require(Timestamp(date)?.description, "seed \(seed)")
      let back = try #require(read(text)?.date, "seed \(seed)")
      #expect(abs(back.timeIntervalSince(date)) < 1.1e-6, "seed \(seed), \(micros)")
    }
  }

  @Test func `columns and keys are one name in two spellings`() {
    let pairs = [
      ("donorId", "donor_id"), ("donorID", "donor_id"), ("id", "id"), ("bornOn", "born_on"),
      ("a1Cell", "a1_cell"), ("isHTTPOpen", "is_http_open"),
    ]
    for (key, name) in pairs { #expect(Columns.snakeCase(key) == name) }
    #expect(Columns.camelCase("born_on") == "bornOn")
    #expect(Columns.camelCase("_hidden_at") == "_hiddenAt")
  }
}
