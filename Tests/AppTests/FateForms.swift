import Domain
import Foundation
import Store
import TestSupport

@testable import App

/// Records that wait for their end or for a second person.
struct FateSubjects: Sendable {
  let returned: ID<Domain.Unit>
  let torn: ID<Domain.Unit>
  let issued: ID<Domain.Unit>
  let ended: ID<Deferral>
  let mistaken: ID<Deferral>
  /// A donor whose determinations disagree, and those of two samples that agree.
  let disputed: ID<Donor>
  let standing: [ID<Determination>]
  /// Proposed by somebody else.
  let right: ID<Resolution>
  let wrong: ID<Resolution>

  init(_ world: World) async throws {
    returned = try await world.issuedUnit(andReturned: true)
    issued = try await world.issuedUnit(andReturned: false)
    torn = try await world.unit(.bNegative).id
    ended = try await world.deferral(from: -1)
    mistaken = try await world.deferral(from: -1)
    let din = try await world.donation()
    try await world.determine(din, .oPositive)
    try await world.determine(din, .aPositive, samples: ["C"])
    let donor = try await world.registry.donation(din, as: .system).donorId
    disputed = donor
    standing = try await world.registry.determinations(of: donor, as: .system)
      .filter { $0.bloodGroup == .oPositive }.map(\.id)
    right = try await world.proposal(of: try await world.deferral(from: -1))
    wrong = try await world.proposal(of: try await world.deferral(from: -1))
  }
}

extension World {
  fileprivate func issuedUnit(andReturned isBack: Bool) async throws -> ID<Domain.Unit> {
    let unit = try await unit(.abNegative)
    let request = try await request(.abNegative, substitution: .exact)
    try await allocate(request)
    let all = HandoverDraft(request: request, units: nil, reason: "not used")
    _ = try await registry.issue(command(coordinator, all))
    if isBack { _ = try await registry.takeBack(command(ward, all)) }
    return unit.id
  }

  fileprivate func deferral(from offset: Int) async throws -> ID<Deferral> {
    let deferral = Deferral(
      id: .new(at: now), donorId: try await donor(), reason: "travel",
      from: Day(now, in: .gmt).adding(days: offset), until: nil, source: "manual",
      recordedAt: now)
    _ = try await registry.deferDonor(command(staff, deferral))
    return deferral.id
  }

  fileprivate func proposal(of deferral: ID<Deferral>) async throws -> ID<Resolution> {
    let draft = ResolutionDraft(
      id: .new(at: now), kind: .deferralVoid, subject: deferral.uuid, reason: "other donor",
      meaning: "I have seen both papers")
    _ = try await registry.propose(command(laboratory, draft))
    return draft.id
  }
}

extension Form {
  /// Right forms for the ends of units and of deferrals.
  static func fates(_ subjects: FateSubjects) -> [Form] {
    [
      Form(
        route: "/v1/units/{unit}/inspection", target: "/v1/units/\(subjects.returned)/inspection",
        role: .laboratory,
        body: ["outcome": "fit", "minutes_outside": 12, "reason": "kept cold"],
        optional: ["reason"]),
      Form(
        route: "/v1/units/{unit}/discard", target: "/v1/units/\(subjects.torn)/discard",
        role: .laboratory, body: ["reason": "bag torn"]),
      Form(
        route: "/v1/units/{unit}/transfusion",
        target: "/v1/units/\(subjects.issued)/transfusion", role: .hospital,
        body: ["transfused_at": "2026-11-18T11:06:40Z"], optional: ["transfused_at"],
        canBeEmpty: true),
      Form(
        route: "/v1/deferrals/{deferral}/ending",
        target: "/v1/deferrals/\(subjects.ended)/ending", role: .laboratory,
        body: ["reason": "recovered"]),
      Form(
        route: "/v1/deferrals/{deferral}/voiding",
        target: "/v1/deferrals/\(subjects.mistaken)/voiding", role: .driveStaff,
        body: ["reason": "other donor"]),
    ]
  }

  /// Right forms for what two persons decide.
  static func resolutions(_ subjects: FateSubjects) -> [Form] {
    func decision(_ name: String, _ resolution: ID<Resolution>, _ optional: Set<String>) -> Form {
      Form(
        route: "/v1/resolutions/{resolution}/\(name)",
        target: "/v1/resolutions/\(resolution)/\(name)", role: .laboratory,
        body: ["meaning": "I agree", "reason": "the papers say so"], optional: optional,
        needsSession: true)
    }
    return [
      Form(
        route: "/v1/resolutions", target: "/v1/resolutions", role: .laboratory,
        body: [
          "kind": "group_conflict", "subject_id": .text(subjects.disputed.description),
          "determination_ids": .array(subjects.standing.map { .text($0.description) }),
          "reason": "sample C was of another person", "meaning": "I have checked the tubes",
        ]),
      decision("confirmation", subjects.right, ["reason"]),
      decision("rejection", subjects.wrong, []),
    ]
  }
}
