import Domain
import Foundation
import HTTPTypes
import Store

/// The shortage report for machines.
enum Shortages {
  static let endpoints: [Endpoint] = [
    .get(
      "/v1/shortages", .roles([.coordinator, .recruiter, .laboratory, .driveStaff]), report)
  ]

  /// `GET /v1/shortages?component=&groups=&region=`.
  @Sendable static func report(_ call: Call) async throws -> Reply {
    let authority = try call.authority()
    let question = try call.parameters { query in
      ShortageQuestion(
        component: query.choice("component") ?? .redCells,
        groups: query.bloodGroups("groups") ?? BloodGroup.allCases,
        region: query.region("region"), authority: authority)
    }
    let written = try await call.registry.writtenShortages(question, at: call.now)
    if let table = try call.table(of: written.report.rows) { return table }
    var reply = Reply(.ok, written.json, type: MediaType.json)
    reply.headers[.vary] = Call.vary
    return reply
  }
}

/// How well each group is supplied, in words for everybody.
enum SupplyLight {
  static let endpoints: [Endpoint] = [.get("/v1/public/supply", .anyone, light)]

  private struct Supply: Encodable {
    let place: String
    let asOf: Date
    let groups: [Word]
  }

  private struct Word: Encodable {
    let group: BloodGroup
    let supply: SupplyWord
  }

  /// `GET /v1/public/supply?region=`.
  ///
  /// Words only: counts would tell a thief or a rumour how much is where.
  @Sendable static func light(_ call: Call) async throws -> Reply {
    let region = try call.parameters { $0.region("region") }
    let report = try await call.registry.shortages(
      ShortageQuestion(component: .redCells, region: region, authority: .system), at: call.now)
    let bands = call.registry.policy.supplyWordBands.value
    var reply = try Reply.json(
      Supply(
        place: report.place, asOf: report.asOf,
        groups: report.rows.map {
          Word(group: $0.group, supply: SupplyWord(daysOfSupply: $0.daysOfSupply, bands: bands))
        }))
    reply.headers[.cacheControl] = "public, max-age=300"
    return reply
  }
}
