/// One name (of a family, of a person, of a father) as search compares it.
///
/// Two spellings with the same `strict` key are very probably one name: Қайрат, Кайрат and
/// Kairat. Two with the same `coarse` key may be, and some are not (Омаров and Умаров), so
/// that such a key proposes and never decides.
package struct NameKey: Sendable, Hashable {
  /// The name in plain Cyrillic capitals, its tokens written solid.
  package let strict: String
  /// The strict key without what endings and neighbouring sounds change.
  package let coarse: String
  /// The tokens of a compound name, which people search alone; empty for a simple one.
  package let parts: [String]

  /// Makes the keys of a name; nil where nothing is written.
  package init?(_ name: String) {
    let tokens = NameLetters.tokens(of: name)
    let letters = Self.collapsed(tokens.joined())
    // A name without a letter is no other one's namesake.
    let whole = letters.isEmpty ? name.filter { !$0.isWhitespace } : letters
    guard !whole.isEmpty else { return nil }
    strict = Self.cut(whole)
    coarse = letters.isEmpty ? strict : CoarseKey.of(strict)
    parts = tokens.count < 2 ? [] : tokens.prefix(6).map { Self.cut(Self.collapsed($0)) }
  }

  /// Doubled letters are one: people write Рамазан and Рамаззан.
  ///
  /// Two digits, or two signs of another script, are two.
  static func collapsed(_ text: String) -> String {
    var kept = String.UnicodeScalarView()
    for letter in text.unicodeScalars
    where letter != kept.last || !("\u{400}"..."\u{4FF}").contains(letter) {
      kept.append(letter)
    }
    return String(kept)
  }

  /// As much as an index takes of three names; what is looked for is cut in the same way.
  private static func cut(_ text: String) -> String {
    guard text.utf8.count > longest else { return text }
    var kept = 0
    return String(
      String.UnicodeScalarView(
        text.unicodeScalars.prefix { letter in
          kept += UTF8.width(letter)
          return kept <= longest
        }))
  }

  private static let longest = 400
}

/// The coarse key of a strict one.
private enum CoarseKey {
  static func of(_ strict: String) -> String {
    var letters = strict.unicodeScalars.map { sounds[$0] ?? $0 }
    if letters.starts(with: "ДЖ".unicodeScalars) { letters.removeFirst() }
    strip(patronymics, from: &letters)
    strip(surnames, from: &letters)
    return NameKey.collapsed(String(String.UnicodeScalarView(letters)))
  }

  private static let sounds: [Unicode.Scalar: Unicode.Scalar] = ["Х": "К", "О": "У"]

  // As they sound after the letters above, the longest first.
  private static let patronymics = [
    "ИНИЧНА", "УВИЧ", "ЕВИЧ", "УВНА", "ЕВНА", "КИЗИ", "УГЛИ", "УЛИ", "ИЧ",
  ].map { Array($0.unicodeScalars) }
  private static let surnames = ["УВА", "ЕВА", "ИНА", "УВ", "ЕВ", "ИН"].map {
    Array($0.unicodeScalars)
  }

  /// Takes off the first ending that leaves two letters or more.
  private static func strip(_ endings: [[Unicode.Scalar]], from letters: inout [Unicode.Scalar]) {
    for ending in endings
    where letters.count >= ending.count + 2 && letters.suffix(ending.count).elementsEqual(ending) {
      letters.removeLast(ending.count)
      return
    }
  }
}

/// All names of a person as search compares them.
package struct NameKeys: Sendable, Hashable {
  /// The strict keys of family name, given name and patronymic, joined by single spaces.
  package let strict: String
  /// Their coarse keys in the same order.
  package let coarse: String
  /// What people search alone: the tokens of compound names, before them the words of the
  /// name in Latin letters that are none of these; joined by single spaces, nil where there
  /// are none.
  package let parts: String?
  /// The coarse keys of the first two words of the name in Latin letters, and of those behind
  /// the first as one where there are more; nil where it sounds as the names do.
  package let latinSound: String?

  /// Makes the keys of names in their order; absent ones are left out.
  package init(_ names: [String?], latin: String? = nil) {
    self.init(names, latin: latin) { NameKey($0) }
  }

  fileprivate init(_ names: [String?], latin: String?, key: (String) -> NameKey?) {
    let keys = names.compactMap { $0.flatMap(key) }
    strict = keys.map(\.strict).joined(separator: " ")
    coarse = keys.map(\.coarse).joined(separator: " ")
    let tokens = keys.flatMap(\.parts)
    let latin = LatinName(latin ?? "")
    let spoken = latin.sounding.compactMap(key).map(\.coarse)
    let own = Self.pair(keys.map(\.coarse))
    let isWhole = spoken.count >= min(2, max(1, keys.count))
    let isAnother = Self.latinPairs(spoken).contains { $0 != own }
    latinSound = isWhole && isAnother ? spoken.joined(separator: " ") : nil
    let words = latin.words.compactMap(key)
    var known = Set(keys.map(\.strict) + tokens)
    let others =
      (words.map(\.strict) + [latin.solid.flatMap(key)?.strict].compactMap(\.self)
      + words.flatMap(\.parts)).filter { known.insert($0).inserted }
    let all = others.prefix(Self.mostParts) + tokens
    parts = all.isEmpty ? nil : all.joined(separator: " ")
  }

  private static let mostParts = 10

  /// The pairs under which the words of a ``latinSound`` stand: the first with the second, and
  /// with the third.
  static func latinPairs(_ words: [some StringProtocol]) -> [String] {
    guard let first = words.first else { return [] }
    return [pair(Array(words.prefix(2)))] + words.dropFirst(2).map { pair(first, $0) }
  }

  /// The coarse keys of family name and given name, in an order that does not tell which
  /// is which: people mix them up.
  package static func pair(_ first: some StringProtocol, _ second: some StringProtocol) -> String {
    let ordered = first.utf8.lexicographicallyPrecedes(second.utf8)
    return ordered ? "\(first) \(second)" : "\(second) \(first)"
  }

  /// The same of all keys in their order; of an only name its own.
  package static func pair(_ keys: [some StringProtocol]) -> String {
    keys.count > 1 ? pair(keys[0], keys[1]) : keys.first.map { String($0) } ?? ""
  }
}

/// A person's whole name in Latin letters, in which nothing says which word is which name.
struct LatinName {
  /// The words, of very many the first.
  let words: [String]
  /// All of them as one, where they are more than an index has in every order: found when all
  /// are typed.
  let solid: String?
  /// What they may mean: a family name, a given name and what stands behind as one
  /// (`MAMMADOV ELSHAN ALI OGLU`); or a given name of several words (`NGUYEN THI HA`).
  let readings: [[String]]

  init(_ name: String) {
    let all = name.split(whereSeparator: \.isWhitespace).map(String.init)
    words = Array(all.prefix(Self.most))
    solid = all.count > 3 ? all.joined(separator: "-") : nil
    let (start, rest) = (Array(all.prefix(2)), all.dropFirst(2).joined(separator: "-"))
    readings =
      rest.isEmpty
      ? [start] : [start + [rest], [all[0], all.dropFirst().joined(separator: "-")]]
  }

  /// The family name and the given one of the first reading, and the given one of the second.
  var sounding: [String] { readings[0].prefix(2) + readings.dropFirst().map { $0[1] } }

  private static let most = 6
}

extension DonorDraft {
  /// The keys of the person's names.
  package var nameKeys: NameKeys {
    NameKeys([familyName, givenName, patronymic], latin: latinName)
  }
}

/// Keys of names that came before: in a file of people most come again.
package struct KnownNames: Sendable {
  /// Those of a country; some thirty megabytes.
  private static let most = 1 << 17

  private var keys: [Spelling: NameKey?] = [:]

  /// Starts with none.
  package init() {}

  /// The keys of a person's names.
  package mutating func keys(of draft: DonorDraft) -> NameKeys {
    NameKeys([draft.familyName, draft.givenName, draft.patronymic], latin: draft.latinName) {
      key(of: $0)
    }
  }

  private mutating func key(of name: String) -> NameKey? {
    let spelling = Spelling(name: name)
    if let known = keys[spelling] { return known }
    let key = NameKey(name)
    if keys.count == Self.most { keys = [:] }
    keys[spelling] = .some(key)
    return key
  }

  /// A name by its bytes: to compare texts takes longer than to look up a key.
  private struct Spelling: Hashable {
    let name: String

    static func == (left: Spelling, right: Spelling) -> Bool {
      left.name.utf8.elementsEqual(right.name.utf8)
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(bytes: name.utf8)
    }
  }
}
