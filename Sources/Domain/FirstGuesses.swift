/// What people who guess passwords try first: whole passwords, and words put together.
package struct FirstGuesses: Sendable {
  /// Whole passwords, in lower case.
  package let passwords: Set<String>
  /// Words of which passwords are put together, in lower case.
  package private(set) var words: Set<String>

  /// So many words and no more: who needs more has made a phrase.
  static let mostWords = 3
  /// So many digits and signs beside them: a date, a year and an exclamation mark.
  static let mostSigns = 8
  /// Shorter words stand in every phrase.
  static let shortestWord = 3

  /// Collects passwords and words, folded to lower case.
  package init(passwords: Set<String>, words: Set<String>) {
    self.passwords = passwords
    self.words = words
  }

  /// The same guesses and every word of these texts, such as names.
  package func adding(_ texts: [String]) -> FirstGuesses {
    var guesses = self
    for text in texts {
      let words = text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
      guesses.words.formUnion(words.filter { $0.count >= Self.shortestWord })
    }
    return guesses
  }

  /// Whether a password in lower case is among them.
  package func contain(_ password: String) -> Bool {
    passwords.contains(password) || isAssembled(Array(password))
  }

  /// Whether nothing is left but a few words, digits and signs.
  ///
  /// Letters may be written as the signs that look like them: `p@ssw0rd`.
  private func isAssembled(_ letters: [Character]) -> Bool {
    let plain = letters.map { Self.lookalikes[$0] ?? $0 }
    // The fewest signs with which so many words reach each place.
    var signs = [[Int?]](
      repeating: [Int?](repeating: nil, count: Self.mostWords + 1), count: letters.count + 1)
    signs[0][0] = 0
    for start in letters.indices {
      let ends = ends(of: letters, plain, from: start)
      for (count, fewest) in signs[start].enumerated() {
        guard let fewest, fewest <= Self.mostSigns else { continue }
        if !letters[start].isLetter { signs[start + 1].keep(fewest + 1, at: count) }
        guard count < Self.mostWords else { continue }
        for end in ends { signs[end].keep(fewest, at: count + 1) }
      }
    }
    return signs[letters.count].dropFirst().contains { ($0 ?? .max) <= Self.mostSigns }
  }

  /// Where words end that begin at a place.
  private func ends(of letters: [Character], _ plain: [Character], from start: Int) -> [Int] {
    let shortest = start + Self.shortestWord
    guard shortest <= letters.count else { return [] }
    return (shortest...min(letters.count, start + Self.longestWord)).filter { end in
      words.contains(String(letters[start..<end])) || words.contains(String(plain[start..<end]))
    }
  }

  private static let longestWord = 24

  private static let lookalikes: [Character: Character] = [
    "0": "o", "1": "i", "!": "i", "3": "e", "4": "a", "@": "a", "5": "s", "$": "s", "7": "t",
  ]
}

extension [Int?] {
  /// Keeps the smaller of two numbers.
  fileprivate mutating func keep(_ number: Int, at index: Int) {
    self[index] = Swift.min(self[index] ?? number, number)
  }
}
