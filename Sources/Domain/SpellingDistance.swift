/// How many slips of the keyboard lie between two words.
package enum SpellingDistance {
  /// Whether one word is the other with a letter wrong, missing, too many, or two swapped;
  /// in long words two such slips.
  package static func isTypo(_ typed: String, of name: String) -> Bool {
    let allowed = allowance(typed)
    return allowed > 0 && slips(typed, name, atMost: allowed) <= allowed
  }

  /// How many slips are forgiven in a word: short ones would become any other.
  static func allowance(_ word: String) -> Int {
    switch word.unicodeScalars.count {
    case ..<4: 0
    case ..<8: 1
    default: 2
    }
  }

  /// The slips between two words, or any larger number once there are more than `most`.
  static func slips(_ left: String, _ right: String, atMost most: Int) -> Int {
    let (a, b) = (Array(left.unicodeScalars), Array(right.unicodeScalars))
    guard abs(a.count - b.count) <= most else { return most + 1 }
    var before: [Int] = []
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var fewest = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          fewest = min(fewest, before[j - 1] + 1)
        }
        row.append(fewest)
      }
      if row.min() ?? 0 > most { return most + 1 }
      (before, last) = (last, row)
    }
    return last[b.count]
  }
}

extension NameWords {
  /// The places and strict keys of the words in which so many slips are forgiven.
  package func words(withSlips slips: Int) -> [(place: Int, key: String)] {
    words.indices.map { ($0, words[$0].key.strict) }
      .filter { SpellingDistance.allowance($0.1) >= slips }
  }

  /// Where names stand that differ from a word by two slips: those with the same beginning, or
  /// the same end.
  ///
  /// Two slips leave a third of a word as it was at one of its ends, unless there is one at each.
  package struct Neighbourhood: Sendable, Hashable, Encodable {
    /// The place of the word for which names are looked for.
    package let word: Int
    /// The strict key of that word.
    package let typed: String
    package let beginning: String
    /// The end, spelt backwards.
    package let ending: String
  }

  /// The neighbourhoods of the words in which two slips are forgiven.
  package var neighbourhoods: [Neighbourhood] {
    words(withSlips: 2).map { place, key in
      let letters = key.unicodeScalars
      let third = (letters.count + 2) / 3
      return Neighbourhood(
        word: place, typed: key,
        beginning: String(String.UnicodeScalarView(letters.prefix(third))),
        ending: String(String.UnicodeScalarView(letters.reversed().prefix(third))))
    }
  }

  /// The beginnings of names that differ from the words by a slip, given the names that there
  /// are in the neighbourhood of each word.
  package func beginnings(among names: [Int: [String]]) -> [String] {
    let choices = words.enumerated().map { index, word in
      let near = names[index, default: []].lazy
        .map { (name: $0, slips: self.slips(word, $0)) }
        .filter { $0.slips <= SpellingDistance.allowance(word.key.strict) }
        .sorted { ($0.slips, $0.name) < ($1.slips, $1.name) }
      return [word.key.strict] + near.prefix(5).map { $0.name }.filter { $0 != word.key.strict }
    }
    let known = Set(beginnings)
    let readings: [[String]] = choices.prefix(3).reduce([[]]) { lists, words in
      lists.flatMap { list in words.map { list + [$0] } }
    }
    return Array(Self.beginnings(readings).lazy.filter { !known.contains($0) }.prefix(60))
  }

  private func slips(_ word: TypedWord, _ name: String) -> Int {
    let allowed = SpellingDistance.allowance(word.key.strict)
    return SpellingDistance.slips(word.key.strict, name, atMost: allowed)
  }
}
