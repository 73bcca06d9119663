import Domain
import Foundation
import Postgres
import TestSupport
import Testing

@testable import Store

@Test func `what is sealed for one donor opens for no other, and in no other field`() throws {
  let ring = try World.keys
  let (mine, other) = (ID<Donor>.new(at: Date()), ID<Donor>.new(at: Date()))
  let iin = try IIN("960229600013")
  let sealed = try Sealed(iin, of: mine, with: ring)
  #expect(try sealed.opened(of: mine, with: ring) == iin)
  #expect(try Sealed(iin, of: mine, with: ring) != sealed, "every nonce is fresh")
  #expect(throws: SealFailure.doesNotOpen(what: "iin")) {
    try sealed.opened(of: other, with: ring)
  }
  let moved = try JSONDecoder().decode(
    Sealed<PhoneNumber>.self, from: JSONEncoder().encode(sealed.bytes))
  #expect(throws: SealFailure.doesNotOpen(what: "phone")) {
    try moved.opened(of: mine, with: ring)
  }
  for index in sealed.bytes.indices {
    var bytes = sealed.bytes
    bytes[index] ^= 1
    let changed = try JSONDecoder().decode(
      Sealed<IIN>.self, from: JSONEncoder().encode(bytes))
    #expect(throws: SealFailure.self) { try changed.opened(of: mine, with: ring) }
  }
}

@Test(arguments: [
  "", "seal 1 AAAA", "seal 0 MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
  "seal 1 MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
  "seal 1 MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=, "
    + "lookup 1 MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
])
func `a file that is no ring of keys is refused without quoting it`(text: String) {
  let mistake = #expect(throws: KeyRingMistake.self) { try KeyRing(text: text) }
  #expect(mistake?.description.contains("MDEy") == false)
}

@Test func `keys are written as they are read, and never printed`() throws {
  let ring = try KeyRing.random().adding(isCurrent: true)
  #expect(try KeyRing(text: ring.text) == ring)
  var dumped = ""
  dump(ring, to: &dumped)
  let secrets = ring.keys.map { $0.secret.base64EncodedString() }
  #expect(secrets.allSatisfy { !"\(ring) \(ring.keys) \(dumped)".contains($0) })
}

@Test func `a server with another key under the same number is noticed at its start`()
  async throws
{
  try await World.lend { world in
    let registry = world.registry
    let hadKeys = try await registry.hasKeys()
    #expect(!hadKeys)
    try await registry.admit(try World.keys, at: world.now)
    try await registry.admit(try World.keys, at: world.now)
    await #expect(throws: KeyMismatch.wrong(key: "lookup 1")) {
      try await registry.admit(try KeyRing.random(), at: world.now)
    }
    let newer = try World.keys.adding(isCurrent: true)
    try await registry.admit(newer, at: world.now)
    await #expect(throws: KeyMismatch.absent(keys: ["lookup 2", "seal 2"])) {
      try await registry.admit(try World.keys, at: world.now)
    }
  }
}

@Test func `without keys nobody is registered and no contact is shown`() async throws {
  try await World.lend { world in
    let donor = try await world.newcomer()
    let database = Database(world.settings)
    let bare = Registry(database: database, policy: world.registry.policy)
    let seen = try await bare.donor(donor, by: world.staff, at: world.now)
    #expect(seen.phone == nil && seen.iin == nil)
    #expect(
      try await refusal { try await bare.register(world.command(world.staff, world.visitor())) }
        == "identity_keys_missing")
    await database.shutdown()
  }
}

@Test func `of two desks that register one person at once, one is told the number`()
  async throws
{
  try await World.lend { world in
    // One writes with the new key already; the other only knows it.
    let waiting = try World.keys.adding(isCurrent: false)
    let promoted = try waiting.promoted()
    try await world.lendServer(keys: waiting) { first in
      try await world.lendServer(keys: promoted) { other in
        try await race(world, first, other)
      }
    }
  }
}

private func race(_ world: World, _ first: Registry, _ other: Registry) async throws {
  for round in 0..<20 {
    let iin = try World.freshIIN(round)
    let codes = try await concurrently(0..<8) { index in
      let server = index % 2 == 0 ? first : other
      return try await refusal {
        try await server.register(world.command(world.staff, world.visitor(iin)))
      }
    }
    #expect(codes.count { $0 == nil } == 1, "round \(round)")
    #expect(codes.count { $0 == "duplicate_iin" } == 7, "round \(round): \(codes)")
  }
}

@Test func `a registration sent again is answered to the byte, and kept unreadable`()
  async throws
{
  try await World.lend { world in
    let draft = world.visitor(try IIN("960229600013"))
    let command = world.command(world.staff, key: "k-1", fingerprint: "a", draft)
    let first = try await world.registry.register(command)
    let second = try await world.registry.register(command)
    #expect(second.body == first.body)
    #expect(second.replayed && !first.replayed)
    #expect(first.body.contains("+77470009311"))
    let kept = try await world.books("select body from answers where key = 'k-1'", as: String.self)
    #expect(kept.count == 1)
    #expect(kept.allSatisfy { !$0.contains("7470009311") && !$0.contains("Оспанова") })
    let changed = world.command(world.staff, key: "k-1", fingerprint: "b", draft)
    #expect(try await refusal { try await world.registry.register(changed) } == "key_reused")
  }
}

@Test func `keys change while people are registered, and the old ones can go`() async throws {
  try await World.lend { world in
    let donors = try await concurrently(0..<30) { number in
      try await world.newcomer(try World.freshIIN(number))
    }
    let command = world.command(world.staff, key: "kept", world.visitor())
    let answer = try await world.registry.register(command)
    let newer = try World.keys.adding(isCurrent: true)
    try await world.lendServer(keys: newer) { server in
      try await server.admit(newer, at: world.now)
      var cursor = RotationCursor()
      for _ in 0..<3 { cursor = try await server.rotate(from: cursor, limit: 7, with: newer) }
      // Killed here, another run begins from the start; meanwhile both keys are found.
      let found = try await server.donors(
        DonorSearch(number: nil, phone: nil, iin: try World.freshIIN(29), name: nil),
        page: Page(), by: world.staff, at: world.now)
      #expect(found.map(\.id) == [donors[29]])
      _ = try await server.register(
        world.command(world.staff, world.visitor(try World.freshIIN(40))))
      cursor = RotationCursor()
      while !cursor.isDone { cursor = try await server.rotate(from: cursor, limit: 7, with: newer) }
      #expect(cursor.changed == 31 + 31 - 21, "\(cursor)")
      let uses = try await server.keyUses()
      #expect(uses.allSatisfy { $0.number == 2 })
      #expect(try await server.removeKey(.seal, 1, at: world.now) == [])
      #expect(try await server.removeKey(.seal, 2, at: world.now) != [])
    }
    let last = try newer.removing(.seal, 1).removing(.lookup, 1)
    try await world.lendServer(keys: last) { server in
      for donor in donors {
        let seen = try await server.donor(donor, by: world.staff, at: world.now)
        #expect(seen.phone != nil)
      }
      let again = try await refusal {
        let draft = world.visitor(try World.freshIIN(3))
        return try await server.register(world.command(world.staff, draft))
      }
      #expect(again == "duplicate_iin")
      let replay = try await server.register(command)
      #expect(replay.body == answer.body)
    }
  }
}

@Test func `a server learns a new key when it meets its first value`() async throws {
  try await World.lend { world in
    let newer = try World.keys.adding(isCurrent: true)
    let keychain = Keychain(try World.keys) { newer }
    let sealed = try Sealed(try IIN("960229600013"), of: .new(at: world.now), with: newer)
    #expect(throws: SealFailure.doesNotOpen(what: "iin")) {
      try keychain.use { try sealed.opened(of: .new(at: world.now), with: $0) }
    }
    #expect(keychain.ring == newer)
  }
}

extension World {
  /// A form about a person with a telephone.
  func visitor(_ iin: IIN? = nil) -> DonorDraft {
    var draft = DonorDraft(
      id: .new(at: now), familyName: "Оспанова", givenName: "Ая", patronymic: nil, sex: .female,
      birthDate: Day("1990-05-17") ?? Day.first, iin: iin, phone: PhoneNumber("+77470009311"),
      language: "kk", region: "KZ-71")
    draft.iinMismatchReason = "the document says so"
    return draft
  }

  /// A registered person.
  func newcomer(_ iin: IIN? = nil) async throws -> ID<Donor> {
    let draft = visitor(iin)
    _ = try await registry.register(command(staff, draft))
    return draft.id
  }

  /// A number nobody has, the same for the same argument.
  static func freshIIN(_ number: Int) throws -> IIN {
    for serial in 0...9 {
      for digit in 0...9 {
        let text = "0201014" + String(format: "%03d", number) + "\(serial)\(digit)"
        if let iin = try? IIN(text) { return iin }  // The wrong check digit: try the next.
      }
    }
    return try IIN("960229600013")
  }
}

@Test func `the donors of a batch are opened while a statement would take its way`() throws {
  let ring = try World.keys
  let iin = try IIN("960229600013")
  let phone = try #require(PhoneNumber("+77470009311"))
  let kept = try (0..<64).map { _ in
    let donor = ID<Donor>.new(at: Date())
    return (
      donor, try Sealed(iin, of: donor, with: ring), try Sealed(phone, of: donor, with: ring)
    )
  }
  let took = try ContinuousClock().measure {
    for (donor, sealedIIN, sealedPhone) in kept {
      _ = try sealedIIN.opened(of: donor, with: ring)
      _ = try sealedPhone.opened(of: donor, with: ring)
    }
  }
  print("64 donors opened in \(took)")
  #expect(took < .seconds(1))
}
