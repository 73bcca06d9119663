import Domain
import Foundation

/// A text as a person typed it, in one spelling.
///
/// Every script, every letter and every combining mark stays, and what joins or parts letters
/// without being seen. Of Unicode's spellings of one text it is the composed one (NFC), so that
/// a name typed on two devices is one name; only compatibility ideographs stay as they came,
/// because NFC would make another character of them. Without blanks at its ends.
enum PlainText {
  /// Reads a text, or says by its code and facts what is wrong with it.
  static func read(
    _ raw: String, atMost limit: Int
  ) -> Result<String, TextMistake> {
    // Nearly everything that is written here, and nothing of it needs a second look.
    if raw.isPlain, raw.unicodeScalars.count <= limit { return .success(raw) }
    let text = cleaned(raw)
    if text.isEmpty || !text.unicodeScalars.contains(where: \.showsSomething) {
      return .failure(TextMistake(code: "empty"))
    }
    if text.utf8.count > limit,
      text.count > limit || text.utf8.count > limit * 16
    {
      return .failure(TextMistake(code: "too_long", facts: ["limit": String(limit)]))
    }
    if text.unicodeScalars.contains(where: \.steersTheScreen) || !text.keepsItsDirection {
      return .failure(TextMistake(code: "control_character"))
    }
    return .success(text)
  }

  private static func cleaned(_ raw: String) -> String {
    raw.composed.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

/// What is wrong with a text.
struct TextMistake: Error, Hashable {
  let code: String
  var facts: [String: String] = [:]
}

extension String {
  /// Whether it is letters and signs of Latin and Cyrillic, each a character by itself.
  fileprivate var isPlain: Bool {
    guard let first = utf8.first, let last = utf8.last, first != 0x20, last != 0x20 else {
      return false
    }
    return unicodeScalars.allSatisfy {
      (0x20..<0x7F).contains($0.value) || (0x400..<0x460).contains($0.value)
        || (0x48A..<0x530).contains($0.value)
    }
  }
}

extension String {
  /// NFC, but for characters that it would exchange for others.
  fileprivate var composed: String {
    guard unicodeScalars.contains(where: \.isCompatibilityIdeograph) else {
      return precomposedStringWithCanonicalMapping
    }
    var (whole, part) = (String.UnicodeScalarView(), String.UnicodeScalarView())
    for scalar in unicodeScalars {
      guard scalar.isCompatibilityIdeograph else {
        part.append(scalar)
        continue
      }
      whole += String(part).precomposedStringWithCanonicalMapping.unicodeScalars
      whole.append(scalar)
      part = String.UnicodeScalarView()
    }
    whole += String(part).precomposedStringWithCanonicalMapping.unicodeScalars
    return String(whole)
  }

  /// Whether what stands behind the text is shown as if the text were not there: every change
  /// of direction ends within it.
  fileprivate var keepsItsDirection: Bool {
    var open: [Unicode.Scalar] = []
    for scalar in unicodeScalars {
      switch scalar.value {
      case 0x202A, 0x202B: open.append("\u{202C}")
      case 0x2066...0x2068: open.append("\u{2069}")
      case 0x202C, 0x2069: if open.popLast() != scalar { return false }
      default: break
      }
    }
    return open.isEmpty
  }
}

extension Unicode.Scalar {
  /// Whether a reader sees anything of it; a name of joiners and fillers alone shows nothing.
  fileprivate var showsSomething: Bool {
    guard value >= 0x7F else { return value > 0x20 }
    // The blank of Braille is no white space to Unicode.
    return !properties.isWhitespace && !properties.isDefaultIgnorableCodePoint && value != 0x2800
  }

  fileprivate var isCompatibilityIdeograph: Bool {
    (0xF900...0xFAFF).contains(value) || (0x2F800...0x2FA1F).contains(value)
  }

  /// Control characters and line breaks, which no name and no word contains, and the two
  /// that make letters appear in another order than they have.
  fileprivate var steersTheScreen: Bool {
    guard value >= 0x7F else { return value < 0x20 }
    if value == 0x202D || value == 0x202E { return true }
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: return true
    default: return false
    }
  }
}
