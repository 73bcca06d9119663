package import Domain
package import FoundationEssentials
import Postgres
import SQL

/// What a coordinator wants to know.
package struct ShortageQuestion: Sendable, Hashable {
  package var component: Component
  package var groups: [BloodGroup]
  /// Nil asks for the whole country.
  package var region: String?
  package var authority: Authority

  /// Collects the parameters.
  package init(
    component: Component, groups: [BloodGroup] = BloodGroup.allCases, region: String? = nil,
    authority: Authority
  ) {
    self.component = component
    self.groups = groups
    self.region = region
    self.authority = authority
  }
}

extension ShortageQuestion {
  /// The question about the region that its authority is bound to.
  fileprivate func withinScope() throws -> ShortageQuestion {
    var question = self
    if let bound = authority.region {
      guard region == nil || region == bound else { throw NotFound("region") }
      question.region = bound
    }
    question.authority = .system
    return question
  }
}

/// A report with its JSON, written once for all who asked together.
package struct WrittenReport: Sendable {
  package let report: ShortageReport
  /// The report as `Wire` writes it.
  package let json: [UInt8]

  init(_ report: ShortageReport) throws {
    self.report = report
    json = try Wire.encode(report)
  }
}

extension Registry {
  /// Which groups are short, of one moment.
  ///
  /// - Throws: ``NotFound`` when an authority bound to a region asks for another.
  package func shortages(
    _ asked: ShortageQuestion, at now: Date
  ) async throws -> ShortageReport {
    try await writtenShortages(asked, at: now).report
  }

  /// Which groups are short, with the JSON of the report.
  ///
  /// Equal questions asked at the same time share one run.
  ///
  /// - Throws: ``NotFound`` when an authority bound to a region asks for another.
  package func writtenShortages(
    _ asked: ShortageQuestion, at now: Date
  ) async throws -> WrittenReport {
    let question = try asked.withinScope()
    return try await shortageReads.answer(question) {
      let facts = try await store.shortageFacts(question, at: now)
      let report = ShortageReport(
        at: now, place: question.region ?? "KZ",
        component: question.component, policy: policy,
        rows: facts.lines(
          for: question.groups, of: question.component, on: Day(now, in: .gmt), under: policy))
      return try WrittenReport(report)
    }
  }

  /// Notes every change of phase, in each region and the whole country, so that
  /// the report can say since when.
  ///
  /// Safe to call from any number of servers: a change is noted once.
  package func notePhases(at now: Date) async throws {
    let regions = try await store.read(as: .system) { db in
      try db.rows(.regionsInUse, as: String.self)
    }
    var changes: [PhaseChange] = []
    for region in [nil] + regions.map(Optional.some) {
      for component in Component.allCases {
        try Task.checkCancellation()
        changes += try await phaseChanges(of: component, in: region, at: now)
      }
    }
    guard !changes.isEmpty else { return }
    try await store.write(as: .system) { [changes] db in
      try db.run(.lockPhases)
      try db.run(.insertPhases, JSON(changes))
    }
  }

  private func phaseChanges(
    of component: Component, in region: String?, at now: Date
  ) async throws -> [PhaseChange] {
    let question = ShortageQuestion(component: component, region: region, authority: .system)
    let report = try await shortages(question, at: now)
    return report.rows.filter { $0.phaseSince == nil }.map {
      PhaseChange(
        region: region ?? "", component: component, group: $0.group, phase: $0.phase,
        since: now)
    }
  }
}

private struct PhaseChange: Encodable {
  let region: String
  let component: Component
  let group: BloodGroup
  let phase: Phase
  let since: Date
}

extension Store {
  /// The counts a report is made of, all of one snapshot.
  fileprivate func shortageFacts(
    _ question: ShortageQuestion, at now: Date
  ) async throws -> ShortageFacts {
    var options = TransactionOptions.read
    options.isolation = .repeatableRead
    // The report is the region's for everybody who may read it, also for those
    // who see no request; `withinScope` has set the region.
    options.settings = Authority.system.settings
    options.deadline = .seconds(20)
    let region = question.region
    return try await database.read(options) { db in
      ShortageFacts(
        stock: try db.rows(.stockCells, question.component, region, now),
        quarantine: try db.rows(.quarantineCells, question.component, region),
        demand: try db.rows(.demandCells, question.component, region, now),
        waiting: try db.rows(.waitingCells, question.component, region),
        phases: try db.rows(.phaseCells, question.component, region))
    }
  }
}
