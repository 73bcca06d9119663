import Domain
import Foundation

@testable import App
@testable import Store
@testable import TestSupport

/// Accounts, grants and tokens that addresses name.
struct AccountRecords: Sendable {
  /// An account, and a token that is another's for everybody but an administrator.
  let own: [String: String]
  /// The account is disabled, the grant taken back, the token revoked.
  let ended: [String: String]
  /// A grant is taken back once, so there is one for every standing.
  private let grants: [Standing: String]
  /// Each role's own tokens: one that opens, and one that does not any more.
  private let tokens: [Standing: [Role: String]]
  /// Each role's own session; others are a stranger's, one for every standing, for an
  /// administrator ends them.
  private let sessions: [Role: String]
  private let strange: [Standing: String]

  init(_ cast: Cast, stranger: ID<AccessToken>) async throws {
    let world = cast.world
    let leaver = try await world.person(
      "leaver@example.kz",
      [
        GrantDraft(role: .coordinator, site: nil), GrantDraft(role: .laboratory, site: nil),
        GrantDraft(role: .auditor, site: nil), GrantDraft(role: .driveStaff, site: nil),
      ])
    let gone = try await world.person("gone@example.kz")
    let held = try await world.registry.account(leaver.id).grants.map(\.id)
    _ = try await world.registry.revokeGrant(world.command(world.admin, held[3]))
    _ = try await world.registry.disable(world.command(world.admin, gone.id))
    grants = [
      .own: held[0].description, .neighbour: held[1].description, .far: held[2].description,
      .ended: held[3].description,
    ]
    var tokens: [Standing: [Role: String]] = [.own: [:], .ended: [:]]
    var sessions: [Role: String] = [:]
    let visitor = try await world.person("visitor@example.kz")
    strange = [
      .neighbour: try await world.session(of: visitor.id),
      .far: try await world.session(of: visitor.id),
      .ended: try await world.session(of: visitor.id, isOver: true),
    ]
    for role in Matrix.columns {
      let own = try await cast.client(role).get("/v1/sessions/current")["account_id"]?.text
      guard let account = own.flatMap({ ID<Account>($0) }) else { continue }
      tokens[.own]?[role] = try await world.token(of: account).description
      sessions[role] = try await world.session(of: account)
      let revoked = try await world.token(of: account)
      _ = try await world.registry.revokeToken(world.command(world.admin, revoked))
      tokens[.ended]?[role] = revoked.description
    }
    self.tokens = tokens
    self.sessions = sessions
    own = [
      "account": leaver.id.description, "grant": held[0].description,
      "token": stranger.description, "session": strange[.neighbour] ?? "",
    ]
    ended = [
      "account": gone.id.description, "grant": held[3].description,
      "token": tokens[.ended]?[.admin] ?? "", "session": strange[.ended] ?? "",
    ]
  }

  /// What is different for a role and a standing.
  func names(_ role: Role, _ standing: Standing) -> [String: String] {
    var names: [String: String] = [:]
    names["grant"] = grants[standing]
    names["token"] = tokens[standing]?[role]
    names["session"] = standing == .own ? sessions[role] : strange[standing]
    return names
  }
}

/// Steps of two persons: the laboratory's, which are about donors, and those about a
/// line of a request, which belong to its hospital and its region.
struct StepRecords: Sendable {
  /// Another one of the same kind, about another line.
  let wish: JSONValue
  let emergency: ID<Resolution>
  let rejected: ID<Resolution>

  init(_ world: World, _ fates: FateSubjects) async throws {
    wish = [
      "kind": "emergency_override", "subject_id": .text(try await world.urgentLine().description),
      "blood_group": "O+", "reason": "bleeding to death", "meaning": "I take the risk of RhD",
    ]
    emergency = try await world.emergencyStep()
    rejected = try await world.emergencyStep()
    try await world.reject(rejected, by: world.coordinator)
    try await world.reject(fates.wrong, by: World.actor(.laboratory, at: world.centre))
  }

  /// What is different for a role and a standing.
  func names(_ role: Role, _ standing: Standing) -> [String: String] {
    guard role != .laboratory else { return [:] }
    return ["resolution": (standing == .ended ? rejected : emergency).description]
  }
}

extension World {
  /// A unit that has arrived at the hospital.
  func receivedUnit() async throws -> ID<Domain.Unit> {
    let unit = try await unit(.aNegative)
    let request = try await request(.aNegative, substitution: .exact)
    try await allocate(request)
    let all = HandoverDraft(request: request, units: nil, reason: nil)
    _ = try await registry.issue(command(coordinator, all))
    _ = try await registry.receive(command(ward, all))
    return unit.id
  }

  /// A deferral that was taken back.
  func endedDeferral() async throws -> ID<Deferral> {
    let today = Day(now, in: .gmt)
    let deferral = Deferral(
      id: .new(at: now), donorId: try await donor(), reason: "travel",
      from: today.adding(days: -1), until: nil, source: "manual", recordedAt: now)
    _ = try await registry.deferDonor(command(staff, deferral))
    _ = try await registry.end(
      command(staff, DeferralEnd(deferral: deferral.id, on: today, reason: "recovered")))
    return deferral.id
  }

  /// A donor's flag that was given by hand, and taken back if told so.
  func rareFlag(isOver: Bool = false) async throws -> ID<RareFlag> {
    let flag = RareFlag(
      id: .new(at: now), donorId: try await donor(), reason: "anti-Vel in the family",
      flaggedAt: now)
    _ = try await registry.flag(command(laboratory, flag))
    if isOver {
      _ = try await registry.unflag(
        command(laboratory, RareFlagEnd(flag: flag.id, reason: "typed anew")))
    }
    return flag.id
  }

  fileprivate func token(of account: ID<Account>) async throws -> ID<AccessToken> {
    let draft = AccessTokenDraft(
      id: .new(at: now), account: account, grant: nil, name: "Export", expiresAt: now + 3600,
      presence: Presence(signedInAt: now))
    let actor = Actor(account: account, authority: Authority(role: .auditor))
    _ = try await registry.issueToken(command(actor, draft))
    return draft.id
  }

  /// A session of an account, open or over.
  fileprivate func session(of account: ID<Account>, isOver: Bool = false) async throws -> String {
    let token = try await registry.start(account, by: .oidc, instead: nil, at: now) { _ in }
    let session = try await registry.caller(ofSession: token, at: now)?.session?.id
    if isOver { try await registry.endSession(token, at: now) }
    return session?.description ?? ""
  }

  fileprivate func urgentLine() async throws -> ID<RequestLine> {
    let request = try await request(.oNegative, urgency: .emergency)
    return try await registry.request(request, as: .system).lines[0].id
  }

  fileprivate func emergencyStep() async throws -> ID<Resolution> {
    let draft = ResolutionDraft(
      id: .new(at: now), kind: .emergencyOverride, subject: try await urgentLine().uuid,
      bloodGroup: .oPositive, reason: "bleeding to death", meaning: "I take the risk of RhD")
    _ = try await registry.propose(command(ward, draft))
    return draft.id
  }

  fileprivate func reject(_ resolution: ID<Resolution>, by actor: Actor) async throws {
    let draft = DecisionDraft(
      resolution: resolution, reason: "not needed", meaning: "I have looked into it")
    _ = try await registry.reject(command(actor, draft))
  }
}
