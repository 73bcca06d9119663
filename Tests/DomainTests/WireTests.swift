import Domain
import Foundation
import Testing

/// Foundation's encoder, set up as the contract has it.
private func foundation() -> JSONEncoder {
  let encoder = JSONEncoder()
  encoder.keyEncodingStrategy = .convertToSnakeCase
  encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
  encoder.dateEncodingStrategy = .custom { date, target in
    var container = target.singleValueContainer()
    try container.encode(Instant.format(date))
  }
  return encoder
}

private func expectSame(_ record: some Encodable) throws {
  let expected = String(decoding: try foundation().encode(record), as: UTF8.self)
  #expect(try Wire.text(record) == expected)
  #expect(try Wire.encode(record) == Array(expected.utf8))
}

private let at = Date(timeIntervalSince1970: 1_795_232_880.125)

@Test func `a unit is written to the byte as Foundation writes it`() throws {
  let din = try DonationNumber("KZ12601234567")
  let day = try #require(Day("2026-11-21"))
  for group in [nil, BloodGroup.oNegative] {
    let unit = Domain.Unit(
      id: .new(at: at), din: din, component: .redCells, bloodGroup: group, volumeMl: 280,
      attributes: ["irradiated", "a/\"b\""], collectedOn: day, expiresOn: day.adding(days: 42),
      expiresAt: at, siteId: .new(at: at), state: .quarantined)
    try expectSame(unit)
    try expectSame([unit, unit])
    let step = try JSONDecoder().decode(
      UnitHistory.Step.self,
      from: Data(#"{"at": 12.5, "kind": "unit.held", "detail": {"toState": "x", "by": "ә"}}"#.utf8))
    try expectSame(UnitHistory(unit: unit, history: [step]))
  }
}

@Test func `an instant is written as it is read`() {
  for text in [
    "0001-01-01T00:00:00Z", "1969-12-31T23:59:59.999Z", "2026-11-21T03:48:00.120Z",
    "9999-12-31T23:59:59Z",
  ] {
    let instant = Instant.parse(text)
    #expect(instant.map(Instant.format) == text)
  }
}
