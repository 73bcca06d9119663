import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Postgres
import Store

@testable import App
@testable import TestSupport

/// Everybody who tries the cells of the matrix, and the records they try them on.
struct Callers: Sendable {
  let cast: Cast
  /// By standing and role; whoever is bound to no place stands as in `own`.
  private var clients: [Standing: [Role: Client]] = [:]
  let own: Records
  let ended: Records
  /// Texts that only the records of a place show.
  let marks: [String]
  let forms: [Form]
  private let accounts: AccountRecords
  private let steps: StepRecords
  /// Records of their own for operations after which others would find nothing.
  private let spare: [String: [String: String]]
  /// Another record, for an operation that asks for one in its query.
  private let mergeable: ID<Donor>

  init(_ cast: Cast) async throws {
    self.cast = cast
    let world = cast.world
    let subjects = try await Subjects(cast)
    let unit = try await world.unit()
    let promised = try await world.request()
    try await world.allocate(promised)
    let given = try await cast.ward.get("/v1/requests/\(promised)/units").items
    let held = given.first?["id"]?.text ?? ""
    let host = try await cast.admin.post("/v1/hosts", #"{"name": "Зауыт"}"#)["id"]?.text ?? ""
    let fates = subjects.fates
    accounts = try await AccountRecords(cast, stranger: subjects.token)
    steps = try await StepRecords(world, fates)
    spare = [
      "/v1/donors/{donor}/anonymisation": ["donor": try await world.donor("Ұмытылған").description],
      "/v1/units/{unit}/inspection": ["unit": fates.returned.description],
      "/v1/units/{unit}/discard": ["unit": try await world.receivedUnit().description],
      "/v1/units/{unit}/transfusion": ["unit": fates.issued.description],
    ]
    let places = [
      "site": world.centre.id.description, "host": host,
      "hospital": world.hospital.id.description, "donor": subjects.donor.description,
      "merger": subjects.mergers.merger.description,
    ]
    mergeable = subjects.mergers.mergeable
    own = Records(
      names: places.merging([
        "drive": subjects.open.description, "visit": subjects.visit, "din": subjects.din.text,
        "unit": held, "request": subjects.request.description,
        "deferral": fates.ended.description, "resolution": fates.right.description,
        "flag": subjects.flag.description,
        "contact": subjects.contact.description, "consent": subjects.consent.description,
      ]) { $1 }
    ).with(accounts.own)
    let closed = try await world.drive()
    let visitor = try await world.donor("Сейітқали")
    let visit =
      try await cast.staff.post(
        "/v1/drives/\(closed)/visits", #"{"donor_id": "\#(visitor)"}"#)["id"]?.text ?? ""
    _ = try await cast.staff.post("/v1/visits/\(visit)/decision", #"{"outcome": "walked_out"}"#)
    _ = try await cast.staff.post("/v1/drives/\(closed)/closure")
    let cancelled = try await world.request()
    _ = try await cast.ward.post("/v1/requests/\(cancelled)/cancellation")
    ended = Records(
      names: places.merging([
        "drive": closed.description, "visit": visit, "din": unit.din.text, "unit": held,
        "request": cancelled.description, "deferral": try await world.endedDeferral().description,
        "resolution": fates.wrong.description,
        "flag": try await world.rareFlag(isOver: true).description,
        "contact": subjects.contact.description, "consent": subjects.consent.description,
      ]) { $1 }
    ).with(accounts.ended)
    marks = [
      subjects.open.description, closed.description, subjects.din.text, unit.din.text,
      unit.id.description, held, subjects.request.description, cancelled.description,
      steps.emergency.description, steps.rejected.description,
    ]
    forms = try Form.all(cast, subjects)
    try await gather()
  }

  /// Who calls with a role from a standing.
  func client(_ role: Role, _ standing: Standing) -> Client {
    clients[standing]?[role] ?? cast.client(role)
  }

  /// The body of an operation that is right, if it takes one.
  func body(_ row: Matrix.Row, _ role: Role = .laboratory) -> String? {
    if row.description == "POST /v1/resolutions", role != .laboratory { return steps.wish.sent }
    return row.isRead ? nil : forms.first { $0.route == row.path }?.body.sent ?? "{}"
  }

  /// The query without which an operation is not asked rightly.
  func query(_ row: Matrix.Row) -> String {
    row.path.hasSuffix("/merge-preview") ? "?with=\(mergeable)" : ""
  }

  /// What a caller names from where he stands.
  func records(_ row: Matrix.Row, _ role: Role, _ standing: Standing) -> Records {
    guard standing != .absent else { return .absent }
    return (standing == .ended ? ended : own)
      .with(accounts.names(role, standing))
      .with(steps.names(role, standing))
      .with(spare[row.path] ?? [:])
  }

  private mutating func gather() async throws {
    for (standing, region) in [(Standing.neighbour, "KZ-71"), (.far, "KZ-75")] {
      let form = #"{"name": "Орталық", "kind": "centre", "region": "\#(region)"}"#
      let centre = try await cast.admin.post("/v1/sites", form)["id"]?.text
      let hospital = try await cast.admin.post(
        "/v1/hospitals", #"{"name": "Аурухана", "region": "\#(region)"}"#)["site_id"]?.text
      let site = centre.flatMap { ID<Site>($0) }
      clients[standing] = [
        .driveStaff: try await cast.clients.role(.driveStaff, at: site),
        .laboratory: try await cast.clients.role(.laboratory, at: site),
        .coordinator: try await cast.clients.role(.coordinator, at: site),
        .hospital: try await cast.clients.role(.hospital, at: hospital.flatMap { ID($0) }),
      ]
    }
  }

  /// Clients whose token opens nothing, by what is wrong with it.
  func shutOut() async throws -> [String: [Client]] {
    var shut: [String: [Client]] = ["missing": [cast.clients.nobody]]
    shut["unknown"] = [
      cast.clients.stranger, Client(client: cast.staff.client, token: Token.random().text),
    ]
    for (wrong, statement) in [
      ("expired", "update tokens set expires_at = created_at - interval '1 second'"),
      ("revoked", "update tokens set revoked_at = created_at"),
      ("disabled", "update accounts set disabled_at = created_at"),
      ("without a grant", "update grants set revoked_at = granted_at"),
    ] {
      let accounts = try await Matrix.columns.asyncMap { role in
        let site: ID<Site>? =
          switch role {
          case .hospital: cast.world.hospital.siteId
          case .admin: nil
          default: cast.world.centre.id
          }
        let draft = TokenDraft(role: role, site: site, name: wrong, account: .new(at: Date()))
        let token = try await cast.world.registry.createToken(draft, at: cast.world.now)
        return (draft.account, Client(client: cast.staff.client, token: token.text))
      }
      let column = wrong == "disabled" ? "id" : "account_id"
      let ids = accounts.map { "'\($0.0)'" }.joined(separator: ", ")
      try await cast.world.asOwner("\(statement) where \(column) in (\(ids))")
      shut[wrong] = accounts.map(\.1)
    }
    return shut
  }
}

extension World {
  /// Changes rows by hand, for what no verb of the service does.
  func asOwner(_ statement: String) async throws {
    let owner = TestCluster.owner(of: settings)
    let result: Result<Void, any Error>
    do {
      result = .success(try await owner.write { db in try db.script(statement, named: "test") })
    } catch {
      result = .failure(error)
    }
    await owner.shutdown()
    try result.get()
  }
}

extension Sequence {
  fileprivate func asyncMap<T>(_ work: (Element) async throws -> T) async throws -> [T] {
    var results: [T] = []
    for element in self { results.append(try await work(element)) }
    return results
  }
}
