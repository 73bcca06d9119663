package import Domain
import Postgres
import SQL

extension Registry {
  /// Donors who may be the same person as one, the likeliest first.
  package func duplicates(
    of donor: ID<Donor>, as authority: Authority
  ) async throws -> [PossibleDuplicate] {
    try await store.read(as: authority) { db in
      guard let kept = try db.first(.namesOfDonor, donor, as: KeptNames.self) else { return [] }
      let search = DuplicateSearch(
        strict: kept.searchName, coarse: kept.soundName, birthDate: kept.birthDate)
      return try db.likely(search, phone: kept.phoneHash.map { [$0] } ?? [], but: donor)
    }
  }
}

/// By what a donor's likely duplicates are looked for.
private struct KeptNames: Decodable {
  let searchName: String
  let soundName: String
  let birthDate: Day
  let phoneHash: LookUp?
}

extension Transaction {
  /// Donors who may be the person who registers.
  func likelyDuplicates(
    of draft: DonorDraft, with ring: KeyRing
  ) throws -> [PossibleDuplicate] {
    let keys = draft.nameKeys
    let search = DuplicateSearch(
      strict: keys.strict, coarse: keys.coarse, birthDate: draft.birthDate)
    return try likely(search, phone: draft.phone.map(ring.lookUps) ?? [], but: nil)
  }

  fileprivate func likely(
    _ search: DuplicateSearch, phone: [LookUp], but donor: ID<Donor>?
  ) throws -> [PossibleDuplicate] {
    search.likely(
      among: try rows(.duplicateCandidates, search.sound, search.dates, phone, donor))
  }

  /// A page of the donors who answer to what somebody typed, the best first.
  ///
  /// Every page ranks anew, so that it goes on behind the last donor of the one before.
  func found(
    _ search: DonorSearch, page: Page<Donor>, with ring: KeyRing?
  ) throws -> [KeptDonor] {
    var ids = try ranked(search, with: ring)[...]
    if let after = page.after {
      ids = (ids.firstIndex(of: after)).map { ids[($0 + 1)...] } ?? []
    }
    let wanted = Array(ids.prefix(page.limit))
    guard !wanted.isEmpty else { return [] }
    let donors = Dictionary(
      try rows(.donors, wanted, as: KeptDonor.self).map { ($0.record.id, $0) },
      uniquingKeysWith: { first, _ in first })
    return wanted.compactMap { donors[$0] }
  }

  private func ranked(_ search: DonorSearch, with ring: KeyRing?) throws -> [ID<Donor>] {
    let name = search.name
    var people = try candidates(
      number: search.number, phone: search.phone.flatMap { ring?.lookUps($0) },
      iin: search.iin.flatMap { ring?.lookUps($0) }, beginnings: name?.beginnings ?? [],
      sounds: name?.sounds ?? [], born: name?.birthDate)
    var ids = people.ranked(by: name)
    // Only where nobody is found by what was typed, somebody else may be meant.
    if let name, ids.count < Self.few, !people.contains(where: \.isCertain) {
      people += try mistyped(name)
      ids = people.ranked(by: name)
    }
    return Array(ids.prefix(Self.most))
  }

  /// Those whom a slip of the keyboard hides, or two beginnings.
  private func mistyped(_ name: NameWords) throws -> [DonorCandidate] {
    struct Near: Decodable {
      let word: Int
      let name: String
    }
    let pairs = name.pairsOfBeginnings
    let near = try rows(.spellingsNear, JSON(name.neighbourhoods), as: Near.self)
    let names = Dictionary(grouping: near, by: \.word).mapValues { $0.map(\.name) }
    let beginnings = name.beginnings(among: names)
    guard !beginnings.isEmpty || !pairs.isEmpty else { return [] }
    return try candidates(
      beginnings: beginnings, limit: max(5, Self.most / max(1, beginnings.count)), pairs: pairs)
  }

  private func candidates(
    number: Int? = nil, phone: [LookUp]? = nil, iin: [LookUp]? = nil, beginnings: [String],
    sounds: [String] = [], born: Day? = nil, limit: Int = 100,
    pairs: [(first: String, other: String)] = []
  ) throws -> [DonorCandidate] {
    try rows(
      .findCandidates, number, phone, iin, beginnings, sounds, born, limit, pairs.map(\.first),
      pairs.map(\.other))
  }

  /// How many a search shows at most: whoever is not among them is found by more words.
  private static var most: Int { 200 }
  /// Below so many it is asked whether something was mistyped.
  private static var few: Int { 10 }
}
