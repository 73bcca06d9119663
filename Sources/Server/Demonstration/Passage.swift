import Domain
import Foundation
import Store

/// A visitor's way through a drive: from the desk to released units, or home.
struct Passage: Sendable {
  let registry: Registry
  let plan: Drives.Plan
  let visitor: Drives.Visitor
  let staff: Accounts.Centre

  func run() async throws {
    _ = try await registry.register(
      step(staff.desk, "donor").command(at: visitor.arrives, visitor.donor))
    _ = try await registry.checkIn(
      step(staff.desk, "visit").command(
        at: visitor.arrives,
        VisitDraft(
          id: Lot.id("visit", visitor.number), drive: plan.drive.id, donor: visitor.donor.id,
          arrivedAt: visitor.arrives)))
    if let group = visitor.group {
      let din = try DonationNumber(
        String(format: "A9999%02d%06d", plan.drive.date.year % 100, visitor.number + 1))
      try await give(din)
      try await examine(din, group)
    } else {
      try await leave()
    }
  }

  private func give(_ din: DonationNumber) async throws {
    let start = visitor.arrives + 1500
    _ = try await registry.log(
      step(staff.desk, "donation").command(
        at: start + 700,
        DonationDraft(
          id: Lot.id("donation", visitor.number), driveId: plan.drive.id,
          donorId: visitor.donor.id, din: din, kind: .wholeBlood, intent: .voluntary,
          volumeMl: 450, startedAt: start, endedAt: start + 600, outcome: .completed,
          forPatient: nil)))
  }

  /// The next day: typed twice from two samples, tested, parted and released.
  private func examine(_ din: DonationNumber, _ group: BloodGroup) async throws {
    let time = plan.closes + 15 * 3600
    for sample in ["A", "B"] {
      _ = try await registry.record(
        step(staff.laboratory, "group/\(sample)").command(
          at: time,
          DeterminationDraft(
            din: din, bloodGroup: group, sample: "\(din.text)-\(sample)",
            method: "gel column")))
    }
    for marker in registry.policy.requiredMarkers {
      _ = try await registry.record(
        step(staff.laboratory, "test/\(marker)").command(
          at: time, TestDraft(din: din, marker: marker, result: .nonReactive)))
    }
    _ = try await registry.make(
      step(staff.laboratory, "components").command(
        at: time,
        ComponentsDraft(
          din: din,
          components: [
            ComponentDraft(component: .redCells, volumeMl: 280),
            ComponentDraft(component: .plasma, volumeMl: 240),
          ])))
    // The last of the week still wait for their release, as in any laboratory.
    guard visitor.number % 12 != 11 else { return }
    _ = try await registry.release(step(staff.laboratory, "release").command(at: time, din))
  }

  private func leave() async throws {
    let isDeferred = visitor.number % 6 != 0
    let reasons = ["low_haemoglobin", "blood_pressure", "recent_illness"]
    let reason = isDeferred ? reasons[visitor.number % reasons.count] : nil
    if let reason { try await fail(for: reason) }
    let decision = VisitDecision(
      visit: Lot.id("visit", visitor.number), outcome: isDeferred ? .deferred : .walkedOut,
      deferralReason: reason)
    _ = try await registry.decide(
      step(staff.desk, "decision").command(at: visitor.arrives + 900, decision))
  }

  /// The examination after which somebody goes home.
  private func fail(for reason: String) async throws {
    var measured: [VitalSign: Double] = [
      .weight: 68, .haemoglobin: 141, .systolic: 120, .diastolic: 75, .pulse: 70,
      .temperature: 36.6,
    ]
    var answers: [ToldReason] = []
    switch reason {
    case "low_haemoglobin": measured[.haemoglobin] = 104 + Double(visitor.number % 12)
    case "blood_pressure": measured[.systolic] = 144 + Double(visitor.number % 20)
    default:
      let recovery = plan.drive.date.adding(days: -(2 + visitor.number % 9))
      answers = [ToldReason(reason: "acute_infection_arvi", on: recovery)]
    }
    let draft = ExaminationDraft(
      id: Lot.id("examination", visitor.number), visit: Lot.id("visit", visitor.number),
      kind: .wholeBlood, measured: measured, answers: answers)
    _ = try await registry.examine(
      step(staff.desk, "examination").command(at: visitor.arrives + 600, draft))
  }

  private func step(_ account: DemoAccount, _ what: String) -> Step {
    Step(account, "demonstration/\(visitor.number)/\(what)")
  }
}
