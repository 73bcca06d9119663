import Domain
import Foundation
import Postgres
import SQL
import Store
import TestSupport
import Testing

@Test func `a donation follows an examination that was passed`() async throws {
  try await World.lend { world in
    let (donor, drive) = (try await world.donor(), try await world.drive())
    let visit = try await world.visit(of: donor, at: drive)
    try await world.examine(visit)
    let draft = try world.draft(of: donor, at: drive)
    _ = try await world.registry.log(world.command(world.staff, draft))
    let donation = try await world.registry.donation(draft.din, as: world.staff.authority)
    #expect(donation.visitId == visit)
  }
}

@Test(
  arguments: [
    (112.0, DonationKind.wholeBlood, "examination_refused"), (120.0, .wholeBlood, nil),
    (135.0, .plasmapheresis, "examined_for_another_kind"),
  ] as [(Double, DonationKind, String?)])
func `no donation follows an examination that was failed, or was for another kind`(
  haemoglobin: Double, kind: DonationKind, code: String?
) async throws {
  try await World.lend { world in
    let (donor, drive) = (try await world.donor(), try await world.drive())
    try await world.examine(
      try await world.visit(of: donor, at: drive), changing: [.haemoglobin: haemoglobin])
    let draft = try world.draft(of: donor, at: drive, kind: kind)
    #expect(
      try await refusal { try await world.registry.log(world.command(world.staff, draft)) } == code)
    #expect(try await world.tally("donations") == (code == nil ? 1 : 0))
    #expect(try await world.tally("visits where outcome is null") == (code == nil ? 0 : 1))
  }
}

@Test func `who was sent away gives nothing that day, at this desk or another, and may tomorrow`()
  async throws
{
  try await World.lend { world in
    let (donor, drive) = (try await world.donor(), try await world.drive())
    let visit = try await world.visit(of: donor, at: drive)
    try await world.examine(visit, changing: [.haemoglobin: 96])
    let end = VisitDecision(visit: visit, outcome: .walkedOut, deferralReason: nil)
    _ = try await world.registry.decide(world.command(world.staff, end))
    for place in [drive, try await world.drive()] {
      let draft = try world.draft(of: donor, at: place)
      let refused = try await refusal {
        try await world.registry.log(world.command(world.staff, draft))
      }
      #expect(refused == "examination_refused")
    }
    let later = world.later(days: 1)
    let draft = try later.draft(of: donor, at: try await later.drive(on: later.now))
    _ = try await later.registry.log(later.command(later.staff, draft))
    #expect(try await world.tally("donations") == 1)
  }
}

@Test func `of several examinations the newest counts, and the older ones stay`() async throws {
  try await World.lend { world in
    let (donor, drive) = (try await world.donor(), try await world.drive())
    let visit = try await world.visit(of: donor, at: drive)
    var made: [ID<VisitExamination>] = []
    for (haemoglobin, code) in [(118.0, "examination_refused"), (122, nil)] {
      made.append(try await world.examine(visit, changing: [.haemoglobin: haemoglobin]))
      let draft = try world.draft(of: donor, at: drive)
      let refused = try await refusal {
        try await world.registry.log(world.command(world.staff, draft))
      }
      #expect(refused == code)
    }
    let kept = try await world.registry.examinations(of: visit, as: world.laboratory.authority)
    #expect(kept.map(\.id) == made)
    #expect(kept.map(\.decision.eligible) == [false, true])
    #expect(kept.map { $0.measured[.haemoglobin] } == [118, 122])
    let late = world.examination(of: visit)
    let again = try await refusal {
      try await world.registry.examine(world.command(world.staff, late))
    }
    #expect(again == "visit_already_decided")
  }
}

@Test func `one failed examination in a batch does not spoil the donations beside it`()
  async throws
{
  try await World.lend { world in
    let drive = try await world.drive()
    let donors = [
      try await world.donor(), try await world.donor("Ким"), try await world.donor("Ли"),
    ]
    try await world.examine(
      try await world.visit(of: donors[1], at: drive), changing: [.weight: 48])
    try await world.examine(try await world.visit(of: donors[2], at: drive))
    let codes = try await concurrently(donors) { donor in
      let draft = try world.draft(of: donor, at: drive)
      return try await refusal { try await world.registry.log(world.command(world.staff, draft)) }
    }
    #expect(codes == [nil, "examination_refused", nil])
  }
}

@Test func `an examination and a donation that race never leave a donation after a refusal`()
  async throws
{
  try await World.lend { world in
    try await world.lendServer { other in
      let drive = try await world.drive()
      let donors = try await concurrently(0..<24) { try await world.donor("Жарыс\($0)") }
      try await concurrently(donors) { donor in
        let visit = try await world.visit(of: donor, at: drive)
        let failed = world.examination(of: visit, changing: [.pulse: 120])
        let bag = try world.draft(of: donor, at: drive)
        async let examined = refusal { try await other.examine(world.command(world.staff, failed)) }
        async let logged = refusal { try await world.registry.log(world.command(world.staff, bag)) }
        let codes = try await [examined, logged]
        // Whoever came second was told.
        #expect([[nil, "examination_refused"], ["visit_already_decided", nil]].contains(codes))
      }
    }
    let both = try await world.tally(
      "donations join examinations using (visit_id) where not is_eligible")
    #expect(both == 0)
  }
}

@Test func `an examination is shown as it was decided, whatever the policy says since`()
  async throws
{
  try await World.lend { world in
    let visit = try await world.visit()
    try await world.examine(
      visit, changing: [.haemoglobin: 119.5],
      answers: [ToldReason(reason: "vaccine_killed", on: world.day(-3), isTestedNegative: false)])
    let then = try await world.registry.examinations(of: visit, as: world.staff.authority)
    let stricter = try world.registry.policy.changed { members in
      members["version"] = 2
      members["signs"] = [[String: Any]]()
      members["deferrals"] = [[String: Any]]()
    }
    try await world.lendServer(policy: stricter) { later in
      let shown = try await later.examinations(of: visit, as: world.staff.authority)
      #expect(shown == then)
      #expect(shown.first?.decision.policy == PolicyVersion(code: "KZ", version: 1))
      // The same again is decided by the policy of now, and stands beside the first.
      let draft = world.examination(
        of: visit, changing: [.haemoglobin: 119.5],
        answers: [ToldReason(reason: "vaccine_killed", on: world.day(-3))])
      _ = try await later.examine(world.command(world.staff, draft))
      let both = try await later.examinations(of: visit, as: world.staff.authority)
      #expect(both.map(\.decision.policy.version) == [1, 2])
      #expect(both.first == then.first)
    }
    let kept = try #require(then.first)
    #expect(kept.suggestedDeferral?.reason == "vaccine_killed")
    #expect(kept.suggestedDeferral?.until == world.day(7))
    #expect(
      kept.decision.rules.first { $0.code == "haemoglobin_minimum" }?.facts["value"] == "119.5")
  }
}

@Test(arguments: [Role.recruiter, .coordinator, .hospital, .auditor, .admin])
func `who does not examine donors has no row of an examination`(role: Role) async throws {
  try await World.lend { world in
    let visit = try await world.visit()
    try await world.examine(visit)
    let actor = World.actor(role, at: role == .hospital ? nil : world.centre)
    let service = Database(world.settings)
    let seen = try await service.read(
      TransactionOptions(readOnly: true, settings: actor.authority.settings)
    ) { db in
      try db.one(
        Query(name: "examinations of strangers", text: "select count(*) from examinations"),
        as: Int.self)
    }
    await service.shutdown()
    #expect(seen == 0)
    let staff = try await world.registry.examinations(of: visit, as: world.staff.authority)
    #expect(staff.count == 1)
  }
}

@Test func `the event of an examination tells nothing of what was found`() async throws {
  try await World.lend { world in
    let visit = try await world.visit()
    try await world.examine(
      visit, changing: [.weight: 47.25],
      answers: [ToldReason(reason: "menstruation", on: world.day(-1))])
    let details: [String] = try await world.books(
      "select detail::text from events where kind = 'visit.examined'")
    #expect(details == ["{}"])
    let told = try await world.tally(
      "events where detail::text ~ '47[.,]25|menstruation|eligible|weight'")
    #expect(told == 0)
  }
}

extension Policy {
  /// The policy with some members otherwise.
  fileprivate func changed(_ change: (inout [String: Any]) -> Void) throws -> Policy {
    var members =
      try JSONSerialization.jsonObject(with: JSONEncoder().encode(self)) as? [String: Any] ?? [:]
    change(&members)
    return try JSONDecoder().decode(
      Policy.self, from: JSONSerialization.data(withJSONObject: members))
  }
}
