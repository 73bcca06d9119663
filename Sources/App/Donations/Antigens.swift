import Domain
import Foundation
import Store

/// The antigens of donors beside ABO and D.
enum Antigens {
  static let endpoints: [Endpoint] = [
    .post("/v1/donations/{din}/antigens", .roles([.laboratory]), record),
    .get("/v1/donors/{donor}/phenotype", .roles([.laboratory]), phenotype),
  ]

  /// `POST /v1/donations/{din}/antigens`.
  @Sendable static func record(_ call: Call) async throws -> Reply {
    let din = try call.donationNumber()
    let command = try call.command { fields in
      PhenotypingDraft(
        din: din, sample: fields.text("sample"),
        method: fields.choice("method", or: .serology),
        laboratory: fields.optionalText("laboratory"), results: results(fields))
    }
    return call.created(
      try await call.registry.record(command), at: "/v1/donations/\(din.text)")
  }

  private static func results(_ fields: Fields) -> [AntigenResult] {
    var named: Set<Antigen> = []
    return fields.objects("results", count: 1...Antigen.allCases.count).compactMap { entry in
      defer { entry.close() }
      let antigen = entry.optionalChoice("antigen", among: Antigen.allCases)
      if !entry.has("antigen") { entry.complain("antigen", "required") }
      let result = entry.choice("result", or: AntigenPresence.absent)
      guard let antigen else { return nil }
      if !named.insert(antigen).inserted { entry.complain("antigen", "antigen_repeated") }
      return AntigenResult(antigen, result)
    }
  }

  /// `GET /v1/donors/{donor}/phenotype`.
  @Sendable static func phenotype(_ call: Call) async throws -> Reply {
    try call.requireNoQuery()
    let donor: ID<Donor> = try call.id("donor", "donor")
    _ = try await call.registry.donor(donor, by: call.actor(), at: call.now)
    return try call.record(try await call.registry.phenotype(of: donor, as: call.authority()))
  }
}
