import Domain
import Foundation

/// A text as a person typed it, in one spelling.
///
/// Every script, every letter and every combining mark stays; of Unicode's spellings of one
/// text it is the composed one (NFC), without blanks at its ends.
enum PlainText {
  /// Reads a text, or says by its code and facts what is wrong with it.
  static func read(
    _ raw: String, atMost limit: Int
  ) -> Result<String, TextMistake> {
    let text = raw.isPlainASCII ? raw : cleaned(raw)
    if text.isEmpty { return .failure(TextMistake(code: "empty")) }
    if text.utf8.count > limit,
      text.count > limit || text.utf8.count > limit * 16
    {
      return .failure(TextMistake(code: "too_long", facts: ["limit": String(limit)]))
    }
    if text.unicodeScalars.contains(where: \.steersTheScreen) {
      return .failure(TextMistake(code: "control_character"))
    }
    return .success(text)
  }

  private static func cleaned(_ raw: String) -> String {
    raw.precomposedStringWithCanonicalMapping.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

/// What is wrong with a text.
struct TextMistake: Error, Hashable {
  let code: String
  var facts: [String: String] = [:]
}

extension String {
  /// Whether nothing is to be composed or cut off: visible ASCII, with blanks inside only.
  fileprivate var isPlainASCII: Bool {
    guard let first = utf8.first, let last = utf8.last, first != 0x20, last != 0x20 else {
      return false
    }
    return utf8.allSatisfy { (0x20..<0x7F).contains($0) }
  }
}

extension Unicode.Scalar {
  /// Control characters and line breaks, which no name and no word contains.
  fileprivate var steersTheScreen: Bool {
    guard value >= 0x7F else { return value < 0x20 }
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: return true
    default: return false
    }
  }
}
