/// Sex as the rules of donation know it.
package enum Sex: String, CaseIterable, Hashable, Sendable, Codable {
  case female
  case male
}

extension Sex {
  /// Reads a word or a letter for it, in the languages of the files that come.
  package init?(written text: String) {
    switch text.lowercased() {
    case "female", "f", "w", "ж", "жен", "женский", "ә", "әйел": self = .female
    case "male", "m", "м", "муж", "мужской", "е", "ер", "еркек": self = .male
    default: return nil
    }
  }
}
