import Domain
import Foundation
import Postgres
import Store
import TestSupport
import Testing

/// The rules that the books keep whatever people do, each as the rows that break it.
enum Ledger {
  static let rules: [(sentence: String, breaches: String)] = [
    (
      "a unit has at most one live promise",
      """
      select unit_id from allocations where state in ('held', 'issued', 'received')
      group by 1 having count(*) > 1
      """
    ),
    (
      "a unit is held, issued or received exactly as its promise is",
      """
      select units.id from units left join allocations
        on unit_id = units.id and allocations.state in ('held', 'issued', 'received')
      where coalesce(allocations.state::text, '') <>
        case when units.state in ('held', 'issued', 'received') then units.state::text
          -- A promise that was kept stays so, whatever became of the unit then.
          when units.state = 'transfused' then 'received'
          when units.state = 'discarded' and allocations.state = 'received' then 'received'
          else '' end
      """
    ),
    (
      "nothing expired went out",
      """
      select unit_id from allocations join units on units.id = unit_id
      where issued_at >= expires_at
      """
    ),
    (
      "what a line got, waits for and gave up is what it asked for",
      """
      select line.id from request_lines line join requests on requests.id = request_id
      cross join lateral (select count(*) as live from allocations where line_id = line.id
        and allocations.state in ('held', 'issued', 'received', 'returned')) got
      where live + cancelled + lapsed > quantity
        or (requests.state <> 'open' and live + cancelled + lapsed < quantity)
      """
    ),
    (
      "a closed request holds nothing",
      """
      select requests.id from requests join allocations on request_id = requests.id
      where requests.state <> 'open' and allocations.state = 'held'
      """
    ),
    (
      "a unit's history leads to where it is",
      """
      select units.id from units cross join lateral (
        select detail ->> 'to' as last from events
        where subject_id = units.id order by id desc limit 1) event
      where last is distinct from units.state::text
      """
    ),
    (
      "every step of a unit begins where the one before it ended",
      """
      select subject_id from (
        select subject_id, detail ->> 'from' as origin,
          lag(detail ->> 'to') over (partition by subject_id order by id) as before
        from (
          -- What several sites are told of is one step.
          select distinct on (subject_id, transaction_id, kind, detail) *
          from events where kind like 'unit.%'
          order by subject_id, transaction_id, kind, detail, id) told) steps
      where origin is distinct from before
      """
    ),
    (
      "what left and is unsafe is called back",
      """
      select units.id from units join donations on donations.id = donation_id
      where units.state in ('issued', 'received') and not is_safe(units)
        and not exists (select from events where subject_id = units.id
          and kind = 'unit.recall_needed')
      """
    ),
    (
      "nothing unsafe lies on the shelf",
      "select id from units where state in ('available', 'held') and not is_safe(units)"
    ),
    (
      "nothing was promised or issued once it was called back or withdrawn, unless that ended",
      """
      select later.subject_id from events later join events earlier using (subject_id)
      where later.id > earlier.id and later.kind in ('unit.held', 'unit.issued')
        and (earlier.kind = 'unit.recall_needed'
          or earlier.detail ->> 'reason' in ('test_reactive', 'group_conflict'))
        and (earlier.detail ->> 'reason' = 'test_reactive' or not exists (
          select from events ended where ended.subject_id = later.subject_id
            and ended.id between earlier.id and later.id
            and ended.kind = case earlier.kind when 'unit.recall_needed'
              then 'unit.recall_lifted' else 'unit.released' end))
      """
    ),
    (
      "nobody decided what he had proposed",
      "select id from resolutions where decided_by = proposed_by"
    ),
    ("stock equals a recount", Ledger.miscounts),
  ]

  /// Cells in which the running totals and a recount of the units disagree.
  static let miscounts = """
    (select site_id, component, blood_group, state, expires_on, units from stock
     except select site_id, component, blood_group, state, expires_on, count(*) from units
       group by 1, 2, 3, 4, 5)
    union all
    (select site_id, component, blood_group, state, expires_on, count(*) from units
       group by 1, 2, 3, 4, 5
     except select site_id, component, blood_group, state, expires_on, units from stock)
    """

  /// Every step of a unit, from where to where, that happened at least once.
  static let steps = """
    select distinct detail ->> 'from' as origin, detail ->> 'to' as target
    from events where kind like 'unit.%' and detail ? 'from'
    """

  /// A step as the history tells it.
  struct Step: Decodable, Sendable {
    let origin: UnitState
    let target: UnitState
  }
}

extension World {
  /// Expects every rule of the ledger to hold in one snapshot of the books.
  func expectSoundBooks(_ comment: String, in owner: Database) async throws {
    var options = TransactionOptions.read
    options.isolation = .repeatableRead
    let broken = try await owner.read(options) { db in
      try Ledger.rules.filter { rule in
        let query = Query(
          name: rule.sentence, text: "select count(*) from (\(rule.breaches)) breaches")
        return try db.one(query, as: Int.self) > 0
      }.map(\.sentence)
    }
    #expect(broken == [], "\(comment)")
    let steps = try await books(Ledger.steps, as: Ledger.Step.self)
    for step in steps where step.origin != step.target {
      #expect(step.origin.canBecome(step.target), "\(step.origin) to \(step.target), \(comment)")
    }
  }
}
