import Foundation
import JSONText
import Testing

/// Any JSON, with the names and texts that are hard to get right.
private indirect enum Tree: Encodable {
  case null
  case truth(Bool)
  case whole(Int)
  case number(Double)
  case text(String)
  case array([Tree])
  case object([String: Tree])
  case record([Name: Tree])

  /// A name of a member, as a type would have it.
  struct Name: CodingKey, Hashable {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  func encode(to encoder: any Encoder) throws {
    if case .record(let members) = self {
      var container = encoder.container(keyedBy: Name.self)
      for (name, value) in members { try container.encode(value, forKey: name) }
      return
    }
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .truth(let value): try container.encode(value)
    case .whole(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    case .record: break
    }
  }

  static func random(_ depth: Int, _ generator: inout SplitMix) -> Tree {
    switch Int.random(in: depth > 0 ? 0...7 : 0...4, using: &generator) {
    case 0: .null
    case 1: .truth(.random(using: &generator))
    case 2: .whole(Int(truncatingIfNeeded: generator.next()))
    case 3: .number(finite(generator.next()))
    case 4: .text(text(&generator))
    case 5: .array((0..<size(&generator)).map { _ in random(depth - 1, &generator) })
    case 6:
      .object(
        Dictionary(
          (0..<size(&generator)).map { _ in (text(&generator), random(depth - 1, &generator)) },
          uniquingKeysWith: { $1 }))
    default: .record(members(depth, &generator))
    }
  }

  /// Members whose names stay different in snake case.
  private static func members(_ depth: Int, _ generator: inout SplitMix) -> [Name: Tree] {
    var taken: Set<String> = []
    var members: [Name: Tree] = [:]
    for _ in 0..<size(&generator) {
      let name = name(&generator)
      let bare = name.lowercased().replacingOccurrences(of: "_", with: "")
      guard taken.insert(bare).inserted else { continue }
      members[Name(stringValue: name)] = random(depth - 1, &generator)
    }
    return members
  }

  private static func size(_ generator: inout SplitMix) -> Int {
    Int.random(in: 0...5, using: &generator)
  }

  private static func finite(_ bits: UInt64) -> Double {
    let number = Double(bitPattern: bits)
    return number.isFinite ? number : 0.5
  }

  private static func name(_ generator: inout SplitMix) -> String {
    let letters = Array("abcXYZ019_")
    return "a"
      + String(
        (0..<Int.random(in: 0...12, using: &generator)).map { _ in
          letters.randomElement(using: &generator) ?? "a"
        })
  }

  private static func text(_ generator: inout SplitMix) -> String {
    let pieces = ["a", "B", "\"", "\\", "/", "\n", "\u{1}", "\u{1F}", "ә", "\u{2028}", "🩸", "7"]
    return (0..<size(&generator)).map { _ in pieces.randomElement(using: &generator) ?? "" }
      .joined()
  }
}

private struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}

@Test func `any value is written to the byte as Foundation writes it`() throws {
  let encoder = JSONEncoder()
  encoder.keyEncodingStrategy = .convertToSnakeCase
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  let writer = JSONWriter(sortsMembers: true) { _, _ in }
  let seed = UInt64.random(in: 0 ... .max)
  var generator = SplitMix(state: seed)
  for round in 0..<3000 {
    let tree = Tree.random(4, &generator)
    let expected = String(decoding: try encoder.encode(tree), as: UTF8.self)
    let written = String(decoding: try writer.bytes(of: tree), as: UTF8.self)
    guard written != expected else { continue }
    Issue.record("seed \(seed), round \(round): \(written) instead of \(expected)")
    return
  }
}

@Test func `what is written in the order of encoding reads back the same`() throws {
  let writer = JSONWriter(sortsMembers: false) { _, _ in }
  let seed = UInt64.random(in: 0 ... .max)
  var generator = SplitMix(state: seed)
  for round in 0..<500 {
    let tree = Tree.random(4, &generator)
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    let expected = try inOrder(encoder.encode(tree))
    let written = try inOrder(Data(writer.bytes(of: tree)))
    #expect(written == expected, "seed \(seed), round \(round)")
  }
}

/// The same JSON with the members of every object in order.
private func inOrder(_ json: Data) throws -> String {
  let value = try JSONSerialization.jsonObject(with: json, options: .fragmentsAllowed)
  let data = try JSONSerialization.data(
    withJSONObject: value, options: [.fragmentsAllowed, .sortedKeys])
  return String(decoding: data, as: UTF8.self)
}
