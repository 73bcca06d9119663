import Domain
import Foundation

/// Real numbers of whole blood donations by day and group, of a whole country.
enum Collections {
  static let isPresent = FileManager.default.fileExists(atPath: file.path)

  /// The days of a month, scaled down: one bag in `share` of each ABO group.
  ///
  /// The table knows no RhD. Of each day's bags of an ABO group the RhD-negative share
  /// of Kazakhstan is negative, the fractions carried over to the next day.
  static func month(_ name: String, oneIn share: Int) -> [[BloodGroup: Int]] {
    // An absent table is an empty one: the test is skipped by name.
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    var carried: [BloodGroup: Double] = [:]
    return text.split(whereSeparator: \.isNewline).filter { $0.hasPrefix(name) }.map { line in
      let numbers = line.split(separator: ",").dropFirst(2).compactMap { Double($0) }
      var day: [BloodGroup: Int] = [:]
      for (abo, number) in zip([ABO.a, .b, .ab, .o], numbers) {
        for rhd in RhD.allCases {
          let group = BloodGroup(abo, rhd)
          let fraction = rhd == .negative ? rhdNegative : 1 - rhdNegative
          let exact = number * fraction / Double(share) + carried[group, default: 0]
          day[group] = Int(exact)
          carried[group] = exact - exact.rounded(.down)
        }
      }
      return day
    }
  }

  /// The share among 324 donors of the south of Kazakhstan (doi 10.21597/jist.1090600).
  private static let rhdNegative = 0.07

  private static let file = Repository.root.deletingLastPathComponent()
    .appending(path: "shared/data/my_donations_by_abo_daily_national_2006-2026.csv")
}
