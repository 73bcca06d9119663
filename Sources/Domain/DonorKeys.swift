/// By what the rows of one file could be taken for each other.
package struct DonorKeys: Sendable {
  package let row: Int
  package let externalId: String?
  package let iin: IIN?
  package let donorNumber: Int?
  private let birthDate: Day
  private let names: NameKeys
  /// Digests of the keys that only one person has.
  fileprivate let certain: [Int]
  /// Digests of those that count unless two people both have an IIN: the name, its sound and
  /// that of the name in Latin letters, each with the birth date.
  fileprivate let vague: [Int]

  /// Collects the keys of a row.
  package init(
    row: Int, externalId: String?, donorNumber: Int?, draft: DonorDraft, names: NameKeys
  ) {
    self.row = row
    self.externalId = externalId
    iin = draft.iin
    self.donorNumber = donorNumber
    birthDate = draft.birthDate
    self.names = names
    certain = [
      externalId.map { digest(.externalId, $0.utf8) },
      draft.iin.map { digest(.iin, $0.digits.utf8) },
      donorNumber.map { digest(.donorNumber, EmptyCollection(), $0) },
    ]
    .compactMap(\.self)
    let birth = draft.birthDate.number
    vague =
      [
        digest(.name, names.strict.utf8, birth), digest(.sound, names.coarse.sound, birth),
      ]
      + NameKeys.latinPairs(names.latinSound?.wordsOfKeys ?? []).map {
        digest(.sound, $0.utf8, birth)
      }
  }

  /// Digests of its keys, for telling which rows may share one.
  ///
  /// Two keys may have one digest: whoever decides compares the keys.
  package var digests: [Int] { certain + vague.prefix(1) }

  /// The strict keys of the name and the birth date.
  fileprivate var name: String { "n\(birthDate.number) \(names.strict)" }
}

/// What a digest is of.
private enum Digested { case externalId, iin, donorNumber, name, sound }

/// Reckons with no more than the bytes, as PostgreSQL does: to compare texts is to weigh how
/// Unicode may write them.
private func digest(_ kind: Digested, _ key: some Sequence<UInt8>, _ number: Int = 0) -> Int {
  var hasher = Hasher()
  hasher.combine(kind)
  hasher.combine(number)
  hasher.combine(bytes: key)
  return hasher.finalize()
}

extension Hasher {
  /// Takes bytes eight at a time, because to take one costs as much.
  mutating func combine(bytes: some Sequence<UInt8>) {
    var (word, count): (UInt64, Int) = (0, 0)
    for byte in bytes {
      word = word << 8 | UInt64(byte)
      count += 1
      if count.isMultiple(of: 8) { combine(word) }
    }
    combine(word)
    combine(count)
  }
}

extension String {
  /// The bytes of the coarse keys of family name and given name, the first of these, in an
  /// order that does not tell which is which; those of ``NameKeys/pair(_:)``.
  fileprivate var sound: some Sequence<UInt8> {
    let words = utf8.split(separator: UInt8(ascii: " "), maxSplits: 2)
    let ordered = words.prefix(2).sorted { $0.lexicographicallyPrecedes($1) }
    return ordered.joined(separator: CollectionOfOne(UInt8(ascii: " ")))
  }
}

/// Who of the rows of a file came first.
package struct DonorClaims: Sendable {
  // By bytes, as everything else tells rows apart: Swift takes texts for equal that are not.
  private var rows: [[UInt8]: Int] = [:]
  /// Rows without an IIN, by name.
  private var withoutIIN: [[UInt8]: Int] = [:]

  /// Starts with no row.
  package init() {}

  /// Takes the keys of a row, or says which earlier row has one of them.
  ///
  /// Rows come in their order; one that was refused claims nothing.
  package mutating func claim(_ keys: DonorKeys) -> RowVerdict {
    let certain: [(DonorEvidence, [UInt8]?)] = [
      (.externalId, keys.externalId.map { Array("e\($0)".utf8) }),
      (.iin, keys.iin.map { Array("i\($0.digits)".utf8) }),
      (.donorNumber, keys.donorNumber.map { Array("d\($0)".utf8) }),
    ]
    let name = Array(keys.name.utf8)
    let sameName = keys.iin == nil ? rows[name] : withoutIIN[name]
    var earlier = certain.compactMap { by, key in
      key.flatMap { rows[$0] }.map {
        DonorMatch(row: keys.row, by: by, donorNumber: nil, earlierRow: $0)
      }
    }
    if let sameName {
      earlier.append(DonorMatch(row: keys.row, by: .name, donorNumber: nil, earlierRow: sameName))
    }
    let verdict = DonorMatch.verdict(earlier)
    guard verdict == .take else { return verdict }
    for case (_, let key?) in certain { rows[key] = keys.row }
    if rows[name] == nil { rows[name] = keys.row }
    if keys.iin == nil, withoutIIN[name] == nil { withoutIIN[name] = keys.row }
    return .take
  }
}

/// Rows that may be the same people as others of the file, or sound like them.
package struct DonorEchoes: Sendable {
  private var certain: Set<Int> = []
  private var names: Set<Int> = []
  private var namesWithoutIIN: Set<Int> = []

  /// Starts with what other rows are known by.
  package init(of rows: some Sequence<DonorKeys>) {
    for keys in rows { add(keys) }
  }

  private mutating func add(_ keys: DonorKeys) {
    certain.formUnion(keys.certain)
    names.formUnion(keys.vague)
    if keys.iin == nil { namesWithoutIIN.formUnion(keys.vague) }
  }

  /// The rows, among those given, that one of the others may be or sounds like, and all that
  /// hang together with these: whether one is taken decides what is said of the next.
  package func rows(among rows: [DonorKeys]) -> Set<Int> {
    var (reached, rest) = (self, rows)
    var echoes: Set<Int> = []
    while true {
      let near = rest.filter(reached.isEchoed)
      guard !near.isEmpty else { return echoes }
      echoes.formUnion(near.map(\.row))
      rest.removeAll { echoes.contains($0.row) }
      reached = DonorEchoes(of: near)
    }
  }

  private func isEchoed(_ keys: DonorKeys) -> Bool {
    keys.certain.contains(where: certain.contains)
      || keys.vague.contains(where: (keys.iin == nil ? names : namesWithoutIIN).contains)
  }
}
