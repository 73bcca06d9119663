import Domain
import Foundation
import Store
import TestSupport
import Testing

@Test(arguments: BloodGroup.allCases)
func `red cells go only to whom they suit`(patient: BloodGroup) async throws {
  try await World.lend { world in
    let units = try await concurrently(BloodGroup.allCases, width: 8) { group in
      try await world.unit(group)
    }
    let got = try await world.allocate(try await world.request(patient, 8))
    let suited = units.compactMap(\.bloodGroup).filter {
      Component.redCells.match(donor: $0, recipient: patient).isSafe
    }
    #expect(Set(got.map(\.bloodGroup)) == Set(suited))
    // The patient's own group first; O-negative, which suits everybody, last.
    let order = got.map(\.rankReason)
    #expect(order.first == .identical)
    if patient != .oNegative {
      #expect(got.last?.bloodGroup == .oNegative && order.last == .oNegativeLastResort)
      #expect(order.dropFirst().dropLast().allSatisfy { $0 == .compatibleSubstitute })
    }
  }
}

@Test func `plasma goes the other way round`() async throws {
  try await World.lend { world in
    _ = try await world.unit(.oPositive, .plasma)
    let universal = try await world.unit(.abNegative, .plasma)
    let request = try await world.request(.bPositive, 2, component: .plasma)
    let got = try await world.allocate(request)
    #expect(got.map(\.id) == [universal.id])
    #expect(got.map(\.rankReason) == [.compatibleSubstitute])
  }
}

@Test func `the first to expire goes out first`() async throws {
  try await World.lend { world in
    var units: [Domain.Unit] = []
    for days in [-5.0, -20, -1, -11] {
      units.append(try await world.unit(.aPositive, collectedAt: world.moment(days: days)))
    }
    let got = try await world.allocate(try await world.request(.aPositive, 3))
    #expect(got.map(\.id) == [units[1].id, units[3].id, units[0].id])
  }
}

@Test func `an old substitute does not overtake the patient's own group`() async throws {
  try await World.lend { world in
    _ = try await world.unit(.oPositive, collectedAt: world.moment(days: -30))
    let own = try await world.unit(.aPositive)
    #expect(try await world.allocate(try await world.request(.aPositive)).map(\.id) == [own.id])
  }
}

@Test func `a unit that expires before it is needed stays`() async throws {
  try await World.lend { world in
    let unit = try await world.unit(.aPositive, .platelets)
    let hours = unit.expiresAt.timeIntervalSince(world.now) / 3600
    let margin = Double(world.registry.policy.expiryMarginHours.value)
    let late = try await world.request(
      .aPositive, component: .platelets, neededIn: hours - margin)
    #expect(try await world.allocate(late) == [])
    let early = try await world.request(
      .aPositive, component: .platelets, neededIn: hours - margin - 0.01)
    #expect(try await world.allocate(early).map(\.id) == [unit.id])
  }
}

@Test func `a request whose hour has passed gets no unit that expired since`() async throws {
  try await World.lend { world in
    let unit = try await world.unit(.aPositive, .platelets)
    let request = try await world.request(.aPositive, component: .platelets, neededIn: 1)
    #expect(try await world.allocate(request, at: unit.expiresAt) == [])
  }
}

@Test func `attributes a patient needs are in the unit or it stays`() async throws {
  try await World.lend { world in
    _ = try await world.unit(.aPositive)
    _ = try await world.unit(.aPositive, attributes: [.leucodepleted])
    let fit = try await world.unit(
      .aPositive, attributes: [.irradiated, .leucodepleted, .kNegative])
    let request = try await world.request(.aPositive, 3, attributes: [.leucodepleted, .irradiated])
    #expect(try await world.allocate(request).map(\.id) == [fit.id])
  }
}

@Test func `exactly this group means no other`() async throws {
  try await World.lend { world in
    _ = try await world.unit(.oNegative)
    let request = try await world.request(.aPositive, substitution: .exact)
    #expect(try await world.allocate(request) == [])
    let own = try await world.unit(.aPositive)
    #expect(try await world.allocate(request).map(\.id) == [own.id])
  }
}

@Test func `a substitute suits the patient, not only the line`() async throws {
  try await World.lend { world in
    _ = try await world.unit(.oPositive)
    _ = try await world.unit(.aNegative)
    let fit = try await world.unit(.oNegative)
    let patient = Patient(
      reference: "case 12", sex: .female, birthDate: nil, bloodGroup: .oNegative)
    // Asked for O+ a line could be filled with O+, which would harm this patient.
    let unsafe = RequestDraft(
      id: .new(at: world.now), hospitalId: world.hospital.id, urgency: .urgent,
      neededBy: world.moment(days: 1),
      lines: [RequestLineDraft(component: .redCells, bloodGroup: .oPositive, quantity: 1)],
      patient: patient)
    let code = try await refusal {
      try await world.registry.request(world.command(world.ward, unsafe))
    }
    #expect(code == "incompatible_with_patient")
    let request = try await world.request(.oNegative, 3, patient: patient)
    #expect(try await world.allocate(request).map(\.id) == [fit.id])
  }
}

@Test func `blood of the same region goes first, group by group`() async throws {
  try await World.lend { world in
    let far = try await world.site(.centre, region: "KZ-75")
    let old = try await world.unit(.aPositive, collectedAt: world.moment(days: -20))
    try await world.rewrite("update units set site_id = '\(far.id)'")
    let near = try await world.unit(.aPositive)
    let substitute = try await world.unit(.oPositive)
    for unit in [near, old, substitute] {
      let got = try await world.allocate(try await world.request(.aPositive))
      #expect(got.map(\.id) == [unit.id])
    }
  }
}

@Test func `a request gets what there is, and later the rest`() async throws {
  try await World.lend { world in
    let first = try await world.shelf(2)
    let request = try await world.request(.oNegative, 3)
    #expect(Set(try await world.allocate(request).map(\.id)) == Set(first.map(\.id)))
    let line = try await world.reread(request).lines[0]
    #expect(line.allocated == 2 && line.outstanding == 1 && line.substituted == 0)
    #expect(try await world.allocate(request) == [])
    let second = try await world.shelf(2)
    let got = try await world.allocate(request)
    #expect(got.count == 1 && second.map(\.id).contains(got[0].id))
    #expect(try await world.reread(request).lines[0].outstanding == 0)
  }
}

@Test func `what is not safe on the shelf is never promised`() async throws {
  try await World.lend { world in
    let quarantined = try await world.bag()
    try await world.make(quarantined.din)
    let expired = try await world.unit(collectedAt: world.moment(days: -43))
    #expect(expired.expiresAt <= world.now)
    for path in ["reactive", "conflict", "deferral"] {
      let bag = try await world.bag()
      try await world.shelve(bag)
      try await world.spoil(bag, by: path)
    }
    let held = try await world.unit()
    let first = try await world.request()
    #expect(try await world.allocate(first).map(\.id) == [held.id])
    #expect(try await world.allocate(try await world.request(.oNegative, 9)) == [])
  }
}
