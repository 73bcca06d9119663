package import Domain
import Foundation
import Store

// Who waits at a drive, and what is found in him.
extension World {
  /// A visit that waits for its outcome.
  package func visit(
    of donor: ID<Donor>? = nil, at drive: ID<Drive>? = nil
  ) async throws -> ID<Visit> {
    var (donor, drive) = (donor, drive)
    if donor == nil { donor = try await self.donor("Төлегенова") }
    if drive == nil { drive = try await self.drive() }
    guard let donor, let drive else { throw CancellationError() }
    let draft = VisitDraft(id: .new(at: now), drive: drive, donor: donor, arrivedAt: now - 1800)
    _ = try await registry.checkIn(command(staff, draft))
    return draft.id
  }

  /// What staff write down of somebody in whom nothing is wrong, but for some changes.
  package func examination(
    of visit: ID<Visit>, for kind: DonationKind = .wholeBlood,
    changing changes: [VitalSign: Double] = [:], answers: [ToldReason]? = []
  ) -> ExaminationDraft {
    let sound: [VitalSign: Double] = [
      .weight: 64, .haemoglobin: 135, .systolic: 120, .diastolic: 75, .pulse: 70,
      .temperature: 36.6,
    ]
    return ExaminationDraft(
      id: .new(at: now), visit: visit, kind: kind,
      measured: sound.merging(changes) { $1 }, answers: answers)
  }

  /// Examines somebody.
  @discardableResult
  package func examine(
    _ visit: ID<Visit>, for kind: DonationKind = .wholeBlood,
    changing changes: [VitalSign: Double] = [:], answers: [ToldReason]? = []
  ) async throws -> ID<VisitExamination> {
    let draft = examination(of: visit, for: kind, changing: changes, answers: answers)
    _ = try await registry.examine(command(staff, draft))
    return draft.id
  }
}
