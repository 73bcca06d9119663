import Domain
import Foundation
import Store
import TestSupport
import Testing

@Test func `an O-negative unit goes from the drive to the ward`() async throws {
  try await World.lend { world in
    let unit = try await world.unit()
    #expect(unit.state == .available)
    let request = try await world.request()
    #expect(try await world.allocate(request).map(\.id) == [unit.id])
    #expect(try await world.issue(request).map(\.id) == [unit.id])
    #expect(try await world.receive(request).map(\.state) == [.received])
    #expect(try await world.reread(request).state == .fulfilled)
  }
}

@Test(arguments: ["reactive", "conflict", "deferral", "expiry"])
func `what became unusable after the promise does not go out`(path: String) async throws {
  try await World.lend { world in
    let bag = try await world.bag()
    let unit = try await world.shelve(bag, .oNegative, [.platelets])[0]
    let request = try await world.request(component: .platelets)
    #expect(try await world.allocate(request).count == 1)
    var later = world.now
    if path == "expiry" { later = unit.expiresAt } else { try await world.spoil(bag, by: path) }
    let units = try? await world.issue(request, at: later)  // Refused is as good as withdrawn.
    #expect(units?.allSatisfy { $0.state == .withdrawn } ?? true)
    #expect([.quarantined, .discarded, .expired].contains(try await world.reread(unit).state))
    // Nor by its name, nor after a sweep, nor for another request.
    _ = try? await world.issue(request, [unit.id], at: later)
    try await world.registry.sweep(at: later)
    _ = try? await world.issue(request, at: later)
    if path != "expiry" { try await world.allocate(request, at: later) }
    let other = try await world.request(component: .platelets)
    #expect(try await world.allocate(other, at: later) == [])
    #expect(try await world.tally("events where kind = 'unit.issued'") == 0)
    let line = try await world.reread(request).lines[0]
    #expect(line.allocated == 0 && line.outstanding + line.lapsed == 1)
  }
}

@Test func `a unit goes to the ward and back, and the counters follow`() async throws {
  try await World.lend { world in
    let units = try await world.shelf(3)
    let request = try await world.request(.oNegative, 3)
    try await world.allocate(request)
    #expect(try await world.issue(request, [units[0].id]).map(\.id) == [units[0].id])
    #expect(try await world.issue(request).count == 2)
    #expect(try await world.receive(request, [units[1].id]).map(\.state) == [.received])
    #expect(try await world.takeBack(request, [units[1].id]).map(\.state) == [.returned])
    let line = try await world.reread(request).lines[0]
    #expect(line.allocated == 3 && line.issued == 3 && line.received == 1 && line.returned == 1)
    #expect(try await world.reread(units[1]).state == .returned)
    #expect(try await world.reread(request).state == .open)
    try await world.receive(request)
    #expect(try await world.reread(request).state == .fulfilled)
    #expect(try await refusal { try await world.allocate(request) } == "request_not_open")
    // What was received may still come back.
    #expect(try await world.takeBack(request, [units[0].id]).count == 1)
  }
}

@Test func `a step asks for units that are ready for it`() async throws {
  try await World.lend { world in
    let unit = try await world.unit()
    let other = try await world.unit()
    let request = try await world.request()
    let got = try await world.allocate(request)[0].id
    let stranger = got == unit.id ? other.id : unit.id
    #expect(try await refusal { try await world.receive(request) } == "nothing_to_receive")
    #expect(try await refusal { try await world.takeBack(request) } == "nothing_to_return")
    let codes = try await [[stranger], [got, stranger]].asyncMap { units in
      try await refusal { try await world.issue(request, units) }
    }
    #expect(codes == ["units_not_ready", "units_not_ready"])
    try await world.issue(request)
    #expect(try await refusal { try await world.issue(request) } == "nothing_to_issue")
    #expect(try await refusal { try await world.issue(request, [got]) } == "units_not_ready")
  }
}

@Test(arguments: [true, false])
func `a cancelled request frees what it held`(byTheWard: Bool) async throws {
  try await World.lend { world in
    let units = try await world.shelf(2)
    let request = try await world.request(.oNegative, 4)
    try await world.allocate(request)
    try await world.issue(request, [units[0].id])
    let who = byTheWard ? world.ward : world.coordinator
    _ = try await world.registry.cancel(world.command(who, request))
    let after = try await world.reread(request)
    #expect(after.state == .cancelled)
    #expect(after.lines[0].cancelled == 3 && after.lines[0].outstanding == 0)
    #expect(try await world.reread(units[1]).state == .available)
    #expect(try await world.reread(units[0]).state == .issued)
    // What is on its way still arrives.
    #expect(try await world.receive(request).map(\.state) == [.received])
    #expect(
      try await refusal { try await world.registry.cancel(world.command(who, request)) }
        == "request_not_open")
  }
}

@Test func `a promise nobody uses ends by itself`() async throws {
  try await World.lend { world in
    let unit = try await world.unit()
    let request = try await world.request(neededIn: 2)
    try await world.allocate(request)
    let hours = 2 + Double(world.registry.policy.holdHours.value)
    try await world.registry.sweep(at: world.now + hours * 3600 - 1)
    #expect(try await world.reread(unit).state == .held)
    try await world.registry.sweep(at: world.now + hours * 3600)
    #expect(try await world.reread(unit).state == .available)
    #expect(
      try await world.registry.units(of: request, as: .system).map(\.state) == [.expired])
    let after = try await world.reread(request)
    #expect(after.state == .lapsed && after.lines[0].lapsed == 1)
  }
}

@Test func `a request whose hour passed lapses, and waits for what is on its way`()
  async throws
{
  try await World.lend { world in
    _ = try await world.unit()
    let (empty, partly) = (
      try await world.request(neededIn: 1), try await world.request(.oNegative, 2, neededIn: 1)
    )
    try await world.allocate(partly)
    try await world.issue(partly)
    try await world.registry.sweep(at: world.moment(days: 1))
    #expect(try await world.reread(empty).state == .lapsed)
    let waiting = try await world.reread(partly)
    #expect(waiting.state == .open && waiting.lines[0].lapsed == 1)
    #expect(waiting.lines[0].outstanding == 0)
    try await world.receive(partly)
    // One of two came: that is not the whole of it.
    #expect(try await world.reread(partly).state == .lapsed)
  }
}

@Test func `requests that wait for their receipts do not keep others from lapsing`()
  async throws
{
  try await World.lend { world in
    let unit = try await world.unit()
    let served = try await world.request()
    try await world.allocate(served)
    try await world.issue(served)
    try await world.multiply(served, unit, by: 500)
    let request = try await world.request(neededIn: 1)
    try await world.registry.sweep(at: world.moment(days: 2))
    #expect(try await world.reread(request).state == .lapsed)
  }
}

extension World {
  /// Copies an issued request and its unit under ids older than all others.
  fileprivate func multiply(
    _ request: ID<Request>, _ unit: Domain.Unit, by count: Int
  ) async throws {
    try await rewrite(
      """
      create function copy_id(n integer) returns uuid return
        ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid;
      insert into units (id, donation_id, din, component, blood_group, volume_ml, attributes,
        collected_on, expires_on, expires_at, site_id, state, made_at)
      select copy_id(n), donation_id, din, component, blood_group, volume_ml, attributes,
        collected_on, expires_on, expires_at, site_id, state, made_at
      from units, generate_series(1, \(count)) n where id = '\(unit.id)';
      insert into requests
      select (jsonb_populate_record(requests, jsonb_build_object('id', copy_id(n)))).*
      from requests, generate_series(1, \(count)) n where id = '\(request)';
      insert into request_lines
      select (jsonb_populate_record(request_lines,
        jsonb_build_object('id', copy_id(n), 'request_id', copy_id(n)))).*
      from request_lines, generate_series(1, \(count)) n where request_id = '\(request)';
      insert into allocations
      select (jsonb_populate_record(allocations, jsonb_build_object('id', copy_id(n),
        'unit_id', copy_id(n), 'line_id', copy_id(n), 'request_id', copy_id(n)))).*
      from allocations, generate_series(1, \(count)) n where request_id = '\(request)';
      """)
  }
}
