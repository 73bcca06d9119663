import Domain
import Foundation
import Store
import TestSupport

extension World {
  /// Another person of the laboratory.
  var colleague: Actor { Self.actor(.laboratory, at: centre) }

  /// Proposes a step, and answers it.
  @discardableResult
  func propose(
    _ kind: ResolutionKind, _ subject: UUID, standing: [ID<Determination>] = [],
    group: BloodGroup? = nil, by actor: Actor? = nil
  ) async throws -> ID<Resolution> {
    let draft = ResolutionDraft(
      id: .new(at: now), kind: kind, subject: subject, determinations: standing,
      bloodGroup: group, reason: "tubes were swapped", meaning: "I have checked the papers")
    _ = try await registry.propose(command(actor ?? laboratory, draft))
    return draft.id
  }

  /// Confirms a step.
  func confirm(
    _ resolution: ID<Resolution>, by actor: Actor? = nil, on server: Registry? = nil
  ) async throws {
    let draft = DecisionDraft(
      resolution: resolution, reason: nil, meaning: "I agree with what is proposed")
    _ = try await (server ?? registry).confirm(command(actor ?? colleague, draft))
  }

  /// The determinations of a donor that say one group.
  func determinations(
    of donor: ID<Donor>, saying group: BloodGroup
  ) async throws -> [ID<Determination>] {
    try await registry.determinations(of: donor, as: laboratory.authority)
      .filter { $0.bloodGroup == group }.map(\.id)
  }

  /// Releases a donation; answers the units that left quarantine.
  func releaseAgain(_ bag: Bag) async throws -> [ID<Domain.Unit>] {
    let answer = try await registry.release(command(laboratory, bag.din))
    return try Self.decode(ReleasedUnits.self, answer).units.map(\.id)
  }

  /// A bag that is shelved and then contradicted by one more sample.
  func disputedBag(
    _ group: BloodGroup = .oNegative
  ) async throws -> (bag: Bag, unit: Domain.Unit) {
    let bag = try await bag()
    let unit = try await shelve(bag, group)[0]
    try await determine(bag.din, .abPositive, samples: ["C"])
    return (bag, unit)
  }

  /// A unit that came to the ward and was sent back.
  func returnedUnit() async throws -> (bag: Bag, unit: Domain.Unit) {
    let bag = try await bag()
    let unit = try await shelve(bag)[0]
    let request = try await request()
    try await allocate(request)
    try await issue(request)
    try await takeBack(request)
    return (bag, unit)
  }

  /// Looks at a unit that came back; answers it as it is then.
  @discardableResult
  func inspect(
    _ unit: Domain.Unit, _ outcome: InspectionDraft.Outcome = .fit, minutes: Int? = 10,
    reason: String? = nil
  ) async throws -> Domain.Unit {
    let draft = InspectionDraft(
      unit: unit.id, outcome: outcome, minutesOutside: minutes, reason: reason)
    _ = try await registry.inspect(command(laboratory, draft))
    return try await reread(unit)
  }
}

private struct ReleasedUnits: Decodable {
  struct Unit: Decodable { let id: ID<Domain.Unit> }
  let units: [Unit]
}
