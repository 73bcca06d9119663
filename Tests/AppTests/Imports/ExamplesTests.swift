import Domain
import Foundation
import TestSupport
import Testing

@testable import App

@Test func `the example files of the documentation can be imported`() async throws {
  let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Examples")
  try await World.lend { world in
    for kind in [ImportKind.donors, .deferrals, .donations] {
      let file = folder.appending(path: "\(kind).csv")
      // Decoded here, so that the mark at its beginning stays.
      let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
      // A site of the reader's own.
      let here = text.replacing(
        "0198c1d2-0000-7000-8000-000000000001", with: world.centre.id.description)
      let outcome = try await world.reading(kind, here)
      #expect(outcome.words == [] && outcome.result.taken >= 2, "\(kind)")
    }
  }
}

@Test func `the documentation names every column of every file`() throws {
  let page = try String(
    contentsOf: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/IMPORTS.md"),
    encoding: .utf8)
  for kind in ImportKind.allCases {
    for column in ImportColumns.of(kind).names {
      #expect(page.contains("`\(column)`"), "\(column)")
    }
  }
}
