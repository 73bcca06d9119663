/// What somebody typed to find a person: words of the name in any order, and a birth date.
package struct NameWords: Sendable, Hashable {
  /// The words as they were typed, with their keys; no more than four.
  package let words: [TypedWord]
  /// The words, the words with two neighbours taken for one, and all of them as one: compound
  /// names are written solid, with hyphens, or apart.
  package let readings: [[TypedWord]]
  /// A date among the words; only who was born then is found.
  package let birthDate: Day?

  /// Reads what was typed; nil where there is neither a name nor a date in it.
  package init?(_ typed: String) {
    // A blank in an address may arrive as a plus.
    let parts = typed.split { $0.isWhitespace || "+,;".contains($0) }.map(String.init)
    birthDate = parts.lazy.compactMap { Day(written: $0) }.first
    let names = parts.filter { Day(written: $0) == nil }
    words = Array(names.lazy.compactMap { TypedWord($0) }.prefix(Self.most))
    // Two words are taken for one among their neighbours.
    let whole = names.count < 3 ? nil : TypedWord(names.joined(separator: "-"))
    readings = Self.readings(of: words) + (whole.map { [[$0]] } ?? [])
    guard !words.isEmpty || birthDate != nil else { return nil }
  }

  private static let most = 4

  private static func readings(of words: [TypedWord]) -> [[TypedWord]] {
    let joined = words.indices.dropLast().compactMap { index in
      TypedWord(words[index].typed + "-" + words[index + 1].typed).map { joined in
        Array(words[..<index]) + [joined] + Array(words[(index + 2)...])
      }
    }
    return [words] + joined
  }

  /// Beginnings under which names that answer to the words stand in the index, the likeliest
  /// first.
  package var beginnings: [String] { Self.beginnings(readings.map { $0.map(\.key.strict) }) }

  static func beginnings(_ readings: [[String]]) -> [String] {
    var seen: Set<String> = []
    return readings.flatMap(orders).filter { seen.insert($0).inserted }
  }

  /// What is typed last may be the beginning of a word, whichever word it is.
  private static func orders(_ words: [String]) -> [String] {
    guard words.count > 1, words.count < 4 else { return [words.joined(separator: " ")] }
    return words.indices.flatMap { index in
      var rest = words
      let first = rest.remove(at: index)
      return [rest, rest.reversed()].map { ([first] + $0).joined(separator: " ") }
    }
  }

  /// Two words of which both may be beginnings, in either order.
  package var pairsOfBeginnings: [(first: String, other: String)] {
    guard words.count == 2 else { return [] }
    let (one, two) = (words[0].key.strict, words[1].key.strict)
    return [(one, two), (two, one)]
  }

  /// The coarse keys, alone or in pairs, under which such names stand in their index.
  package var sounds: [String] {
    let sounds = words.map(\.key.coarse)
    guard sounds.count > 1 else { return sounds }
    return sounds.indices.flatMap { index in
      sounds[(index + 1)...].map { NameKeys.pair(sounds[index], $0) }
    }
  }
}

/// One word as it was typed, and as it is compared.
package struct TypedWord: Sendable, Hashable {
  package let typed: String
  package let key: NameKey

  /// Reads a word; nil where there is nothing to compare.
  package init?(_ word: String) {
    guard let key = NameKey(word) else { return nil }
    typed = word
    self.key = key
  }
}

/// How well a donor answers to what was typed, the best first.
package enum NameMatch: Int, Sendable, Comparable, CaseIterable {
  /// Letter by letter, but for capitals.
  case spelling
  /// The same name in another spelling or alphabet.
  case strict
  /// Words that begin so.
  case start
  /// A name that sounds alike, or has another ending.
  case sounds
  /// A typing error away.
  case typo

  package static func < (left: NameMatch, right: NameMatch) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// A donor who may be the one that is looked for.
package struct DonorCandidate: Sendable, Hashable, Codable, Redacted {
  /// The donor who is found; for a merged record its survivor.
  package let id: ID<Donor>
  /// Whether a number or a telephone means this very donor.
  package let isCertain: Bool
  @OrNull package var birthDate: Day?
  @OrNull package var familyName: String?
  @OrNull package var givenName: String?
  @OrNull package var patronymic: String?
  /// The strict keys of the names.
  @OrNull package var searchName: String?
  /// The coarse keys of the names.
  @OrNull package var soundName: String?
  @OrNull package var nameParts: String?

  /// The kind and the id alone.
  package var description: String { "DonorCandidate \(id)" }

  /// Describes somebody who may be meant.
  package init(
    id: ID<Donor>, isCertain: Bool = false, birthDate: Day?, names: [String?],
    latinName: String? = nil
  ) {
    let names = names + [nil, nil, nil]
    self.id = id
    self.isCertain = isCertain
    self.birthDate = birthDate
    familyName = names[0]
    givenName = names[1]
    patronymic = names[2]
    let keys = NameKeys(names, latin: latinName)
    searchName = keys.strict
    soundName = keys.coarse
    nameParts = keys.parts
  }

  /// How well the donor answers to the words; nil if not at all.
  package func match(_ wanted: NameWords) -> NameMatch? {
    if let day = wanted.birthDate, day != birthDate { return nil }
    guard !wanted.words.isEmpty else { return .strict }
    let names = names
    var best: NameMatch?
    for reading in wanted.readings where best != .spelling {
      best = [best, Self.match(reading[...], names)].compactMap(\.self).min()
    }
    return best
  }

  /// The names, and what else people search alone; their keys stand beside them.
  private var names: [ComparedName] {
    let names = [familyName, givenName, patronymic].compactMap(\.self)
    let strict = (searchName ?? "").wordsOfKeys
    let coarse = (soundName ?? "").wordsOfKeys
    let isKeyed = strict.count == names.count && coarse.count == names.count
    let own =
      isKeyed
      ? names.indices.map {
        ComparedName(written: names[$0], strict: strict[$0], coarse: coarse[$0])
      } : names.compactMap { ComparedName($0) }
    guard let nameParts else { return own }
    return own + nameParts.wordsOfKeys.compactMap { ComparedName(String($0)) }
  }

  /// Each word has to mean a name of its own.
  private static func match(
    _ words: ArraySlice<TypedWord>, _ names: [ComparedName]
  ) -> NameMatch? {
    guard let word = words.first else { return .spelling }
    var best: NameMatch?
    for (index, name) in names.enumerated() {
      guard let grade = name.match(word, betterThan: best) else { continue }
      var others = names
      others.remove(at: index)
      guard let rest = match(words.dropFirst(), others) else { continue }
      best = min(best ?? .typo, max(grade, rest))
    }
    return best
  }
}

/// A name of a candidate beside its keys.
private struct ComparedName {
  let written: String
  let strict: Substring
  let coarse: Substring

  init(written: String, strict: Substring, coarse: Substring) {
    self.written = written
    self.strict = strict
    self.coarse = coarse
  }

  init?(_ name: String) {
    guard let key = NameKey(name) else { return nil }
    self.init(written: name, strict: key.strict[...], coarse: key.coarse[...])
  }

  /// How well the name answers to a word; nil if not at all, or no better than another one.
  func match(_ word: TypedWord, betterThan other: NameMatch?) -> NameMatch? {
    guard let grade = grade(word, orTypo: other == nil) else { return nil }
    return other.map { grade < $0 } ?? true ? grade : nil
  }

  // Keys are plain letters: equal bytes are equal keys.
  private func grade(_ word: TypedWord, orTypo: Bool) -> NameMatch? {
    if strict.utf8.starts(with: word.key.strict.utf8) {
      guard strict.utf8.count == word.key.strict.utf8.count else { return .start }
      // What is spelt alike has the same key.
      return word.typed.lowercased() == written.lowercased() ? .spelling : .strict
    }
    if word.key.coarse.utf8.elementsEqual(coarse.utf8) { return .sounds }
    return orTypo && SpellingDistance.isTypo(word.key.strict, of: String(strict)) ? .typo : nil
  }
}

extension String {
  /// The words of keys, which are joined by single blanks; by bytes, as the database has them.
  var wordsOfKeys: [Substring] {
    utf8.split(separator: UInt8(ascii: " ")).map { Substring($0) }
  }
}
