/// The words and letters blood groups are written with.
enum NotationWords {
  /// What a word means on its own, if anything.
  static func mark(_ word: String) -> NotationMark? { table[word] }

  /// What a word means that may be written without its blanks: `Oneg`, `ABRh`, `AII`.
  static func marks(glued word: String) -> [NotationMark]? {
    if let whole = table[word] { return [whole] }
    for head in heads where word.hasPrefix(head) {
      let tail = String(word.dropFirst(head.count))
      guard let first = table[head], let rest = table[tail] else { continue }
      switch rest {
      case .rhd, .rhesus: return [first, rest]
      case .abo where first == rest: return [first, rest]
      default: continue
      }
    }
    return nil
  }

  /// Lower case, one kind of minus, and one letter for those that look alike.
  static func folded(_ text: String) -> String {
    String(
      text.lowercased().flatMap { letter -> [Character] in
        guard letter.unicodeScalars.count == 1, let scalar = letter.unicodeScalars.first else {
          return [letter]
        }
        return alike[scalar] ?? [letter]
      })
  }

  // Longest first: "ab" must be tried before "a", "iii" before "i".
  private static let heads = ["abrh", "iii", "rhd", "ab", "ii", "iv", "rh", "a", "b", "o", "i"]

  private static let table: [String: NotationMark] = {
    var table: [String: NotationMark] = [:]
    for (mark, words) in vocabulary {
      for word in words.split(whereSeparator: \.isWhitespace) { table[folded(String(word))] = mark }
    }
    return table
  }()

  private static let alike: [Unicode.Scalar: [Character]] = {
    var alike: [Unicode.Scalar: [Character]] = [:]
    // Not Н: "он" is as likely the Kazakh for positive without its tail as the
    // phenotype Oh, and neither is guessed.
    let pairs = zip(
      "авсеһікмортхуё".unicodeScalars, "abcehikmoptxye")
    for (cyrillic, latin) in pairs { alike[cyrillic] = [latin] }
    for minus in "\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2212}\u{FE63}\u{FF0D}".unicodeScalars {
      alike[minus] = ["-"]
    }
    for plus in "\u{FE62}\u{FF0B}\u{207A}".unicodeScalars { alike[plus] = ["+"] }
    alike["\u{207B}"] = ["-"]
    for (index, roman) in "ⅰⅱⅲⅳ".unicodeScalars.enumerated() {
      alike[roman] = Array(["i", "ii", "iii", "iv"][index])
    }
    for (index, digit) in "₀₁₂₃₄".unicodeScalars.enumerated() {
      alike[digit] = [Character(String(index))]
    }
    alike["\u{4C0}"] = ["i"]
    alike["\u{4CF}"] = ["i"]
    alike["\u{1D58}"] = ["u"]
    alike["\u{2095}"] = ["h"]
    return alike
  }()

  private static let vocabulary: [(NotationMark, String)] = [
    (
      .abo(.o),
      """
      o 0 i 1 первая первой первую первый бірінші біріншісі биринши first
      """
    ),
    (
      .abo(.a),
      """
      a ii 2 a1 a2 вторая второй вторую екінші екинши second
      """
    ),
    (
      .abo(.b),
      """
      b iii 3 третья третьей третью третий үшінші ушинши third
      """
    ),
    (
      .abo(.ab),
      """
      ab iv 4 a1b a2b четвертая четвертой четвертую четвертый төртінші тортинши fourth
      """
    ),
    (
      .rhd(.negative),
      """
      отрицательная отрицательный отрицательное отрицательной отрицательного отрицательную
      отрицательным отрицательном отриц отрицат отр минус
      теріс теріспен терис negative neg minus
      """
    ),
    (
      .rhd(.positive),
      """
      положительная положительный положительное положительной положительного положительную
      положительным положительном полож положит пол плюс оң оңды
      positive pos plus
      """
    ),
    (
      .rhesus,
      """
      rh rhd d rhesus resus резус резуса резусом резусе резусты резусы рх рез rн rhfactor
      """
    ),
    (
      .noise,
      """
      group grp gr type blood factor with and the
      группа группы группой группу группе гр крови кровь с и фактор фактора фактором факторы
      факторлы факторымен қан қаны қанның топ тобы топты тобым
      phenotype фенотип фенотипа
      """
    ),
    (.weakD, "du ду weakd weak слабый слабая слабое слабо partial парциальный әлсіз"),
    (.bombay, "oh 0h bombay бомбей бомбейский бомбейская hh"),
  ]
}
