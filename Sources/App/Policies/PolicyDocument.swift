import Config
package import Domain
import Foundation
import Yams

/// A policy as YAML: shipped under its code, or in a file of the operator.
package struct PolicyDocument: Sendable {
  /// The rules that were read, with the status that confirmations give them.
  package let policy: Policy
  /// Every value with its place in the file.
  package let entries: [PolicyEntry]
  /// Confirmations of this policy that no longer hold: the value or its version has changed.
  package let outdated: [Confirmation]

  /// Reads `kz` and the like from the binary, anything else as a path.
  ///
  /// - Throws: ``PolicyMistakes`` with everything that is wrong with the text.
  package init(named name: String, confirmations: [Confirmation] = []) throws {
    try self.init(
      text: try Shipped.files["policies/\(name).yaml"]
        ?? String(contentsOf: URL(filePath: name), encoding: .utf8),
      confirmations: confirmations)
  }

  /// Reads a policy, and finds all of its mistakes at once.
  package init(text: String, confirmations: [Confirmation] = []) throws {
    var root = try PolicyMistakes.composing { try Yams.compose(yaml: text) }
    let draft = try Self.read(root)
    var outdated: [Confirmation] = []
    for confirmation in confirmations where confirmation.policy == draft.code {
      if let part = root[place: confirmation.value],
        confirmation.holds(for: draft.identity, saying: part.saying)
      {
        root[place: confirmation.value] = part.confirmed(citing: confirmation.citation)
      } else {
        outdated.append(confirmation)
      }
    }
    self.outdated = outdated
    policy = confirmations.isEmpty ? draft : try Self.read(root)
    entries = root.citedPlaces.compactMap { place in
      root[place: place].map { PolicyEntry(place, $0) }
    }
  }

  private static func read(_ root: Node) throws -> Policy {
    let log = MistakeLog()
    let read = try MarkedDecoder.read(Contents.self, from: root, log)
    let misread = log.mistakes
    guard misread.isEmpty else { throw PolicyMistakes(misread) }
    let unsound = read.policy.validate()
    guard unsound.isEmpty else {
      throw PolicyMistakes(unsound.map { PlacedMistake($0.description, at: root.mark($0.path)) })
    }
    return read.policy
  }

  /// The file: the policy, and the sources it cites by name.
  private struct Contents: Decodable {
    let policy: Policy

    init(from decoder: any Decoder) throws {
      policy = try Policy(from: decoder)
      // Anchors to be cited; nothing reads them but what cites them.
      _ = try decoder.container(keyedBy: Keys.self)
        .decodeIfPresent([String: String].self, forKey: .sources)
    }

    private enum Keys: String, CodingKey { case sources }
  }
}

/// Something that is wrong with a file, and where.
package struct PlacedMistake: Hashable, Sendable, CustomStringConvertible {
  /// The line, from 1.
  package let line: Int
  /// The character in the line, from 1.
  package let column: Int
  /// What is wrong, as a sentence.
  package let text: String

  init(_ text: String, at mark: Mark?) {
    line = mark?.line ?? 1
    column = mark?.column ?? 1
    self.text = text
  }

  /// The place and the sentence, as compilers say it.
  ///
  /// For instance `12:5: The value has no source.`
  package var description: String { "\(line):\(column): \(text)" }
}

/// Everything that is wrong with a policy file, in the order of its lines.
package struct PolicyMistakes: Error, CustomStringConvertible {
  package let mistakes: [PlacedMistake]

  init(_ mistakes: [PlacedMistake]) {
    self.mistakes = mistakes.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
  }

  /// One line for each.
  package var description: String { mistakes.map(\.description).joined(separator: "\n") }

  /// Reads YAML; what is no YAML is a mistake like others.
  fileprivate static func composing(_ read: () throws -> Node?) throws -> Node {
    do {
      guard let root = try read() else {
        throw PolicyMistakes([PlacedMistake("The file is empty.", at: nil)])
      }
      return root
    } catch let error as YamlError {
      throw PolicyMistakes([PlacedMistake(error)])
    }
  }
}

extension PlacedMistake {
  fileprivate init(_ error: YamlError) {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      self.init("This is no YAML: \(problem).", at: mark)
    case .duplicatedKeysInMapping(let duplicates, let context):
      self.init("This stands twice: \(duplicates.joined(separator: ", ")).", at: context.mark)
    default:
      self.init("This is no YAML: \(error).", at: nil)
    }
  }
}

extension Node {
  /// Where a part of the document stands, or the nearest whole that has it.
  func mark(_ path: [PolicyMistake.Step]) -> Mark? {
    var node = self
    for step in path {
      switch step {
      case .member(let name): node = node.mapping?[name] ?? node
      case .element(let index):
        guard let list = node.sequence, list.indices.contains(index) else { return node.mark }
        node = list[index]
      }
    }
    return node.mark
  }
}
