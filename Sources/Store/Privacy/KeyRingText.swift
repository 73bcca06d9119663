import Domain
import FoundationEssentials

extension KeyRing {
  /// Reads keys, a line each; empty lines and lines that begin with `#` are skipped.
  ///
  /// A comma ends a line as well, for a variable of the environment.
  /// - Throws: ``KeyRingMistake``
  package init(text: String) throws(KeyRingMistake) {
    var keys: [Key] = []
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline || $0 == "," }
    for (index, line) in lines.enumerated() {
      let words = line.split { $0.isWhitespace }.map(String.init)
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      guard let key = Key(words) else {
        throw KeyRingMistake(
          "line \(index + 1) is not `seal` or `lookup`, a number from 1 to 65535 and 32 bytes "
            + "in base64")
      }
      keys.append(key)
    }
    try self.init(keys)
  }

  /// The keys as text.
  package var text: String {
    let lines = keys.map { key in
      "\(key.purpose.rawValue) \(key.number) \(key.secret.base64EncodedString())"
    }
    return """
      # The keys of identities. Whoever has this file and the database can read every
      # identity number and telephone; without it nobody can. Keep a copy apart from
      # the database's backups.
      \(lines.joined(separator: "\n"))

      """
  }
}

extension KeyRing {
  /// The ring with a new key for every purpose, current or only waiting to be.
  package func adding(isCurrent: Bool) throws(KeyRingMistake) -> KeyRing {
    let new = Purpose.allCases.map { purpose in
      Key.random(purpose, (keys(purpose).map(\.number).max() ?? 0) + 1)
    }
    return try KeyRing(isCurrent ? new + keys : keys + new)
  }

  /// Whether a newer key waits to be made current.
  package var hasWaitingKey: Bool {
    Purpose.allCases.contains { purpose in
      keys(purpose).contains { $0.number > current(purpose).number }
    }
  }

  /// The ring in which the newest key of every purpose is current.
  package func promoted() throws(KeyRingMistake) -> KeyRing {
    try KeyRing(Purpose.allCases.flatMap { keys($0).sorted { $0.number > $1.number } })
  }

  /// The ring without a key.
  package func removing(_ purpose: Purpose, _ number: Int) throws(KeyRingMistake) -> KeyRing {
    try KeyRing(keys.filter { $0.purpose != purpose || $0.number != number })
  }
}

extension KeyRing.Key {
  fileprivate init?(_ words: [String]) {
    guard words.count == 3, let purpose = KeyRing.Purpose(rawValue: words[0]),
      let number = Int(words[1]), (1...65_535).contains(number),
      let secret = Data(base64Encoded: words[2]), secret.count == 32
    else { return nil }
    self.init(purpose: purpose, number: number, secret: secret)
  }
}
