import Domain

extension Phrasebook {
  /// Facts as people read them: codes become words, days and terms the language's own.
  ///
  /// A fact for which there is no word stays as it is.
  func spoken(_ facts: [String: String]) -> [String: String] {
    facts.reduce(into: [:]) { spoken, fact in
      spoken[fact.key] = self.spoken(fact.value, as: fact.key)
    }
  }

  private func spoken(_ value: String, as name: String) -> String {
    let family = Self.families[name] ?? name
    if let word = sentence("\(family).\(value)") { return word }
    if let day = Day(value) { return Writing(language: language).day(day) }
    if let term = Term(value) { return spoken(term) ?? value }
    return labels(value) ?? value
  }

  private func spoken(_ term: Term) -> String? {
    let writing = Writing(language: language)
    if let fixed = writing.term(term) { return fixed }
    let months = term.unit == .years ? term.count * 12 : term.count
    return sentence("term.months", ["count": writing.count(months)])
  }

  /// Blood groups as labels print them.
  private func labels(_ value: String) -> String? {
    let codes = value.split(separator: ", ")
    let groups = codes.compactMap { BloodGroup(code: String($0)) }
    guard !groups.isEmpty, groups.count == codes.count else { return nil }
    return groups.map(\.label).joined(separator: ", ")
  }

  /// Facts whose words are those of another one.
  private static let families = ["previous": "kind"]
}
