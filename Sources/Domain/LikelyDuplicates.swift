/// What speaks for two donors being one person, as the record names it.
package enum DuplicateEvidence: String, Codable, Sendable, CaseIterable {
  case birthDate = "birth_date"
  /// Day and month are swapped, or one digit differs.
  case birthDateTypo = "birth_date_typo"
  /// The same names, in whatever alphabet; a patronymic may be missing.
  case name
  /// Names that sound alike, or differ in their endings.
  case nameSounds = "name_sounds"
  case phone

  /// How much it weighs beside the others.
  fileprivate var weight: Int {
    switch self {
    case .name: 4
    case .birthDate, .phone: 3
    case .nameSounds: 2
    case .birthDateTypo: 1
    }
  }
}

/// A donor who is held against a person.
package struct DuplicateCandidate: Codable, Sendable, Hashable, Redacted {
  package let id: ID<Donor>
  package let donorNumber: Int
  package let birthDate: Day
  /// The strict keys of the names.
  package let searchName: String
  /// The coarse keys of the names.
  package let soundName: String
  @OrNull package var latinName: String?
  package let hasPhone: Bool

  /// The kind and the id alone.
  package var description: String { "DuplicateCandidate \(id)" }

  /// Describes a donor who may be the same person.
  package init(
    id: ID<Donor>, donorNumber: Int, birthDate: Day, names: NameKeys, latinName: String? = nil,
    hasPhone: Bool = false
  ) {
    self.id = id
    self.donorNumber = donorNumber
    self.birthDate = birthDate
    searchName = names.strict
    soundName = names.coarse
    self.latinName = latinName
    self.hasPhone = hasPhone
  }
}

/// A person whose duplicates are looked for.
package struct DuplicateSearch: Sendable, Hashable {
  private let spellings: [KeyedSpelling]
  package let birthDate: Day

  /// Takes the keys of a person's names, the name in Latin letters, and the birth date.
  package init(strict: String, coarse: String, latinName: String?, birthDate: Day) {
    spellings = KeyedSpelling.all(strict: strict, coarse: coarse, latinName: latinName)
    self.birthDate = birthDate
  }

  /// Under what the names stand in the index of those that sound alike.
  package var sounds: [String] { Set(spellings.map { NameKeys.pair($0.coarse) }).sorted() }

  /// The dates that somebody may have meant by this one, itself among them.
  package var dates: [Day] { [birthDate] + birthDate.misreadings }

  /// Those who may be the person, and why, the likeliest first.
  ///
  /// Nobody is proposed by the name alone: too many share it.
  package func likely(among others: [DuplicateCandidate]) -> [PossibleDuplicate] {
    let ranked = others.map { ($0, evidence(of: $0)) }.filter { Self.isEnough($0.1) }
      .sorted { left, right in
        let (a, b) = (Self.weight(left.1), Self.weight(right.1))
        return a == b ? left.0.donorNumber < right.0.donorNumber : a > b
      }
    // A survivor is there for each of the records that were merged into him.
    var seen: Set<ID<Donor>> = []
    return ranked.filter { seen.insert($0.0.id).inserted }
      .prefix(20).map { other, evidence in
        PossibleDuplicate(
          id: other.id, donorNumber: other.donorNumber, evidence: evidence.map(\.rawValue))
      }
  }

  private func evidence(of other: DuplicateCandidate) -> [DuplicateEvidence] {
    var evidence: [DuplicateEvidence] = []
    if other.birthDate == birthDate {
      evidence.append(.birthDate)
    } else if birthDate.misreadings.contains(other.birthDate) {
      evidence.append(.birthDateTypo)
    }
    let others = KeyedSpelling.all(
      strict: other.searchName, coarse: other.soundName, latinName: other.latinName)
    if agree(others, by: \.strict) {
      evidence.append(.name)
    } else if agree(others, by: \.coarse) {
      evidence.append(.nameSounds)
    }
    if other.hasPhone { evidence.append(.phone) }
    return evidence
  }

  /// Whether one of the person's names is one of the other's, and the patronymics do not
  /// say that they are two: a passport has none.
  private func agree(
    _ others: [KeyedSpelling], by keys: KeyPath<KeyedSpelling, [Substring]>
  ) -> Bool {
    let fathers = [spellings, others].compactMap { $0.first?[keyPath: keys].dropFirst(2).first }
    if fathers.count == 2, fathers[0] != fathers[1] { return false }
    return spellings.contains { own in
      others.contains { Self.agree(own[keyPath: keys], $0[keyPath: keys]) }
    }
  }

  /// Whether family name and given name are the same, in either order, and the patronymics
  /// where both have one.
  private static func agree(_ left: [Substring], _ right: [Substring]) -> Bool {
    guard NameKeys.pair(left) == NameKeys.pair(right) else { return false }
    return left.count < 3 || right.count < 3 || left[2] == right[2]
  }

  private static func isEnough(_ evidence: [DuplicateEvidence]) -> Bool {
    if evidence.contains(.phone) { return true }
    let date = evidence.contains(.birthDate) || evidence.contains(.birthDateTypo)
    return date && (evidence.contains(.name) || evidence.contains(.nameSounds))
  }

  private static func weight(_ evidence: [DuplicateEvidence]) -> Int {
    evidence.reduce(0) { $0 + $1.weight }
  }
}

/// The keys of a person's names as they are written in one alphabet.
private struct KeyedSpelling: Sendable, Hashable {
  let strict: [Substring]
  let coarse: [Substring]

  /// Those of the names, and those of the name in Latin letters.
  static func all(strict: String, coarse: String, latinName: String?) -> [KeyedSpelling] {
    let own = KeyedSpelling(strict, coarse)
    guard let latinName else { return [own] }
    let others = LatinName(latinName).readings.map { names in
      let keys = NameKeys(names)
      return KeyedSpelling(keys.strict, keys.coarse)
    }
    return [own] + others.filter { $0.isWhole(beside: own) }
  }

  /// Whether it is more than the family name of somebody who has another name as well.
  private func isWhole(beside own: KeyedSpelling) -> Bool {
    strict.count >= min(2, own.strict.count)
  }

  private init(_ strict: String, _ coarse: String) {
    self.strict = strict.wordsOfKeys
    self.coarse = coarse.wordsOfKeys
  }
}

extension Day {
  /// The other dates that one slip makes of this one: day and month swapped, or one digit.
  package var misreadings: [Day] {
    let (year, month, day) = parts
    var others: Set<Day> = []
    if let swapped = Day(year: year, month: day, day: month) { others.insert(swapped) }
    for place in [1, 10, 100, 1000] {
      for (part, limit) in [(year, 9999), (month, 12), (day, 31)] where place <= limit {
        let digit = part / place % 10
        for other in 0...9 where other != digit {
          let changed = part + (other - digit) * place
          let date: Day? =
            switch limit {
            case 12: Day(year: year, month: changed, day: day)
            case 31: Day(year: year, month: month, day: changed)
            default: Day(year: changed, month: month, day: day)
            }
          if let date { others.insert(date) }
        }
      }
    }
    others.remove(self)
    return others.sorted()
  }
}
