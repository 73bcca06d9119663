/// What a text says about a blood group.
package enum BloodGroupReading: Hashable, Sendable {
  /// Both answers.
  case group(BloodGroup)
  /// One of the two answers; the other stays unknown.
  case incomplete(abo: ABO?, rhd: RhD?)
  /// A weak or partial D: positive as donor, by policy as patient.
  case weakD(abo: ABO?)
  /// Oh: looks like O in the tube and is not.
  case bombay
}

extension BloodGroup {
  /// Reads a blood group as people write it in Kazakh, Russian or English.
  ///
  /// Letters, Roman and Arabic numerals, words, signs and look-alike letters
  /// of the other alphabet are understood; nothing is guessed. What contains
  /// anything else, or contradicts itself, is not understood.
  package static func read(_ text: String) -> BloodGroupReading? {
    guard let marks = NotationScanner.marks(in: text) else { return nil }
    var abos: Set<ABO> = []
    var rhds: Set<RhD> = []
    var (weak, bombay) = (false, false)
    for mark in marks {
      switch mark {
      case .abo(let abo): abos.insert(abo)
      case .rhd(let rhd): rhds.insert(rhd)
      case .weakD: weak = true
      case .bombay: bombay = true
      case .rhesus, .noise: break
      }
    }
    guard abos.count <= 1, rhds.count <= 1 else { return nil }
    if bombay { return !weak && abos.isSubset(of: [.o]) ? .bombay : nil }
    if weak { return rhds.contains(.negative) ? nil : .weakD(abo: abos.first) }
    switch (abos.first, rhds.first) {
    case (let abo?, let rhd?): return .group(BloodGroup(abo, rhd))
    case (nil, nil): return nil
    case (let abo, let rhd): return .incomplete(abo: abo, rhd: rhd)
    }
  }
}

/// What one word or sign of a notation means.
enum NotationMark: Hashable {
  case abo(ABO)
  case rhd(RhD)
  /// A word for the Rh factor itself, which a sign may follow.
  case rhesus
  case weakD
  case bombay
  /// A word that says nothing, such as "group" or "blood".
  case noise

  fileprivate var carriesSign: Bool {
    switch self {
    case .abo, .rhesus, .weakD, .bombay: true
    case .rhd, .noise: false
    }
  }
}

/// Cuts a text into words and signs and looks each of them up.
struct NotationScanner {
  private let letters: [Character]
  private var place = 0
  private var marks: [NotationMark] = []

  /// The marks in the order they stand, or nothing if one is not understood.
  static func marks(in text: String) -> [NotationMark]? {
    // No blood group takes a longer sentence than this.
    guard text.unicodeScalars.count <= 120 else { return nil }
    var scanner = NotationScanner(letters: Array(NotationWords.folded(text)))
    return scanner.scan() ? scanner.marks : nil
  }

  private init(letters: [Character]) { self.letters = letters }

  private mutating func scan() -> Bool {
    while place < letters.count {
      let letter = letters[place]
      if letter.isLetter || letter.isNumber {
        guard scanWord() else { return false }
      } else if letter == "+" || letter == "-" {
        guard scanSign(letter) else { return false }
      } else {
        guard letter.isWhitespace || "()[]/.,:;'\"".contains(letter) else { return false }
        place += 1
      }
    }
    return true
  }

  /// A sign counts only behind a group or the Rh factor, and only once in a row.
  private mutating func scanSign(_ sign: Character) -> Bool {
    place += 1
    if let after = letters[place...].first {
      // As in "A-2" or "+7": not a notation of anything.
      if after.isNumber { return false }
      // As in "O-negative", where the hyphen only joins; "-ve" keeps it a sign.
      if sign == "-" && after.isLetter && !skipsEnglishEnding() { return !marks.isEmpty }
      if sign == "+" { _ = skipsEnglishEnding() }
    }
    // A lone dash means "nothing entered" in many forms, so something must carry it.
    guard marks.contains(where: \.carriesSign) else { return false }
    if case .rhd = marks.last { return false }
    marks.append(.rhd(sign == "+" ? .positive : .negative))
    return true
  }

  /// Passes over the "ve" of "+ve" and "-ve".
  private mutating func skipsEnglishEnding() -> Bool {
    guard letters[place...].prefix(2) == ["v", "e"] || letters[place...].prefix(2) == ["b", "e"],
      !(letters.dropFirst(place + 2).first?.isLetter ?? false)
    else { return false }
    place += 2
    return true
  }

  private mutating func scanWord() -> Bool {
    let rest = letters[place...]
    let run = rest.prefix { $0.isLetter || $0.isNumber }
    if let whole = NotationWords.mark(String(run)) {
      return append([whole], run.count)
    }
    let isDigit = letters[place].isNumber
    let part = rest.prefix { isDigit ? $0.isNumber : $0.isLetter }
    guard let found = NotationWords.marks(glued: String(part)) else { return false }
    return append(found, part.count)
  }

  private mutating func append(_ found: [NotationMark], _ length: Int) -> Bool {
    marks += found
    place += length
    return true
  }
}
