import Domain
import Foundation
import TestSupport
import Testing

@testable import Store

@Test func `one bag sent thirty-two times at once is one donation and one answer`()
  async throws
{
  try await World.lend { world in
    try await world.lendServer { other in
      let draft = try world.draft(of: try await world.donor(), at: try await world.drive())
      let command = world.command(world.staff, key: "tablet-7/1", draft)
      let answers = try await concurrently(0..<32) { index in
        try await (index % 2 == 0 ? world.registry : other).log(command)
      }
      #expect(Set(answers.map(\.body)).count == 1)
      #expect(Set(answers.map(\.subject)) == [draft.id.uuid])
      #expect(answers.count { !$0.replayed } == 1)
      #expect(try await world.tally("donations") == 1)
      #expect(try await world.tally("events where kind = 'donation.logged'") == 1)
    }
  }
}

@Test func `a request sent thirty-two times at once asks once`() async throws {
  try await World.lend { world in
    try await world.lendServer { other in
      let draft = RequestDraft(
        id: .new(at: world.now), hospitalId: world.hospital.id, urgency: .urgent,
        neededBy: world.moment(days: 1),
        lines: [RequestLineDraft(component: .redCells, bloodGroup: .aPositive, quantity: 2)],
        patient: nil)
      let command = world.command(world.ward, key: "ward/1", draft)
      let answers = try await concurrently(0..<32) { index in
        try await (index % 2 == 0 ? world.registry : other).request(command)
      }
      #expect(Set(answers.map(\.body)).count == 1)
      #expect(try await world.tally("requests") == 1)
      #expect(try await world.tally("request_lines") == 1)
    }
  }
}

@Test func `a key under which other blood was logged is refused`() async throws {
  try await World.lend { world in
    let drive = try await world.drive()
    let first = try world.draft(of: try await world.donor(), at: drive)
    let second = try world.draft(of: try await world.donor(), at: drive)
    let key = "tablet-7/1"
    _ = try await world.registry.log(
      world.command(world.staff, key: key, fingerprint: "1", first))
    let other = world.command(world.staff, key: key, fingerprint: "2", second)
    #expect(try await refusal { try await world.registry.log(other) } == "key_reused")
    #expect(try await world.tally("donations") == 1)
  }
}

@Test func `two bags under one key at once are one bag and one refusal`() async throws {
  try await World.lend { world in
    try await world.lendServer { other in
      let drive = try await world.drive()
      let commands = try await ["1", "2"].asyncMap { fingerprint in
        world.command(
          world.staff, key: "tablet-7/1", fingerprint: fingerprint,
          try world.draft(of: try await world.donor(), at: drive))
      }
      let codes = try await concurrently(0..<16) { index in
        let server = index % 4 < 2 ? world.registry : other
        return try await refusal { try await server.log(commands[index % 2]) }
      }
      #expect(codes.count { $0 == nil } == 8)
      #expect(codes.count { $0 == "key_reused" } == 8)
      #expect(try await world.tally("donations") == 1)
    }
  }
}

@Test func `another account learns nothing from a key that is not its own`() async throws {
  try await World.lend { world in
    let drive = try await world.drive()
    let draft = try world.draft(of: try await world.donor(), at: drive)
    let key = "tablet-7/1"
    let first = try await world.registry.log(world.command(world.staff, key: key, draft))
    let stranger = World.actor(.driveStaff, at: world.centre)
    let copied = world.command(stranger, key: key, draft)
    #expect(try await refusal { try await world.registry.log(copied) } == "duplicate_din")
    let own = try world.draft(of: try await world.donor(), at: drive)
    let second = try await world.registry.log(world.command(stranger, key: key, own))
    #expect(!second.replayed && second.subject != first.subject)
    #expect(try await world.registry.hasAnswered(key, of: world.staff.account))
    #expect(try await !world.registry.hasAnswered("tablet-7/2", of: world.staff.account))
  }
}

@Test func `what was answered is answered again to the byte, whatever happened since`()
  async throws
{
  try await World.lend { world in
    let drive = try await world.drive(open: false)
    let opening = world.command(world.staff, key: "open", drive)
    let opened = try await world.registry.open(opening)
    let closing = world.command(world.staff, key: "close", drive)
    let closed = try await world.registry.close(closing)
    let again = try await world.registry.open(opening)
    #expect(again.replayed && again.body == opened.body)
    #expect(again.body != closed.body)

    let bag = try await world.bag()
    let unit = try await world.shelve(bag)[0]
    let request = try await world.request(.oNegative)
    let wish = world.command(world.coordinator, key: "get", AllocationDraft(request: request))
    let promised = try await world.registry.allocate(wish)
    try await world.issue(request)
    try await world.receive(request)
    #expect(try await world.registry.allocate(wish).body == promised.body)
    #expect(promised.body.contains(unit.id.description))
  }
}

@Test func `a refusal is not kept, so the same key may succeed later`() async throws {
  try await World.lend { world in
    let drive = try await world.drive(open: false)
    let draft = try world.draft(of: try await world.donor(), at: drive)
    let command = world.command(world.staff, key: "tablet-7/1", draft)
    #expect(try await refusal { try await world.registry.log(command) } == "drive_not_open")
    _ = try await world.registry.open(world.command(world.staff, drive))
    #expect(try await !world.registry.log(command).replayed)
  }
}

@Test func `a batch answers old, new and double members each in its own way`() async throws {
  try await World.lend { world in
    let drive = try await world.drive()
    let old = world.command(
      world.staff, try world.draft(of: try await world.donor(), at: drive))
    let first = try await world.registry.log(old)
    let new = world.command(
      world.staff, try world.draft(of: try await world.donor(), at: drive))
    let reused = world.command(world.staff, key: old.key, fingerprint: "other", new.draft)
    let results = try await world.registry.store.log(
      [old, new, new, reused], as: world.staff.authority)
    #expect(try results[0].get().body == first.body)
    #expect(try results[1].get().body == results[2].get().body)
    #expect(try results.prefix(3).map { try $0.get().replayed } == [true, false, true])
    #expect(try await refusal { try results[3].get() } == "key_reused")
    #expect(try await world.tally("donations") == 2)
  }
}
