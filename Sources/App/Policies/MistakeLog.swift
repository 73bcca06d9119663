import Yams

/// What a reading of a document has found wrong so far, and which members it asked for.
final class MistakeLog {
  private var found: [PlacedMistake] = []
  private var asked: [String: (mapping: Node.Mapping, names: Set<String>)] = [:]

  /// Writes a mistake down.
  func note(_ text: String, at mark: Mark?) { found.append(PlacedMistake(text, at: mark)) }

  /// Remembers that a mapping may have a member.
  func ask(_ name: String, of mapping: Node.Mapping, at path: String) {
    asked[path, default: (mapping, [])].names.insert(name)
  }

  /// All mistakes; a member nobody asked for is one too, most likely misspelt.
  var mistakes: [PlacedMistake] {
    let unknown = asked.values.flatMap { mapping, names in
      mapping.keys.compactMap { key -> PlacedMistake? in
        guard let name = key.string, !names.contains(name) else { return nil }
        return PlacedMistake(
          "There is no member \(name) here; known: \(names.sorted().joined(separator: ", ")).",
          at: key.mark)
      }
    }
    return found + unknown
  }
}
