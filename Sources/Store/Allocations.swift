package import Domain
import FoundationEssentials
import Postgres
import SQL

/// A wish to have a request served as far as stock allows.
package struct AllocationDraft: Sendable {
  package let request: ID<Request>

  /// Names the request.
  package init(request: ID<Request>) { self.request = request }
}

extension Registry {
  /// Promises units to a request: all that is outstanding, or as much as there is.
  ///
  /// Fewer units than asked for, even none, is an answer, not a refusal.
  package func allocate(_ command: Command<AllocationDraft>) async throws -> Answer {
    try await allocations.submit(command, in: command.actor.authority)
  }
}

extension Store {
  /// Allocates to a set of requests in one transaction, the most urgent first.
  func allocate(
    _ commands: [Command<AllocationDraft>], as authority: Authority
  ) async throws -> [Result<Answer, any Error>] {
    try await write(as: authority) { db in
      try db.run(.oneAllocationAtATime)
      let ids = Array(Set(commands.map(\.draft.request)))
      let requests = Dictionary(
        uniqueKeysWithValues: try db.rows(.lockRequests, ids, as: LockedRequest.self)
          .map { ($0.id, $0) })
      return try db.answer(commands) { fresh in
        let open = fresh.filter { requests[$0.draft.request]?.state == .open }
        let (promised, spared) = try db.promise(open, under: policy)
        let after = Dictionary(
          uniqueKeysWithValues: try db.requests(open.map(\.draft.request)).map { ($0.id, $0) })
        // Two who ask for one request at once: the first is told of its units.
        var untold = promised
        return fresh.map { command in
          Result {
            let id = command.draft.request
            let locked = try requests[id].orThrow(NotFound("request"))
            guard locked.state == .open, let request = after[id] else {
              throw RequestRefusal.notOpen(state: locked.state)
            }
            return try Effect(
              id.uuid,
              RequestStep(
                request: request, units: untold.removeValue(forKey: id) ?? [],
                reserveKept: spared[id] ?? []))
          }
        }
      }
    }
  }
}

extension Transaction {
  /// Searches for all open lines together, group by group, until every line is
  /// served or has nothing left to try.
  fileprivate func promise(
    _ commands: [Command<AllocationDraft>], under policy: Policy
  ) throws -> (
    units: [ID<Request>: [AllocatedUnit]], reserveKept: [ID<Request>: [ID<RequestLine>]]
  ) {
    guard let now = commands.first?.at else { return ([:], [:]) }
    let accounts = Dictionary(
      commands.map { ($0.draft.request, $0.actor.account) },
      uniquingKeysWith: { first, _ in first })
    let ids = Array(accounts.keys)
    var searches = try rows(.openLines, ids, as: OpenLine.self)
      .map { Search($0, at: now, under: policy) }
    var promised: [ID<Request>: [AllocatedUnit]] = [:]
    while searches.contains(where: { $0.next != nil }) {
      try keepReserve(in: &searches, at: now, under: policy)
      let round = SearchRound(searches)
      let found = try rows(.findUnits, JSON(round.wishes), now, as: SearchRound.Found.self)
      let matches = round.match(found, to: &searches)
      var allocations: [Allocation] = []
      for (line, unit) in matches {
        guard let account = accounts[line.requestId],
          let reason = line.component.rankReason(
            donor: unit.bloodGroup, recipient: line.bloodGroup)
        else { continue }
        allocations.append(
          Allocation(unit, to: line, reason, by: account, at: now, under: policy))
        promised[line.requestId, default: []].append(AllocatedUnit(unit, reason))
      }
      try hold(allocations)
    }
    let sparing = searches.filter { $0.sparedReserve && $0.wanted > 0 }.map(\.line)
    return (promised, Dictionary(grouping: sparing, by: \.requestId).mapValues { $0.map(\.lineId) })
  }

  /// Asks how much O− may be spent, only when somebody is about to spend it.
  private func keepReserve(
    in searches: inout [Search], at now: Date, under policy: Policy
  ) throws {
    let components = Set(searches.filter(\.spendsReserve).map(\.line.component.rawValue))
    guard !components.isEmpty else { return }
    let facts = try rows(
      .reserveFacts, components.sorted(), now, policy.demandDays.value, as: ReserveFacts.self)
    Search.keepReserve(in: &searches, facts, under: policy)
  }

  /// Promises units that were found and locked in this transaction.
  func hold(_ allocations: [Allocation]) throws {
    guard !allocations.isEmpty else { return }
    let held = try run(.hold, JSON(allocations))
    // The units were locked when they were found, so this cannot differ unless
    // the predicate and the search disagree: then nothing may be promised.
    guard held == allocations.count else {
      throw PostgresError(.misuse, "a unit was found that may not be held")
    }
  }
}

extension Allocation {
  /// The promise of a unit to a line, from now until a while after it is needed.
  init(
    _ unit: FoundUnit, to line: OpenLine, _ reason: RankReason, by account: ID<Account>,
    at now: Date, under policy: Policy
  ) {
    self.init(
      id: .new(at: now), unitId: unit.id, lineId: line.lineId, requestId: line.requestId,
      rankReason: reason, heldAt: now,
      heldUntil: max(line.neededBy, now).addingTimeInterval(
        Double(policy.holdHours.value) * 3600), allocatedBy: account)
  }
}

extension AllocatedUnit {
  fileprivate init(_ unit: FoundUnit, _ reason: RankReason) {
    self.init(
      id: unit.id, din: unit.din, component: unit.component, bloodGroup: unit.bloodGroup,
      expiresOn: unit.expiresOn, rankReason: reason, state: .held)
  }
}
