import Foundation
import Testing

@testable import App

/// The shared table beside the package; a checkout without it runs the other tests.
private let table = URL(filePath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().appending(path: "shared/data/kz_regions.csv")

@Test(.enabled(if: FileManager.default.fileExists(atPath: table.path), "needs kz_regions.csv"))
func `every region of the country is known by its code, its three names and its time`() throws {
  let lines = try String(contentsOf: table, encoding: .utf8).split(whereSeparator: \.isNewline)
    .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
  let header = try #require(lines.first)
  let rows = lines.dropFirst().map { cells in
    Dictionary(zip(header, cells), uniquingKeysWith: { first, _ in first })
  }
  #expect(rows.count == 20)
  #expect(Set(rows.compactMap { $0["iso_3166_2"] }) == Regions.known)
  for row in rows {
    let code = try #require(row["iso_3166_2"])
    for (language, column) in [(Language.kk, "name_kk"), (.ru, "name_ru"), (.en, "name_en")] {
      #expect(Regions.name(of: code, in: language) == row[column], "\(code)")
    }
    #expect(Regions.timeZone(of: code) == row["iana_zone"], "\(code)")
    #expect(TimeZone(identifier: Regions.timeZone(of: code)) != nil, "\(code)")
  }
}
