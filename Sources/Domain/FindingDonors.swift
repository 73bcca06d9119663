/// What somebody typed to find a person: words of the name in any order, and a birth date.
package struct NameWords: Sendable, Hashable {
  /// The words as they were typed, with their keys; no more than four.
  package let words: [TypedWord]
  /// All of them as one name: compound names are written solid, with hyphens, or apart.
  private let whole: TypedWord?
  /// A date among the words; only who was born then is found.
  package let birthDate: Day?

  /// Reads what was typed; nil where there is neither a name nor a date in it.
  package init?(_ typed: String) {
    // A blank in an address may arrive as a plus.
    let parts = typed.split { $0.isWhitespace || "+,;".contains($0) }.map(String.init)
    birthDate = parts.lazy.compactMap { Day(written: $0) }.first
    let names = parts.filter { Day(written: $0) == nil }
    words = Array(names.lazy.compactMap { TypedWord($0) }.prefix(Self.most))
    // Two words are taken for one among their readings.
    whole = names.count < 3 ? nil : TypedWord(names.joined(separator: "-"))
    guard !words.isEmpty || birthDate != nil else { return nil }
  }

  private static let most = 4

  /// The words, the words with two neighbours taken for one, and all of them as one.
  package var readings: [[TypedWord]] {
    let joined = words.indices.dropLast().compactMap { index in
      TypedWord(words[index].typed + "-" + words[index + 1].typed).map { joined in
        Array(words[..<index]) + [joined] + Array(words[(index + 2)...])
      }
    }
    return [words] + joined + (whole.map { [[$0]] } ?? [])
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
  fileprivate let lowercase: String

  /// Reads a word; nil where there is nothing to compare.
  package init?(_ word: String) {
    guard let key = NameKey(word) else { return nil }
    self.init(word, key)
  }

  /// Takes a word whose key is known.
  fileprivate init(_ word: String, _ key: NameKey) {
    typed = word
    lowercase = word.lowercased()
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
    id: ID<Donor>, isCertain: Bool = false, birthDate: Day?, names: [String?]
  ) {
    let names = names + [nil, nil, nil]
    self.id = id
    self.isCertain = isCertain
    self.birthDate = birthDate
    familyName = names[0]
    givenName = names[1]
    patronymic = names[2]
    let keys = NameKeys(names)
    searchName = keys.strict
    soundName = keys.coarse
    nameParts = keys.parts
  }

  /// How well the donor answers to the words; nil if not at all.
  package func match(_ wanted: NameWords) -> NameMatch? {
    if let day = wanted.birthDate, day != birthDate { return nil }
    guard !wanted.words.isEmpty else { return .strict }
    let names = names
    return wanted.readings.compactMap { Self.match($0[...], names) }.min()
  }

  /// The names, and the tokens of compound ones; their keys stand beside them.
  private var names: [TypedWord] {
    let names = [familyName, givenName, patronymic].compactMap(\.self)
    let strict = (searchName ?? "").split(separator: " ").map(String.init)
    let coarse = (soundName ?? "").split(separator: " ").map(String.init)
    let isKeyed = strict.count == names.count && coarse.count == names.count
    let own =
      isKeyed
      ? names.indices.map {
        TypedWord(names[$0], NameKey(strict: strict[$0], coarse: coarse[$0]))
      } : names.compactMap { TypedWord($0) }
    guard let nameParts else { return own }
    return own + nameParts.split(separator: " ").compactMap { TypedWord(String($0)) }
  }

  /// Each word has to mean a name of its own.
  private static func match(_ words: ArraySlice<TypedWord>, _ names: [TypedWord]) -> NameMatch? {
    guard let word = words.first else { return .spelling }
    var best: NameMatch?
    for (index, name) in names.enumerated() {
      guard let grade = word.match(name), grade < best ?? .typo || best == nil else { continue }
      var others = names
      others.remove(at: index)
      guard let rest = match(words.dropFirst(), others) else { continue }
      best = min(best ?? .typo, max(grade, rest))
    }
    return best
  }
}

extension TypedWord {
  /// How well a name answers to the word; nil if not at all.
  fileprivate func match(_ name: TypedWord) -> NameMatch? {
    if lowercase == name.lowercase { return .spelling }
    if key.strict == name.key.strict { return .strict }
    if name.key.strict.hasPrefix(key.strict) { return .start }
    if key.coarse == name.key.coarse { return .sounds }
    return SpellingDistance.isTypo(key.strict, of: name.key.strict) ? .typo : nil
  }
}

extension [DonorCandidate] {
  /// Those who answer to the words, the best first; each donor once.
  package func ranked(by wanted: NameWords?) -> [ID<Donor>] {
    var best: [ID<Donor>: (grade: Int, place: Int)] = [:]
    for (place, candidate) in enumerated() {
      let grade = candidate.isCertain ? -1 : wanted.flatMap { candidate.match($0)?.rawValue }
      guard let grade, grade < best[candidate.id]?.grade ?? .max else { continue }
      best[candidate.id] = (grade, best[candidate.id]?.place ?? place)
    }
    return best.sorted {
      ($0.value.grade, $0.value.place) < ($1.value.grade, $1.value.place)
    }.map(\.key)
  }
}
