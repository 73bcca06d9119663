import Domain
import Foundation
import Testing

@Suite struct HostReportTests {
  @Test func `a host is told what many of the colleagues did`() {
    let report = HostReport(report(came: 40, gave: 40, ["O+": 20, "A+": 20]))
    #expect(report.registered == 40)
    #expect(report.donated == 40)
    #expect(report.donatedByBloodGroup == ["O+": 20, "A+": 20])
  }

  @Test func `the one donor of a rare group is not told, nor computed from the sum`() {
    let report = HostReport(report(came: 31, gave: 31, ["AB-": 1, "O+": 20, "A+": 10]))
    #expect(report.donated == 31)
    #expect(report.donatedByBloodGroup == ["AB-": nil, "A+": nil, "O+": 20])
  }

  @Test func `two small groups that make a small sum take a third with them`() {
    let report = HostReport(report(came: 23, gave: 23, ["AB-": 1, "O-": 2, "O+": 20]))
    #expect(report.donatedByBloodGroup == ["AB-": nil, "O-": nil, "O+": nil])
  }

  @Test func `that two of thirty were turned away is not told`() {
    let report = HostReport(report(came: 32, gave: 30, ["O+": 30]))
    #expect(report.registered == nil, "the difference would tell it")
    #expect(report.donated == 30)
  }

  @Test func `no number below five can be read or computed from what a host is told`() {
    var random = Seeded(7)
    let groups = ["O-", "O+", "A-", "A+", "B-", "B+", "AB-", "AB+"]
    for round in 0..<2000 {
      let cells = groups.reduce(into: [String: Int]()) {
        $0[$1] = Int.random(in: 0...9, using: &random)
      }
      let gave = cells.values.reduce(0, +)
      let came = gave + Int.random(in: 0...9, using: &random)
      let told = HostReport(report(came: came, gave: gave, cells))
      let shown = told.donatedByBloodGroup.values.compactMap(\.self)
      #expect(shown.allSatisfy { $0 >= 5 }, "round \(round)")
      if let donated = told.donated {
        let rest = donated - shown.reduce(0, +)
        let hidden = told.donatedByBloodGroup.values.count { $0 == nil }
        #expect(rest == 0 || (rest >= 5 && hidden > 1), "round \(round): \(cells)")
        if let registered = told.registered {
          #expect(registered == donated || registered - donated >= 5, "round \(round)")
        }
      }
    }
  }

  private func report(came: Int, gave: Int, _ groups: [String: Int]) -> DriveReport {
    DriveReport(
      driveId: ID(UUID()), state: .closed, registered: came, undecided: 0,
      deferred: came - gave, deferredByReason: nil, walkedOut: 0, donated: gave,
      donatedByOutcome: [:], donatedByBloodGroup: groups)
  }
}

@Suite struct RedactedTests {
  @Test func `neither number nor telephone nor donor can be printed`() throws {
    let iin = try IIN("960229600013")
    let phone = try #require(PhoneNumber("+77470009311"))
    let draft = DonorDraft(
      id: ID(UUID()), familyName: "Оспанова", givenName: "Ая", patronymic: nil, sex: .female,
      birthDate: Day.first, iin: iin, phone: phone, language: "kk", region: nil)
    var dumped = ""
    dump(draft, to: &dumped)
    dump([phone], to: &dumped)
    dump(["iin": iin], to: &dumped)
    for text in ["\(iin) \(phone) \(draft)", String(reflecting: [draft]), dumped] {
      #expect(!text.contains("9602296000"))
      #expect(!text.contains("7470009"))
      #expect(!text.contains("Оспанова"))
    }
  }
}
