import Domain
import Foundation
import Testing

@testable import Server

@Test func `the pace of an import is its share, its rate and the time left`() {
  let now = ContinuousClock.now
  let state = Import(
    id: .new(at: .now), kind: .donors, startedAt: .now, bytesTotal: 1_000_000,
    bytesDone: 250_000, rowsDone: 2_501)
  #expect(
    Pace.line(state, since: (1, 0, now), now + .seconds(5))
      == "25 %  row 2501  500 rows/s  0:15 left")
  // An import that went on does not count what an earlier run did.
  #expect(
    Pace.line(state, since: (2_001, 200_000, now), now + .seconds(1))
      == "25 %  row 2501  500 rows/s  0:15 left")
}
