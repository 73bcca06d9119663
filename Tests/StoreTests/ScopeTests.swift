import Domain
import Foundation
import Store
import TestSupport
import Testing

@Test func `a hospital sees nothing of another's requests and units`() async throws {
  try await World.lend { world in
    let unit = try await world.unit()
    let request = try await world.request()
    try await world.allocate(request)
    let other = try await world.otherWard()
    let registry = world.registry

    #expect(try await registry.requests(RequestFilter(), page: Page(), as: other.authority) == [])
    #expect(
      try await refusal { try await registry.request(request, as: other.authority) }
        == "request_not_found")
    #expect(
      try await refusal { try await registry.units(of: request, as: other.authority) }
        == "request_not_found")
    #expect(
      try await refusal { try await registry.unit(unit.id, as: other.authority) }
        == "unit_not_found")
    #expect(
      try await registry.units(UnitFilter(), after: nil, limit: 9, as: other.authority) == [])
    #expect(try await registry.stock(UnitFilter(), at: world.now, as: other.authority) == [])
    for step in [registry.issue, registry.receive, registry.takeBack] {
      let draft = HandoverDraft(request: request, units: nil)
      #expect(
        try await refusal { try await step(world.command(other, draft)) } == "request_not_found")
    }
    #expect(
      try await refusal { try await registry.cancel(world.command(other, request)) }
        == "request_not_found")
    #expect(
      try await refusal { try await registry.donor(.new(at: world.now), by: other, at: world.now) }
        == "donor_not_found")

    // Its own it sees, and the unit once it is promised to it.
    let mine = world.ward.authority
    #expect(try await registry.request(request, as: mine).lines[0].allocated == 1)
    #expect(try await registry.unit(unit.id, as: mine).unit.id == unit.id)
  }
}

@Test func `a hospital asks for itself alone`() async throws {
  try await World.lend { world in
    let other = try await world.otherWard()
    let draft = RequestDraft(
      id: .new(at: world.now), hospitalId: world.hospital.id, urgency: .urgent,
      neededBy: world.moment(days: 1),
      lines: [RequestLineDraft(component: .redCells, bloodGroup: .oPositive, quantity: 1)],
      patient: nil)
    let code = try await refusal { try await world.registry.request(world.command(other, draft)) }
    #expect(code == "hospital_unknown")
  }
}

@Test func `the staff of another centre sees neither drive nor bag nor unit`() async throws {
  try await World.lend { world in
    let unit = try await world.unit()
    let other = try await world.site(.centre, region: world.centre.region)
    let (desk, bench) = (
      World.actor(.driveStaff, at: other), World.actor(.laboratory, at: other)
    )
    let registry = world.registry
    let drive = try await registry.drives(
      DriveFilter(), page: Page(), as: world.staff.authority)[0].id
    #expect(try await registry.drives(DriveFilter(), page: Page(), as: desk.authority) == [])
    let codes = [
      try await refusal { try await registry.drive(drive, as: desk.authority) },
      try await refusal { try await registry.report(of: drive, as: desk.authority) },
      try await refusal { try await registry.visits(at: drive, page: Page(), as: desk.authority) },
      try await refusal {
        try await registry.donations(at: drive, page: Page(), as: desk.authority)
      },
      try await refusal { try await registry.close(world.command(desk, drive)) },
      try await refusal {
        let draft = try world.draft(of: try await world.donor(), at: drive)
        return try await registry.log(world.command(desk, draft))
      },
    ]
    #expect(codes == Array(repeating: "drive_not_found", count: 6))
    #expect(
      try await refusal { try await registry.donation(unit.din, as: bench.authority) }
        == "donation_not_found")
    let test = TestDraft(din: unit.din, marker: "hiv", result: .reactive)
    #expect(
      try await refusal { try await registry.record(world.command(bench, test)) }
        == "donation_not_found")
    #expect(
      try await refusal { try await registry.unit(unit.id, as: bench.authority) }
        == "unit_not_found")
    #expect(try await registry.stock(UnitFilter(), at: world.now, as: bench.authority) == [])
  }
}

@Test func `a centre works at the venues of its region`() async throws {
  try await World.lend { world in
    let near = try await world.site(.venue, region: world.centre.region)
    let far = try await world.site(.venue, region: "KZ-75")
    _ = try await world.drive(at: near)
    let code = try await refusal { try await world.drive(at: far) }
    #expect(code == "site_unknown")
  }
}

@Test func `a regional coordinator keeps to the region, but keeps all of its requests`()
  async throws
{
  try await World.lend { world in
    let far = try await world.site(.centre, region: "KZ-75")
    let outsider = World.actor(.coordinator, at: far)
    let unit = try await world.unit()
    let request = try await world.request()
    let wish = AllocationDraft(request: request)
    #expect(
      try await refusal { try await world.registry.allocate(world.command(outsider, wish)) }
        == "request_not_found")
    // Blood from afar, promised by the country's coordinator, is seen by the region's.
    try await world.rewrite("update units set site_id = '\(far.id)'")
    try await world.allocate(request)
    let regional = World.actor(.coordinator, at: world.centre)
    let seen = try await world.registry.units(of: request, as: regional.authority)
    #expect(seen.map(\.id) == [unit.id])
    _ = try await world.registry.cancel(world.command(regional, request))
    #expect(try await world.reread(unit).state == .available)
    #expect(try await world.tally("allocations where state = 'held'") == 0)
  }
}

@Test func `two wards on one connection never see each other's requests`() async throws {
  try await World.lend { world in
    let other = try await world.otherWard()
    let mine = try await world.request()
    let theirs = RequestDraft(
      id: .new(at: world.now), hospitalId: try await world.hospital(of: other),
      urgency: .routine, neededBy: world.moment(days: 1),
      lines: [RequestLineDraft(component: .plasma, bloodGroup: .aPositive, quantity: 1)],
      patient: nil)
    _ = try await world.registry.request(world.command(other, theirs))
    try await world.lendServer(connections: 1) { server in
      let seen = try await concurrently(0..<60) { index in
        let actor = index % 2 == 0 ? world.ward : other
        return try await server.requests(RequestFilter(), page: Page(), as: actor.authority)
          .map(\.id)
      }
      for (index, ids) in seen.enumerated() {
        #expect(ids == (index % 2 == 0 ? [mine] : [theirs.id]))
      }
    }
  }
}

extension World {
  /// Somebody of another hospital of the same region.
  fileprivate func otherWard() async throws -> Actor {
    let answer = try await registry.add(
      command(
        admin,
        HospitalDraft(
          name: Wording("Children's hospital"), region: hospital.region,
          timeZone: "Asia/Almaty", bin: nil, siteId: nil)))
    let other = try await registry.hospital(ID(answer.subject))
    return Actor(
      account: .new(at: now),
      authority: Authority(
        role: .hospital, siteId: other.siteId, siteKind: .hospital, region: other.region))
  }

  fileprivate func hospital(of ward: Actor) async throws -> ID<Hospital> {
    let all = try await registry.hospitals(region: nil, page: Page())
    return try #require(all.first { $0.siteId == ward.authority.siteId }).id
  }
}
