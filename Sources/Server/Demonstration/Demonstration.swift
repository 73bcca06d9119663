import Domain
import Foundation
import Store

/// A week as the Kostanay centre published it (190 came, 153 gave), a drive in a
/// hospital's lobby, and three hospitals that need more than there is.
///
/// Loaded through the same verbs that people use. Every record has a fixed id and
/// every step a fixed key, so loading it twice changes nothing.
struct Demonstration: Sendable {
  let registry: Registry
  let state: StateFolder

  /// Loads what is not there yet, and answers the log-ins.
  func load() async throws -> [Login] {
    let now = Date()
    let scenery = Scenery(at: now)
    try await places(scenery, at: now)
    let logins = try await logins(at: now)
    let last = Step(Accounts.coordinator, "demonstration/end")
    guard try await !registry.hasAnswered(last.key, of: last.actor.account) else { return logins }
    complain("Loading the demonstration: a week of donations and three hospitals…")
    let drives = Drives(scenery: scenery, now: now)
    try await collect(drives)
    try await requests(scenery, at: now)
    try await registry.sweep(at: now)
    try await registry.notePhases(at: now)
    let end = Domain.Host(id: Lot.id("end", 1), name: Wording("—"), createdAt: now)
    _ = try await registry.add(last.command(at: now, end))
    complain("The demonstration is loaded.")
    return logins
  }

  // Places

  private func places(_ scenery: Scenery, at now: Date) async throws {
    let sites = [scenery.kostanay, scenery.astana, scenery.factory]
    for site in sites + scenery.hospitalSites(at: now) {
      _ = try await registry.add(
        Step(Accounts.admin, "demonstration/site/\(site.id)").command(at: now, site))
    }
    for (number, hospital) in scenery.hospitals.enumerated() {
      _ = try await registry.add(
        Step(Accounts.admin, "demonstration/hospital/\(number)").command(at: now, hospital))
    }
  }

  // Drives

  private func collect(_ drives: Drives) async throws {
    for plan in drives.all {
      let staff = plan.site == drives.scenery.kostanay.id ? Accounts.kostanay : Accounts.astana
      _ = try await registry.plan(
        Step(staff.desk, "demonstration/plan/\(plan.number)").command(
          at: plan.opens - 86_400, plan.drive))
      _ = try await registry.open(
        Step(staff.desk, "demonstration/open/\(plan.number)").command(
          at: plan.opens, plan.drive.id))
      try await inParallel(plan.visitors) { visitor in
        try await Passage(registry: registry, plan: plan, visitor: visitor, staff: staff).run()
      }
      _ = try await registry.close(
        Step(staff.desk, "demonstration/close/\(plan.number)").command(
          at: plan.closes, plan.drive.id))
      complain("  \(plan.visitors.count) visitors of \(plan.drive.date) are in.")
    }
  }

  private func inParallel<T: Sendable>(
    _ values: [T], _ body: @escaping @Sendable (T) async throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (index, value) in values.enumerated() {
        // As many as there are connections.
        if index >= 8 { try await group.next() }
        group.addTask { try await body(value) }
      }
      try await group.waitForAll()
    }
  }

  // Requests

  private func requests(_ scenery: Scenery, at now: Date) async throws {
    let story = StoryRequest.all(at: Day(now, in: .gmt))
    for (number, request) in story.enumerated() {
      try await serve(request, number: number, at: now)
    }
  }

  private func serve(_ request: StoryRequest, number: Int, at now: Date) async throws {
    let made = now - request.daysAgo * 86_400
    let hospitals = try await registry.hospitals(region: nil, page: Page(limit: 50))
    let site: ID<Site> = Lot.id("site", 11 + request.hospital)
    guard let hospital = hospitals.first(where: { $0.siteId == site }) else { return }
    let draft = RequestDraft(
      id: Lot.id("request", number), hospitalId: hospital.id, urgency: request.urgency,
      neededBy: max(made + request.neededInDays * 86_400, now + 3600),
      lines: [
        RequestLineDraft(
          component: .redCells, bloodGroup: request.group, quantity: request.quantity,
          substitution: request.substitution)
      ], patient: request.patient)
    let key = "demonstration/request/\(number)"
    let account = Accounts.hospitals[request.hospital]
    _ = try await registry.request(Step(account, key).command(at: made, draft))
    guard request.outcome != .open else { return }
    _ = try await registry.allocate(
      Step(Accounts.coordinator, key + "/allocation").command(
        at: made + 600, AllocationDraft(request: draft.id)))
    guard request.outcome == .received else { return }
    let handover = HandoverDraft(request: draft.id, units: nil)
    do {
      _ = try await registry.issue(
        Step(Accounts.coordinator, key + "/issue").command(at: made + 1200, handover))
      _ = try await registry.receive(
        Step(account, key + "/receipt").command(at: made + 7200, handover))
    } catch RequestRefusal.nothingToIssue {
      // Nothing was found for it: it stays open, which is part of the story.
    }
  }

  // Log-ins

  private func logins(at now: Date) async throws -> [Login] {
    let file = LoginFile(url: state.logins)
    if let known = file.read() { return known }
    var logins: [Login] = []
    for account in Accounts.all {
      logins.append(try await login(account, at: now))
    }
    try file.write(logins)
    return logins
  }

  /// A password of this installation alone, for an account that is made once.
  private func login(_ account: DemoAccount, at now: Date) async throws -> Login {
    let text = String(Token.random().text.dropFirst("tamshy_".count).prefix(16))
    let password = Password(text)
    do {
      _ = try await registry.create(.typed(account.draft(password), at: now))
    } catch is AccountRefusal {
      // The file with the passwords is gone, the account is not.
      let change = AccountChange(account.id, password)
      _ = try await registry.setPassword(.typed(change, at: now))
    }
    let token = try await registry.createToken(account.tokenDraft, at: now)
    return Login(
      role: account.role, name: account.name, login: account.login, password: text,
      token: token.text)
  }
}
