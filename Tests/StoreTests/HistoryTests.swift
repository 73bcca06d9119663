import Domain
import Foundation
import Store
import TestSupport
import Testing

/// A donor's story: nothing of it is missing, and nobody reads more of it than is his to read.
struct HistoryTests {
  @Test func `a donor's story tells everything that happened, newest first`() async throws {
    try await World.lend { world in
      let told = try await world.live()
      let whole = try await world.story(of: told)
      // Who gives without having been checked in visits and gives in one moment.
      let story = whole.filter {
        if case .visit(let visit) = $0.what { visit.outcome != .donated } else { true }
      }
      #expect(whole.count == story.count + 1)
      #expect(
        story.map(\.kind) == [
          .rareFlagEnding, .rareFlag, .phenotyping, .determination, .donation, .deferralEnding,
          .deferral, .visit, .registration,
        ])
      #expect(whole.map(\.at) == whole.map(\.at).sorted(by: >))
      #expect(whole.allSatisfy { $0.account != nil }, "each has its author")
      for entry in story {
        switch (entry.kind, entry.what) {
        case (.visit, .visit(let visit)):
          #expect(visit.outcome == .deferred && visit.deferralReason == "low_weight")
          #expect(entry.site?.id == world.centre.id && visit.driveId != nil)
        case (.donation, .donation(let donation)):
          #expect(donation.outcome == .failedVein && donation.volumeMl == 40)
          #expect(entry.day == donation.collectedOn)
        case (.deferral, .deferral(let deferral)):
          #expect(deferral.reason == "tattoo" && deferral.endedOn != nil)
        case (.determination, .determination(let made)):
          #expect(made.rhd == RhDFinding(.weakD, type: "type 1", method: .genotype))
        case (.phenotyping, .phenotyping(let made)):
          #expect(made.results == [AntigenResult(.bigK, .absent), AntigenResult(.vel, .absent)])
        case (.rareFlag, .rareFlag(let flag)), (.rareFlagEnding, .rareFlag(let flag)):
          #expect(flag.reason == "Vel-" && flag.endReason == "typed anew")
        case (.registration, .nothing), (.deferralEnding, .nothing): break
        default: Issue.record("\(entry.kind) tells \(entry.what)")
        }
      }
    }
  }

  @Test(arguments: 1...4)
  func `pages of a story are the story, each entry once`(limit: Int) async throws {
    try await World.lend { world in
      let donor = try await world.live()
      let whole = try await world.story(of: donor)
      var read: [HistoryEntry] = []
      while read.count < whole.count {
        let page = try await world.story(of: donor, before: read.last?.place, limit: limit)
        guard !page.isEmpty else { break }
        read += page
      }
      #expect(read == whole)
      #expect(try await world.story(of: donor, before: read.last?.place).isEmpty)
    }
  }

  @Test func `the desk reads no findings of the laboratory`() async throws {
    try await World.lend { world in
      let donor = try await world.live()
      let kinds = try await world.story(of: donor, as: world.staff).map(\.kind)
      #expect(Set(kinds) == [.donation, .deferralEnding, .deferral, .visit, .registration])
      for actor in [world.coordinator, world.ward] {
        #expect(try await world.story(of: donor, as: actor).isEmpty)
      }
    }
  }

  @Test func `another centre's drives are told without their place`() async throws {
    try await World.lend { world in
      let donor = try await world.live()
      let far = try await world.site(.centre, region: "KZ-75")
      let story = try await world.story(of: donor, as: World.actor(.laboratory, at: far))
      #expect(story.count == 10, "donors are donors everywhere")
      let drives = try await world.books("select id::text from drives", as: String.self)
      for entry in story {
        #expect(entry.site == nil)
        let text = try Wire.text(entry)
        #expect(!drives.contains { text.contains($0) }, "\(text)")
      }
    }
  }

  @Test func `who looked is told to those who read the audit, and that is written down`()
    async throws
  {
    try await World.lend { world in
      let donor = try await world.live()
      _ = try await world.registry.donor(donor, by: world.staff, at: world.now + 900)
      #expect(try await !world.story(of: donor).contains { $0.kind == .view })
      let before = try await world.tally("events where kind = 'audit.read'")
      let story = try await world.story(of: donor, audit: Authority(role: .auditor))
      #expect(story.first?.kind == .view && story.first?.what == .nothing)
      #expect(story.first?.account?.id == world.staff.account)
      #expect(try await world.tally("events where kind = 'audit.read'") == before + 1)
      let elsewhere = World.actor(
        .auditor, at: try await world.site(.centre, region: "KZ-75")
      ).authority
      let bound = try await world.story(of: donor, audit: elsewhere)
      #expect(!bound.contains { $0.kind == .view }, "an auditor of another place")
    }
  }

  @Test func `the story outlives the identity`() async throws {
    try await World.lend { world in
      let donor = try await world.live()
      let before = try await world.story(of: donor)
      let draft = Anonymisation(donor: donor, reason: .donorRequest)
      _ = try await world.registry.anonymise(world.command(world.admin, at: world.now + 60, draft))
      let after = try await world.story(of: donor)
      #expect(after.first?.kind == .anonymisation)
      #expect(Array(after.dropFirst()) == before)
    }
  }
}

extension World {
  fileprivate func story(
    of donor: ID<Donor>, as actor: Actor? = nil, before: HistoryPlace? = nil, limit: Int = 100,
    audit: Authority? = nil
  ) async throws -> [HistoryEntry] {
    let question = HistoryQuestion(
      donor: donor, before: before, limit: limit, timeZone: "Asia/Almaty", audit: audit)
    return try await registry.history(question, by: actor ?? laboratory, at: now)
  }

  /// A donor to whom one thing of each kind happened, a minute apart.
  fileprivate func live() async throws -> ID<Donor> {
    func minute(_ count: Double) -> Date { now - 3600 + count * 60 }
    let draft = DonorDraft(
      id: .new(at: now), familyName: "Ахметова", givenName: "Әлия", patronymic: nil,
      sex: .female, birthDate: day(-9000), iin: nil, phone: nil, language: "kk", region: nil)
    _ = try await registry.register(command(staff, at: minute(0), draft))
    let drive = try await drive()
    let visit = VisitDraft(
      id: .new(at: now), drive: drive, donor: draft.id, arrivedAt: minute(1))
    _ = try await registry.checkIn(command(staff, at: minute(1), visit))
    _ = try await registry.decide(
      command(
        staff, at: minute(2),
        VisitDecision(visit: visit.id, outcome: .deferred, deferralReason: "low_weight")))
    let deferral = Deferral(
      id: .new(at: now), donorId: draft.id, reason: "tattoo", from: day(-3), until: nil,
      source: "manual", recordedAt: minute(3))
    _ = try await registry.deferDonor(command(staff, at: minute(3), deferral))
    _ = try await registry.end(
      command(
        laboratory, at: minute(4), DeferralEnd(deferral: deferral.id, on: day(), reason: "old")))
    let bag = try self.draft(
      of: draft.id, at: drive, startedAt: minute(5), outcome: .failedVein, volumeMl: 40)
    _ = try await registry.log(command(staff, at: minute(16), bag))
    _ = try await registry.record(
      command(
        laboratory, at: minute(17),
        DeterminationDraft(
          din: bag.din, bloodGroup: .aPositive, sample: "1", method: "PCR",
          rhd: RhDFinding(.weakD, type: "type 1", method: .genotype))))
    try await phenotype(
      bag.din, [AntigenResult(.vel, .absent), AntigenResult(.bigK, .absent)], at: minute(18))
    let flag = RareFlag(
      id: .new(at: now), donorId: draft.id, reason: "Vel-", flaggedAt: minute(19))
    _ = try await registry.flag(command(laboratory, at: minute(19), flag))
    _ = try await registry.unflag(
      command(laboratory, at: minute(20), RareFlagEnd(flag: flag.id, reason: "typed anew")))
    return draft.id
  }
}
