import Foundation

/// Letters of names, brought to the plain Cyrillic capitals of ``NameKey``.
enum NameLetters {
  /// The tokens of a name, without marks and signs; those without a letter are left out.
  static func tokens(of name: String) -> [String] {
    decomposed(name).unicodeScalars.split { isBoundary($0) }
      .map { plain(Array($0)) }.filter { !$0.isEmpty }
  }

  /// Where a name is split: blanks, hyphens, apostrophes and full stops.
  private static func isBoundary(_ letter: Unicode.Scalar) -> Bool {
    guard !isCommon(letter) else { return false }
    return letter.properties.isWhitespace || letter.properties.generalCategory == .dashPunctuation
      || boundaries.contains(letter)
  }

  private static let boundaries: Set<Unicode.Scalar> = [
    ".", "'", "\u{2019}", "\u{2018}", "\u{02BC}", "\u{02B9}", "\u{02BB}", "\u{2032}", "`",
    "\u{B4}", "\u{FF07}",
  ]

  /// Letters and their marks apart, in the order that Unicode gives them.
  ///
  /// Plain Latin and Cyrillic, of which nearly all names are, have none or such as the tables
  /// below know.
  private static func decomposed(_ name: String) -> String {
    let isPlain = name.unicodeScalars.allSatisfy {
      $0.value < 0x80 || (0x410..<0x450).contains($0.value) || (0x48A..<0x4C0).contains($0.value)
        || [0x401, 0x406, 0x451, 0x456, 0x4D8, 0x4D9, 0x4E8, 0x4E9].contains($0.value)
    }
    return isPlain ? name : name.decomposedStringWithCanonicalMapping
  }

  private static func plain(_ token: [Unicode.Scalar]) -> String {
    let isCyrillic = token.contains { (0x400..<0x530).contains($0.value) }
    var letters: [Unicode.Scalar] = []
    for index in token.indices {
      let letter = token[index]
      if isMark(letter) { continue }
      if isCyrillic, let twin = lookAlikes[letter] {
        letters += capitals(twin)
      } else if let marked = marked[letter]?.first(where: { mark, _ in
        token[(index + 1)...].prefix(while: isMark).contains(mark)
      }) {
        letters.append(marked.value)
      } else {
        letters += capitals(letter)
      }
    }
    return cyrillic(letters.filter(isKept))
  }

  private static func capitals(_ letter: Unicode.Scalar) -> [Unicode.Scalar] {
    switch letter.value {
    case 0x61...0x7A, 0x430...0x44F: [Unicode.Scalar(letter.value - 0x20) ?? letter]
    case 0x30...0x5A, 0x410...0x42F: [letter]
    default: capitalsOfUnicode(letter)
    }
  }

  private static func capitalsOfUnicode(_ letter: Unicode.Scalar) -> [Unicode.Scalar] {
    letter.properties.uppercaseMapping.unicodeScalars.filter { !isMark($0) }
  }

  /// Whether it is an accent, which people leave out.
  private static func isMark(_ letter: Unicode.Scalar) -> Bool {
    (0x300..<0x370).contains(letter.value) || (0x483..<0x488).contains(letter.value)
      || (0x1AB0..<0x1B00).contains(letter.value) || (0x1DC0..<0x1E00).contains(letter.value)
      || (0x20D0..<0x2100).contains(letter.value)
  }

  /// Whether it is a letter that needs no look into the tables of Unicode.
  private static func isCommon(_ letter: Unicode.Scalar) -> Bool {
    switch letter.value {
    case 0x41...0x5A, 0x61...0x7A, 0x400...0x45F, 0x48A...0x52F: true
    default: false
    }
  }

  private static func isKept(_ letter: Unicode.Scalar) -> Bool {
    if isCommon(letter) { return true }
    if letter.isASCII { return letter.properties.isAlphabetic || ("0"..."9").contains(letter) }
    switch letter.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .otherLetter, .decimalNumber,
      .letterNumber, .otherNumber, .nonspacingMark, .spacingMark:
      return true
    // A letter that only modifies another one is written by few.
    default: return false
    }
  }

  private static func cyrillic(_ letters: [Unicode.Scalar]) -> String {
    var text = ""
    var index = 0
    while index < letters.count {
      if let (sound, length) = Romanisation.sound(of: letters[index...], in: letters) {
        text += sound
        index += length
        continue
      }
      if let neighbour = neighbours[letters[index]] {
        text += neighbour
      } else {
        text.unicodeScalars.append(letters[index])
      }
      index += 1
    }
    return text
  }

  /// Letters whose mark makes another sound of them.
  private static let marked: [Unicode.Scalar: [Unicode.Scalar: Unicode.Scalar]] = [
    "S": ["\u{327}": "Ш", "\u{326}": "Ш", "\u{30C}": "Ш"],
    "s": ["\u{327}": "Ш", "\u{326}": "Ш", "\u{30C}": "Ш"],
    "C": ["\u{327}": "Ч", "\u{30C}": "Ч", "\u{301}": "Ч"],
    "c": ["\u{327}": "Ч", "\u{30C}": "Ч", "\u{301}": "Ч"],
    "Z": ["\u{30C}": "Ж"], "z": ["\u{30C}": "Ж"],
  ]

  /// Latin letters that look like Cyrillic ones, among which they are a slip of the keyboard.
  private static let lookAlikes: [Unicode.Scalar: Unicode.Scalar] = [
    "A": "А", "B": "В", "C": "С", "E": "Е", "H": "Н", "I": "І", "K": "К", "M": "М", "O": "О",
    "P": "Р", "T": "Т", "X": "Х", "Y": "У", "a": "а", "c": "с", "e": "е", "h": "һ", "i": "і",
    "k": "к", "m": "м", "o": "о", "p": "р", "t": "т", "x": "х", "y": "у", "\u{259}": "ә",
    "\u{18F}": "Ә",
  ]

  /// Capitals that Russian spelling writes as others, and letters of Latin alphabets without
  /// a decomposition.
  private static let neighbours: [Unicode.Scalar: String] = [
    "Ә": "А", "Ғ": "Г", "Қ": "К", "Ң": "Н", "Ө": "О", "Ұ": "У", "Ү": "У", "Һ": "Х", "І": "И",
    "Ы": "И", "Й": "И", "Ё": "Е", "Э": "Е", "Щ": "Ш", "Ъ": "", "Ь": "",
    "\u{18F}": "А", "\u{110}": "Д", "\u{D0}": "Д", "\u{141}": "Л", "\u{D8}": "О", "\u{C6}": "Е",
    "\u{152}": "Е", "\u{DE}": "Т", "\u{14A}": "Н", "\u{1E9E}": "С",
  ]
}

/// The sounds of names in Latin letters, as passports of several decades spell them.
private enum Romanisation {
  /// The sound that begins there in Cyrillic, and how many letters spell it; nil for others.
  static func sound(
    of letters: ArraySlice<Unicode.Scalar>, in token: [Unicode.Scalar]
  ) -> (String, Int)? {
    guard let first = letters.first, first.isASCII, !("0"..."9").contains(first) else { return nil }
    // Алия is Aliya and Alia, but Диана is Diana.
    if letters.count == 2, letters.elementsEqual("IA".unicodeScalars), token.count > 2 {
      return ("ИЯ", 2)
    }
    if letters.count > 2, letters.startIndex == 0, letters.starts(with: "IA".unicodeScalars) {
      return ("Я", 2)
    }
    for (spelling, sound) in digraphs where letters.starts(with: spelling) {
      return (sound, spelling.count)
    }
    return single[first].map { ($0, 1) }
  }

  // The longest first.
  private static let digraphs: [([Unicode.Scalar], String)] = [
    ("SHCH", "Ш"), ("DZH", "ДЖ"), ("SCH", "Ш"), ("TCH", "Ч"), ("ZH", "Ж"), ("KH", "Х"),
    ("CH", "Ч"), ("SH", "Ш"), ("GH", "Г"), ("TS", "Ц"), ("TZ", "Ц"), ("PH", "Ф"), ("TH", "Т"),
    ("CK", "К"), ("DJ", "ДЖ"), ("YA", "Я"), ("YU", "Ю"), ("IU", "Ю"), ("YE", "Е"), ("YO", "Е"),
    ("YI", "И"),
  ].map { (Array($0.0.unicodeScalars), $0.1) }

  private static let single: [Unicode.Scalar: String] = [
    "A": "А", "B": "Б", "C": "К", "D": "Д", "E": "Е", "F": "Ф", "G": "Г", "H": "Х", "I": "И",
    "J": "Ж", "K": "К", "L": "Л", "M": "М", "N": "Н", "O": "О", "P": "П", "Q": "К", "R": "Р",
    "S": "С", "T": "Т", "U": "У", "V": "В", "W": "В", "X": "КС", "Y": "И", "Z": "З",
  ]
}
