import Domain
import Testing

@Suite struct CompatibilityTests {
  static let groups = BloodGroup.allCases

  private func pairs(_ component: Component, _ match: Match) -> Int {
    Self.groups.flatMap { donor in
      Self.groups.filter { component.match(donor: donor, recipient: $0) == match }
    }.count
  }

  /// Rows are recipients and columns donors, both from O− to AB+.
  @Test func `red cells suit as the table of 64 pairs says`() {
    let table = """
      ✓D××××××
      ○✓××××××
      ○D✓D××××
      ○○○✓××××
      ○D××✓D××
      ○○××○✓××
      ○D○D○D✓D
      ○○○○○○○✓
      """
    let signs: [Character: Match] = [
      "✓": .identical, "○": .compatible, "D": .rhdPolicy, "×": .incompatible,
    ]
    for (recipient, line) in zip(Self.groups, table.split(separator: "\n")) {
      for (donor, sign) in zip(Self.groups, line) {
        let match = Component.redCells.match(donor: donor, recipient: recipient)
        #expect(match == signs[sign], "\(donor) to \(recipient)")
      }
    }
  }

  @Test func `of 64 pairs 27 are safe and 9 need a decision about RhD`() {
    #expect(pairs(.redCells, .identical) == 8)
    #expect(pairs(.redCells, .compatible) == 19)
    #expect(pairs(.redCells, .rhdPolicy) == 9)
    #expect(pairs(.redCells, .incompatible) == 28)
  }

  @Test func `whole blood needs the same ABO group`() {
    #expect(pairs(.wholeBlood, .identical) == 8)
    #expect(pairs(.wholeBlood, .compatible) == 4)
    #expect(pairs(.wholeBlood, .rhdPolicy) == 4)
    #expect(pairs(.wholeBlood, .incompatible) == 48)
  }

  @Test func `O negative cells suit everybody and AB positive takes everything`() {
    for group in Self.groups {
      #expect(Component.redCells.match(donor: .oNegative, recipient: group).isSafe)
      #expect(Component.redCells.match(donor: group, recipient: .abPositive).isSafe)
    }
  }

  @Test func `a pair stays safe when the donor has no D`() {
    for component in Component.allCases {
      for donor in Self.groups {
        for recipient in Self.groups {
          let match = component.match(donor: donor, recipient: recipient)
          guard match != .incompatible else { continue }
          let without = BloodGroup(donor.abo, .negative)
          #expect(component.match(donor: without, recipient: recipient).isSafe)
        }
      }
    }
  }

  @Test(arguments: [Component.plasma, .cryoprecipitate])
  func `plasma is the mirror of red cells and does not ask for RhD`(component: Component) {
    var safe = 0
    for donor in ABO.allCases {
      for recipient in ABO.allCases {
        let forward = component.match(
          donor: BloodGroup(donor, .positive), recipient: BloodGroup(recipient, .negative))
        let mirror = Component.redCells.match(
          donor: BloodGroup(recipient, .negative), recipient: BloodGroup(donor, .negative))
        #expect(forward == mirror)
        safe += forward.isSafe ? 1 : 0
      }
    }
    #expect(safe == 9)
  }

  @Test func `platelets that may break the patient's cells are never picked by themselves`() {
    for donor in Self.groups {
      for recipient in Self.groups {
        let mismatch = PlateletMismatch(donor: donor.abo, recipient: recipient.abo)
        let match = Component.platelets.match(donor: donor, recipient: recipient)
        let harmless = mismatch == .identical || mismatch == .major
        #expect((match != .incompatible) == harmless, "\(donor) to \(recipient)")
        if recipient.isNegative && !donor.isNegative { #expect(!match.isSafe) }
      }
    }
  }

  @Test func `an unknown patient gets O cells, AB plasma and no whole blood`() {
    func safe(_ component: Component) -> [BloodGroup] {
      Self.groups.filter { component.match(donor: $0, recipient: nil).isSafe }
    }
    #expect(safe(.redCells) == [.oNegative])
    #expect(Component.redCells.match(donor: .oPositive, recipient: nil) == .rhdPolicy)
    #expect(Component.redCells.match(donor: .aNegative, recipient: nil) == .incompatible)
    #expect(safe(.plasma) == [.abNegative, .abPositive])
    #expect(safe(.cryoprecipitate) == [.abNegative, .abPositive])
    #expect(safe(.platelets) == [.abNegative])
    #expect(safe(.wholeBlood).isEmpty)
  }

  // The three below are skipped where the tables of test data are not beside the package.
  @Test(.enabled(if: SharedData.isPresent))
  func `red cells suit as the shared table says`() throws {
    let rows = SharedData.rows("compat_red_cells.csv")
    #expect(rows.count == 64)
    for row in rows {
      let donor = try #require(BloodGroup(code: row["donor"] ?? ""))
      let recipient = try #require(BloodGroup(code: row["recipient"] ?? ""))
      let match = Component.redCells.match(donor: donor, recipient: recipient)
      #expect(match.rawValue == row["result"], "\(donor) to \(recipient)")
    }
  }

  @Test(.enabled(if: SharedData.isPresent))
  func `plasma suits as the shared table says`() throws {
    let rows = SharedData.rows("compat_plasma.csv")
    #expect(rows.count == 16)
    for row in rows {
      let donor = try #require(ABO(rawValue: row["donor_abo"] ?? ""))
      let recipient = try #require(ABO(rawValue: row["recipient_abo"] ?? ""))
      let match = Component.plasma.match(
        donor: BloodGroup(donor, .positive), recipient: BloodGroup(recipient, .positive))
      #expect(try #require(row["result"]).hasPrefix(match.rawValue), "\(row)")
    }
  }

  @Test(.enabled(if: SharedData.isPresent))
  func `platelets mismatch as the shared table says`() throws {
    let rows = SharedData.rows("compat_platelets.csv")
    #expect(rows.count == 16)
    for row in rows {
      let donor = try #require(ABO(rawValue: row["donor_abo"] ?? ""))
      let recipient = try #require(ABO(rawValue: row["recipient_abo"] ?? ""))
      #expect(PlateletMismatch(donor: donor, recipient: recipient).rawValue == row["mismatch"])
    }
  }
}
