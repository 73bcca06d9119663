import Domain
import Foundation
import TestSupport
import Testing

@testable import Store

@Test func `further contacts and documents get new keys as well, and are found by them`()
  async throws
{
  try await World.lend { world in
    var draft = world.visitor()
    draft.document = IdentityDocument(kind: .passport, country: "DE", number: "C01X00T47")
    _ = try await world.registry.register(world.command(world.staff, draft))
    let (donor, document) = (draft.id, draft.document)
    for text in ["+77012220000", "+77012220001", "aya@example.kz"] {
      _ = try await world.registry.add(world.command(world.staff, world.contact(text, of: donor)))
    }
    let newer = try World.keys.adding(isCurrent: true)
    try await world.lendServer(keys: newer) { server in
      try await server.admit(newer, at: world.now)
      // A desk writes an old contact down again while keys are changed.
      #expect(
        try await refusal {
          try await server.add(
            world.command(world.staff, world.contact("+77012220000", of: donor)))
        } == "contact_already_there")
      var cursor = RotationCursor()
      while !cursor.isDone { cursor = try await server.rotate(from: cursor, limit: 2, with: newer) }
      #expect(try await server.keyUses().allSatisfy { $0.number == 2 })
      #expect(try await server.keyUses().contains { $0.kind == "contacts" })
      #expect(try await server.removeKey(.seal, 1, at: world.now) == [])
    }
    let last = try newer.removing(.seal, 1).removing(.lookup, 1)
    try await world.lendServer(keys: last) { server in
      let contacts = try await server.contacts(of: donor, as: world.staff.authority)
      #expect(contacts.map(\.value) == ["+77012220000", "+77012220001", "aya@example.kz"])
      let found = try await server.donors(
        DonorSearch(number: nil, phone: PhoneNumber("+77012220001"), iin: nil, name: nil),
        page: Page(), by: world.staff, at: world.now)
      #expect(found.map(\.id) == [donor])
      let twin = try await refusal {
        var twin = world.visitor()
        twin.document = document
        return try await server.register(world.command(world.staff, twin))
      }
      #expect(twin == "duplicate_document")
    }
  }
}

@Test func `a contact opens for its donor alone, and for roles that reach donors`() async throws {
  try await World.lend { world in
    let (mine, other) = (try await world.newcomer(), try await world.donor("Ким"))
    _ = try await world.registry.add(
      world.command(world.staff, world.contact("aya@example.kz", of: mine)))
    let value = try #require(ContactValue("aya@example.kz", of: .email))
    let sealed = try Sealed(value, of: mine, with: World.keys)
    #expect(throws: SealFailure.doesNotOpen(what: "contact")) {
      try sealed.opened(of: other, with: World.keys)
    }
    let seen = try await world.registry.contacts(of: mine, as: world.laboratory.authority)
    #expect(seen.map(\.value) == [nil])
    #expect("\(seen) \(value)".contains("aya") == false, "a dump tells nothing")
  }
}

@Test func `of two servers that register one person or one document at once, one does`()
  async throws
{
  try await World.lend { world in
    try await world.lendServer { other in
      for round in 0..<10 {
        let document = IdentityDocument(kind: .passport, country: "UZ", number: "AB\(1000 + round)")
        let iin = try World.freshIIN(round)
        let codes = try await concurrently(0..<8) { index in
          var draft = world.visitor(index.isMultiple(of: 2) ? iin : nil)
          draft.document = document
          let server = index % 3 == 0 ? world.registry : other
          let command = world.command(world.staff, draft)
          return try await refusal { try await server.register(command) }
        }
        #expect(codes.count { $0 == nil } == 1, "round \(round): \(codes)")
        let refused = Set(codes.compactMap(\.self))
        #expect(refused.isSubset(of: ["duplicate_iin", "duplicate_document"]), "\(refused)")
      }
      #expect(try await world.tally("donors") == 10)
      #expect(try await world.tally("identities") == 10)
    }
  }
}

extension World {
  /// A form about one more way to reach a donor.
  func contact(
    _ text: String, of donor: ID<Donor>, as kind: ContactKind = .mobile
  ) throws -> ContactDraft {
    let kind = text.contains("@") ? .email : kind
    let value = try #require(ContactValue(text, of: kind))
    return ContactDraft(
      id: .new(at: now), donor: donor, kind: kind, value: value, channels: [kind.channels[0]],
      position: nil)
  }
}
