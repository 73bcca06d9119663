import Domain
import FoundationEssentials
import Postgres
import SQL

/// What a step of two persons is about, once everything it rests on is under lock and
/// nothing speaks against it.
enum Examined {
  case conflict(of: ID<Donor>)
  case deferral(Deferral)
  case recall(of: ID<Unit>)
  case override(OpenLine, BloodGroup)
}

extension Transaction {
  /// Takes the locks of a step and checks that it may be done at this moment.
  ///
  /// Proposal and confirmation ask the same, so that nobody proposes what cannot be.
  func examine(_ resolution: Resolution, under policy: Policy) throws -> Examined {
    switch resolution.kind {
    case .groupConflict:
      let donor = ID<Donor>(resolution.subjectId)
      _ = try readings(of: donor).resolve(
        standing: resolution.determinationIds, seen: resolution.seenIds)
      return .conflict(of: donor)
    case .deferralVoid:
      let deferral = try subject { try lockedDeferral(ID(resolution.subjectId)) }
      try deferral.checkVoid(byTwoPersons: true)
      return .deferral(deferral)
    case .recallLifting:
      let unit = try subject { try lockedUnit(ID(resolution.subjectId)) }
      let facts = try one(.recallFacts, unit.id, as: RecallFacts.self)
      guard facts.isRecalled else { throw ResolutionRefusal.unitNotRecalled }
      guard facts.isClear else { throw ResolutionRefusal.unitNotSafe }
      return .recall(of: unit.id)
    case .emergencyOverride:
      guard let group = resolution.bloodGroup else { throw ResolutionRefusal.overrideNotNeeded }
      let line = try lockedLine(ID(resolution.subjectId))
      try line.checkOverride(with: group, under: policy)
      return .override(line, group)
    }
  }

  /// All determinations of a donor, who is locked so that none is added.
  func readings(of donor: ID<Donor>) throws -> DonorReadings {
    try subject { try lockDonors([donor]) }
    return DonorReadings(try rows(.readings, donor))
  }

  /// Lets the named determinations stand and no others; units in quarantine are then
  /// labelled anew, and wait for their donation's next release.
  func settle<Draft>(
    _ resolution: Resolution, of donor: ID<Donor>, _ command: Command<Draft>
  ) throws {
    try run(.setAside, donor, resolution.determinationIds, resolution.id)
    let group = try conclusion(on: donor).agreed
    try everywhere(command) {
      _ = try rows(.lockUnitsOfDonors, [donor], as: ID<Unit>.self)
      try run(
        .labelQuarantinedUnits, donor, group, command.at, command.actor.account)
    }
    try note("donor.group_resolved", donor.uuid, command)
  }

  /// Promises units of a group to an emergency's line, as many as it lacks and there are.
  func give<Draft>(
    _ group: BloodGroup, to line: OpenLine, under policy: Policy, _ command: Command<Draft>
  ) throws {
    var searches = [Search(line, in: [group], at: command.at, under: policy)]
    var allocations: [Allocation] = []
    while searches.contains(where: { $0.next != nil }) {
      let round = SearchRound(searches)
      let found = try rows(
        .findUnits, JSON(round.wishes), command.at, as: SearchRound.Found.self)
      let promises = round.match(found, to: &searches).map { line, unit in
        Allocation(
          unit, to: line, .emergencyOverride, by: command.actor.account, at: command.at,
          under: policy)
      }
      try hold(promises)
      allocations += promises
    }
    guard !allocations.isEmpty else { throw ResolutionRefusal.nothingFound }
    let request = try lockedRequest(line.requestId)
    try note("request.changed", request.id.uuid, command, site: request.siteId)
  }

  /// A line of an open request, under the locks of an allocation.
  private func lockedLine(_ id: ID<RequestLine>) throws -> OpenLine {
    try run(.oneAllocationAtATime)
    let unknown = InvalidInput([FieldProblem("/subject_id", "subject_unknown")])
    let request = try lockedRequest(
      first(.requestOfLine, id, as: ID<Request>.self).orThrow(unknown))
    guard request.state == .open else { throw RequestRefusal.notOpen(state: request.state) }
    return try rows(.openLines, [request.id], as: OpenLine.self)
      .first { $0.lineId == id }.orThrow(unknown)
  }

  /// What a form names and is not there is a mistake of the form.
  private func subject<T>(_ find: () throws -> T) throws -> T {
    do {
      return try find()
    } catch is NotFound {
      throw InvalidInput([FieldProblem("/subject_id", "subject_unknown")])
    }
  }
}

private struct RecallFacts: Codable {
  let isRecalled: Bool
  let isClear: Bool
}
