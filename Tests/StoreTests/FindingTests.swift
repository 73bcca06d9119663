import Domain
import Foundation
import Postgres
import Store
import TestSupport
import Testing

/// What a desk is told of somebody who registers.
private struct Registered: Decodable {
  let id: ID<Donor>
  let possibleDuplicates: [PossibleDuplicate]
}

extension World {
  /// The numbers of those whom the words find, in their order.
  fileprivate func find(
    _ words: String, after: ID<Donor>? = nil, limit: Int = 50
  ) async throws
    -> [ID<Donor>]
  {
    let search = DonorSearch(
      number: Int(words), phone: PhoneNumber(words), iin: try? IIN(words),
      name: NameWords(words))
    return try await registry.donors(
      search, page: Page(after: after, limit: limit), by: staff, at: now
    ).map(\.id)
  }

  fileprivate func register(_ draft: DonorDraft) async throws -> Registered {
    try Self.decode(Registered.self, try await registry.register(command(staff, draft)))
  }

  fileprivate func draft(
    _ family: String, _ given: String?, _ patronymic: String? = nil, born: String = "1990-05-07",
    phone: String? = nil, latin: String? = nil
  ) throws -> DonorDraft {
    var draft = DonorDraft(
      id: .new(at: now), familyName: family, givenName: given, patronymic: patronymic,
      sex: .female, birthDate: try #require(Day(born)), iin: nil,
      phone: phone.flatMap(PhoneNumber.init), language: "kk", region: nil)
    draft.latinName = latin
    return draft
  }
}

@Test func `a name is found in every spelling, by its beginnings and with a slip`() async throws {
  try await World.lend { world in
    let aigul = try await world.register(world.draft("Ахметова", "Айгүл", "Нұрланқызы")).id
    for family in ["Ким", "Ли", "Оспанова"] { _ = try await world.donor(family, given: "Жанна") }
    for words in [
      "Ахметова", "айгуль", "Akhmetova Aigul", "Айгүл Ахметова", "Ахметова Айг", "Айг Ахм",
      "ахметов", "Ахмитова", "Айгуль Ахмтеова", "нурлан", "Ахметова Нурл",
      "Ахметова 07.05.1990", "1990-05-07 айг", "Ахметова Айгуль Нурлановна", "Axмeтoва", "ахм",
    ] {
      #expect(try await world.find(words).first == aigul, "\(words)")
    }
    for words in ["Ахметова 08.05.1990", "Ахметова Жанна", "Сулейменова"] {
      #expect(try await world.find(words) == [], "\(words)")
    }
  }
}

@Test func `a name in Latin letters is found in every order, and beside the names`() async throws {
  try await World.lend { world in
    let wang = try await world.register(world.draft("王", "伟", latin: "WANG WEI")).id
    let maria = try await world.register(
      world.draft("გარსია", "მარია", latin: "Maria del Carmen García-López")
    ).id
    _ = try await world.donor("Ким", given: "Жанна")
    for words in ["Wang", "wang wei", "Wei Wang", "Ванг", "Вей Ва", "王 Wei", "wei 王", "Wamg Wei"] {
      #expect(try await world.find(words) == [wang], "\(words)")
    }
    for words in [
      "garcia lopez", "Maria Garcia", "del carmen", "Maria del Carmen", "Lopez მარია",
      "MARIA DEL CARMEN GARCIA LOPEZ", "Лопез Мария", "Maria García-López Carmen",
      "Carmen Maria del", "Carmen García-López del",
    ] {
      #expect(try await world.find(words) == [maria], "\(words)")
    }
    var correction = CorrectionDraft(id: .new(at: world.now), donor: wang, revision: 0)
    correction.latinName = .changed(to: "WONG WAI")
    correction.reason = "as in the passport"
    _ = try await world.registry.correct(world.command(world.staff, correction))
    #expect(try await world.find("Wang Wei") == [])
    #expect(try await world.find("Wai Wong") == [wang])
    let twin = try await world.register(world.draft("Wong", "Wai"))
    #expect(twin.possibleDuplicates.first { $0.id == wang }?.evidence == ["birth_date", "name"])
    let later = try await world.registry.duplicates(of: wang, as: world.staff.authority)
    #expect(later.map(\.id) == [twin.id])
    let silva = try await world.register(
      world.draft("Silva", "Ana", born: "1971-05-07", latin: "SILVA ANA MARIA LUISA")
    ).id
    let longer = try await world.register(
      world.draft("Silva", "Ana Maria Luisa", born: "1971-05-07"))
    #expect(longer.possibleDuplicates.map(\.id) == [silva])
  }
}

@Test func `two slips in one word and one in another hide nobody`() async throws {
  try await World.lend { world in
    let donor = try await world.donor("Нурмагамбетов", given: "Данияр")
    for words in ["Нурмогомбетов Даняр", "Нурмагамбетов Даняр", "Нрмагамбетвов Данияр"] {
      #expect(try await world.find(words) == [donor], "\(words)")
    }
  }
}

@Test func `the nearest come first and pages go on behind each other`() async throws {
  try await World.lend { world in
    var donors: [ID<Donor>] = []
    for family in ["Омаров", "Omarov", "Омарова", "Умаров", "Омазов", "Ким"] {
      donors.append(try await world.donor(family, given: "Ерлан"))
    }
    #expect(try await world.find("Омаров Ерлан") == Array(donors.prefix(5)))
    let first = try await world.find("Омаров Ерлан", limit: 2)
    let second = try await world.find("Омаров Ерлан", after: first.last, limit: 2)
    #expect(first + second == Array(donors.prefix(4)))
    #expect(try await world.find("Омаров Ерлан", after: donors[4]) == [])
    #expect(try await world.find("Омаров Ерлан", after: donors[5]) == [], "is not among them")
  }
}

@Test func `who registers in another alphabet is proposed as somebody who is known`() async throws {
  try await World.lend { world in
    let known = try await world.register(
      world.draft("Ахметова", "Әлия", phone: "+77011112233"))
    let cases: [(String, String, String, String?, [String])] = [
      ("Akhmetova", "Aliya", "1990-05-07", nil, ["birth_date", "name"]),
      ("Ахмет", "Алия", "1990-05-07", nil, ["birth_date", "name_sounds"]),
      ("Ахметова", "Алия", "1990-07-05", nil, ["birth_date_typo", "name"]),
      ("Ким", "Анна", "1970-01-01", "87011112233", ["phone"]),
    ]
    for (family, given, born, phone, evidence) in cases {
      let draft = try world.draft(family, given, born: born, phone: phone)
      let found = try await world.register(draft).possibleDuplicates.first { $0.id == known.id }
      #expect(found?.evidence == evidence, "\(family)")
    }
    let later = try await world.registry.duplicates(of: known.id, as: world.staff.authority)
    #expect(later.count == 4)
    #expect(later.first?.evidence == ["birth_date", "name"])
    #expect(!later.contains { $0.id == known.id })
    let stranger = try await world.register(world.draft("Ахметова", "Алия", born: "1961-11-23"))
    #expect(stranger.possibleDuplicates.isEmpty, "a namesake")
  }
}

@Test func `a further contact proposes a donor as the telephone does`() async throws {
  try await World.lend { world in
    let known = try await world.register(world.draft("Ахметова", "Әлия", born: "1970-01-01")).id
    for text in ["+77012220000", "aya@example.kz"] {
      _ = try await world.registry.add(world.command(world.staff, world.contact(text, of: known)))
    }
    let work = try world.contact("+77172555000", of: known, as: .work)
    _ = try await world.registry.add(world.command(world.staff, work))
    let colleague = try await world.register(world.draft("Пак", "Инна", phone: "+77172555000"))
    #expect(colleague.possibleDuplicates.isEmpty, "a switchboard is many people's")
    let twin = try await world.register(world.draft("Ким", "Анна", phone: "8 701 222 00 00"))
    #expect(twin.possibleDuplicates.map(\.id) == [known])
    #expect(twin.possibleDuplicates.first?.evidence == ["phone"])
    let later = try await world.registry.duplicates(of: known, as: world.staff.authority)
    #expect(later.map(\.id) == [twin.id])
    let relative = try await world.donor("Ли")
    _ = try await world.registry.add(
      world.command(world.staff, world.contact("aya@example.kz", of: relative)))
    let neighbours = try await world.registry.duplicates(of: relative, as: world.staff.authority)
    #expect(neighbours.isEmpty, "a family shares an address")
  }
}

@Test func `a forgotten donor leaves no word of the name to be found by`() async throws {
  try await World.lend { world in
    let (rare, common) = (
      try await world.donor("Құпияева", given: "Сұлу-Ай"),
      try await world.donor("Ким", given: "Сұлу")
    )
    let before = try await world.tally("name_spellings")
    _ = try await world.registry.anonymise(
      world.command(world.admin, Anonymisation(donor: rare, reason: .donorRequest)))
    for table in ["name_words", "name_sounds"] {
      #expect(try await world.tally("\(table) where donor_id = '\(rare)'") == 0)
      #expect(try await world.tally("\(table) where donor_id = '\(common)'") > 0)
    }
    let left = try await world.books("select word from name_spellings order by 1", as: String.self)
    #expect(left == ["КИМ", "СУЛУ"])
    #expect(try await world.tally("name_slips where word not in ('КИМ', 'СУЛУ')") == 0)
    #expect(try await world.tally("name_slips") == 4 + 5, "each letter left out, and whole")
    #expect(before == 5)
    #expect(try await world.find("Құпияева") == [])
    #expect(try await world.find("Ким") == [common])
  }
}

@Test func `a name and a birth date that are put right are found as they are now`() async throws {
  try await World.lend { world in
    let donor = try await world.donor("Ахметова", given: "Әлия")
    try await world.rewrite(
      """
      update identities set family_name = 'Оспанова', search_name = 'ОСПАНОВА АЛИЯ',
        sound_name = 'УСПАН АЛИЯ' where donor_id = '\(donor)';
      update donors set birth_date = '1991-06-18' where id = '\(donor)';
      """)
    #expect(try await world.find("Ахметова") == [])
    #expect(try await world.find("Оспанова 18.06.1991") == [donor])
    #expect(
      try await world.books("select distinct birth_date::text from name_sounds", as: String.self)
        == ["1991-06-18"])
    let twin = try await world.register(world.draft("Ospanov", "Алия", born: "1991-06-18"))
    #expect(twin.possibleDuplicates.map(\.id) == [donor])
    #expect(try await world.tally("name_spellings where word = 'АХМЕТОВА'") == 0)
  }
}
