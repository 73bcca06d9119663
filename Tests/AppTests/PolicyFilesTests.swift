import Config
import Domain
import Foundation
import Testing

@testable import App

@Suite struct PolicyFilesTests {
  static let shipped = ["kz", "eu", "uk", "us", "who"]

  private func text(_ name: String) throws -> String {
    try #require(Shipped.files["policies/\(name).yaml"])
  }

  private func mistakes(_ text: String) -> [String] {
    do {
      _ = try PolicyDocument(text: text)
      return []
    } catch let error as PolicyMistakes {
      return error.mistakes.map(\.description)
    } catch {
      return ["\(error)"]
    }
  }

  /// The line, from 1, on which a text first stands.
  private func line(of words: String, in text: String) throws -> Int {
    let start = try #require(text.range(of: words)).lowerBound
    return text[..<start].count { $0 == "\n" } + 1
  }

  @Test(arguments: shipped)
  func `a shipped policy is sound and names the source of every value`(name: String) throws {
    let document = try PolicyDocument(named: name)
    #expect(document.policy.code == name.uppercased())
    #expect(document.entries.count > 30)
    #expect(document.entries.allSatisfy { !$0.source.isEmpty && !$0.says.isEmpty })
    #expect(Set(document.entries.map(\.value)).count == document.entries.count)
    #expect(!document.policy.signs.isEmpty && !document.policy.deferrals.isEmpty)
  }

  @Test func `no Kazakh value counts as confirmed before somebody confirms it`() throws {
    let document = try PolicyDocument(named: "kz")
    #expect(document.entries.allSatisfy { $0.legalStatus == .draft })
  }

  @Test func `brucellosis bars for ever in Kazakhstan and for two years in Europe`() throws {
    let from = try #require(Day("2026-01-10"))
    let (kz, eu) = (try PolicyDocument(named: "kz").policy, try PolicyDocument(named: "eu").policy)
    #expect(kz.deferral(for: "brucellosis", from: from)?.isPermanent == true)
    #expect(eu.deferral(for: "brucellosis", from: from)?.until == Day("2028-01-10"))
  }

  @Test func `every mistake is told with its line and column`() throws {
    let sound = try text("kz")
    let broken =
      sound
      .replacing("{minimum: 18, ", with: "{minimum: eighteen, oldest: 70, ", maxReplacements: 1)
      .replacing("at_least: 60 days", with: "at_least: 60 dais", maxReplacements: 1)
      .replacing("sex: male\n    at_most: 5", with: "sex: man\n    at_most: 5", maxReplacements: 1)
      .replacing("    target_ml: 450\n", with: "", maxReplacements: 1)
      .replacing("hold_hours: {value: 24,", with: "hold_hours: {value: 1.5,")
      .replacing("kind: permanent", with: "kind: for_ever", maxReplacements: 1)
    let found = mistakes(broken)
    let ages = try line(of: "{minimum: eighteen", in: broken)
    let term = try line(of: "60 dais", in: broken)
    let sex = try line(of: "sex: man", in: broken)
    let volume = try line(of: "kind: whole_blood\n    minimum_ml", in: broken)
    let kind = try line(of: "kind: for_ever", in: broken)
    #expect(found.contains("\(ages):15: “eighteen” is not a whole number."))
    #expect(found.contains { $0.hasPrefix("\(ages):25: There is no member oldest here; known: ") })
    #expect(found.contains("\(term):15: “60 dais” is not a length of time like 60 days."))
    #expect(
      found.contains("\(sex):10: “man” is none of the known words: female, male."))
    #expect(found.contains("\(volume):5: The member target_ml is missing."))
    #expect(found.contains { $0.contains("“1.5” is not a whole number.") })
    #expect(
      found.contains { $0.hasPrefix("\(kind):") && $0.contains("temporary, until_lifted") })
    #expect(found.count == 7, "\(found)")
    let lines = found.compactMap { Int($0.prefix { $0 != ":" }) }
    #expect(lines == lines.sorted())
  }

  @Test func `what contradicts itself is told at its place`() throws {
    let sound = try text("uk")
    let broken = sound.replacing(
      "{first_time: true, maximum: 65,", with: "{first_time: true, minimum: 70, maximum: 65,")
    let line = try line(of: "minimum: 70", in: broken)
    #expect(
      mistakes(broken) == ["\(line):5: An age rule has its bounds the wrong way round."])
  }

  @Test(arguments: [
    ("", "1:1: The file is empty."), ("kinds: [whole_blood", "This is no YAML"),
    ("code: KZ\ncode: UK\n", "This stands twice: code."), ("- 1\n- 2\n", "A list of members"),
    ("code: *nowhere", "This is no YAML"),
  ])
  func `what is no policy at all is told as well`(text: String, words: String) {
    let found = mistakes(text)
    #expect(found.contains { $0.contains(words) }, "\(found)")
    #expect(found.allSatisfy { $0.contains(#/^\d+:\d+: /#) }, "\(found)")
  }

  @Test func `nothing that is read in vain stops the reading`() {
    // Every line of the file is dropped in turn: no crash, and always a place.
    let lines =
      Shipped.files["policies/who.yaml"]?.split(
        separator: "\n", omittingEmptySubsequences: false) ?? []
    for index in lines.indices {
      var rest = lines
      rest.remove(at: index)
      let found = mistakes(rest.joined(separator: "\n"))
      #expect(found.allSatisfy { $0.contains(#/^\d+:\d+: /#) }, "line \(index + 1): \(found)")
    }
  }

  @Test func `a confirmed value counts as confirmed until it changes`() throws {
    let policy = try PolicyDocument(named: "kz")
    let entry = try #require(policy.entries.first { $0.value == "ages[0]" })
    #expect(entry.says == "minimum: 18")
    let confirmation = Confirmation(
      policy: policy.policy.identity, value: entry.value, says: entry.says,
      citation: "Code 360-VI, article 206, paragraph 1", confirmedBy: "A. Ospanova",
      on: try #require(Day("2026-11-20")))
    let confirmed = try PolicyDocument(named: "kz", confirmations: [confirmation])
    #expect(confirmed.policy.ages[0].legalStatus == .confirmed)
    #expect(confirmed.policy.ages[0].source == "Code 360-VI, article 206, paragraph 1")
    #expect(confirmed.policy.intervals[0].legalStatus == .draft)
    #expect(confirmed.outdated.isEmpty)
    let changed = try text("kz").replacing("{minimum: 18, ", with: "{minimum: 19, ")
    let later = try PolicyDocument(text: changed, confirmations: [confirmation])
    #expect(later.policy.ages[0].legalStatus == .draft && later.outdated == [confirmation])
    let newer = try text("kz").replacing("version: 1\n", with: "version: 2\n")
    #expect(try PolicyDocument(text: newer, confirmations: [confirmation]).outdated.count == 1)
    #expect(try PolicyDocument(named: "uk", confirmations: [confirmation]).outdated.isEmpty)
  }

  @Test func `confirmations are kept in their file, the oldest first`() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).yaml").path
    defer { try? FileManager.default.removeItem(atPath: path) }  // It may not be there.
    var file = try ConfirmationFile(path: path)
    let all = try ["ages[0]", "demand_days"].map { place in
      Confirmation(
        policy: PolicyVersion(code: "KZ", version: 1), value: place, says: "minimum: 18",
        citation: "ҚР ДСМ-113/2020, 1-қосымша: 4-тармақ", confirmedBy: "Ә. Оспанова",
        on: try #require(Day("2026-11-20")))
    }
    for confirmation in all { try file.add(confirmation, to: path) }
    #expect(try ConfirmationFile(path: path).confirmations == all)
  }
}
