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
        strict: kept.searchName, coarse: kept.soundName, latinName: kept.latinName,
        birthDate: kept.birthDate)
      return try db.likely(search, phone: kept.phoneHashes, but: donor)
    }
  }
}

/// By what a donor's likely duplicates are looked for.
private struct KeptNames: Decodable {
  let searchName: String
  let soundName: String
  let latinName: String?
  let birthDate: Day
  let phoneHashes: [LookUp]
}

extension Transaction {
  /// Donors who may be the person who registers.
  func likelyDuplicates(
    of draft: DonorDraft, with ring: KeyRing
  ) throws -> [PossibleDuplicate] {
    let keys = draft.nameKeys
    let search = DuplicateSearch(
      strict: keys.strict, coarse: keys.coarse, latinName: draft.latinName,
      birthDate: draft.birthDate)
    return try likely(search, phone: draft.phone.map(ring.lookUps) ?? [], but: nil)
  }

  fileprivate func likely(
    _ search: DuplicateSearch, phone: [LookUp], but donor: ID<Donor>?
  ) throws -> [PossibleDuplicate] {
    search.likely(
      among: try rows(.duplicateCandidates, search.sounds, search.dates, phone, donor))
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
    var ranking = DonorRanking(by: search.name)
    ranking.add(try meant(by: search, with: ring))
    if let name = search.name { try add(named: name, to: &ranking) }
    return Array(ranking.donors.prefix(Self.most))
  }

  /// Donors whom a number or a telephone means.
  private func meant(by search: DonorSearch, with ring: KeyRing?) throws -> [DonorCandidate] {
    if search.number == nil, search.phone == nil, search.iin == nil { return [] }
    let ids = try rows(
      .donorsMeant, search.number, search.phone.flatMap { ring?.lookUps($0) },
      search.iin.flatMap { ring?.lookUps($0) }, as: ID<Donor>.self)
    return try candidates(ids, areCertain: true)
  }

  /// Adds donors with a name, or born on a day.
  ///
  /// Names that only sound alike, or were mistyped, are looked for where few have the very
  /// name; whoever was born on the day is known already.
  private func add(named name: NameWords, to ranking: inout DonorRanking) throws {
    let isMeant = ranking.count > 0
    if let day = name.birthDate {
      let born = try rows(.donorsBornOn, day, Self.bornOnADay, as: ID<Donor>.self)
      ranking.add(try candidates(born))
      if born.count < Self.bornOnADay || name.words.isEmpty { return }
    }
    let named = try rows(.donorsNamed, name.beginnings, Self.some, as: ID<Donor>.self)
    ranking.add(try candidates(named))
    if named.count < Self.some {
      ranking.add(try candidates(rows(.donorsSounding, name.sounds, Self.some)))
    }
    if !isMeant, ranking.count < Self.few { ranking.add(try mistyped(name, slips: 1)) }
    if ranking.count == 0 { ranking.add(try mistyped(name, slips: 2)) }
  }

  /// Those whom slips of the keyboard hide, or two beginnings.
  private func mistyped(_ name: NameWords, slips: Int) throws -> [DonorCandidate] {
    struct Near: Decodable, Hashable {
      let word: Int
      let name: String
    }
    var ids: [ID<Donor>] = []
    let pairs = name.pairsOfBeginnings
    if slips == 1, !pairs.isEmpty {
      ids = try rows(
        .donorsNamedInPart, pairs.map(\.first), pairs.map(\.other), Self.some)
    }
    let words = name.words(withSlips: 1)
    guard !name.words(withSlips: slips).isEmpty else { return try candidates(ids) }
    var near = try rows(
      .spellingsBeside, words.map(\.place), words.map(\.key), as: Near.self)
    if slips > 1 { near += try rows(.spellingsNear, JSON(name.neighbourhoods)) }
    let names = Dictionary(grouping: Set(near), by: \.word).mapValues { $0.map(\.name) }
    let beginnings = name.beginnings(among: names)
    if !beginnings.isEmpty {
      ids += try rows(.donorsNamed, beginnings, max(3, Self.some / beginnings.count))
    }
    return try candidates(ids)
  }

  private func candidates(
    _ ids: [ID<Donor>], areCertain: Bool = false
  ) throws -> [DonorCandidate] {
    ids.isEmpty ? [] : try rows(.donorCandidates, ids, areCertain)
  }

  /// How many a search shows at most: whoever is not among them is found by more words.
  private static var most: Int { 200 }
  /// How many of those born on a day are looked at: more than there are among ten million.
  private static var bornOnADay: Int { 1_000 }
  /// How many of one kind are looked at.
  private static var some: Int { 100 }
  /// Below so many it is asked whether a letter was mistyped; two are where there is nobody.
  private static var few: Int { 10 }
}
