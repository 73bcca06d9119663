import Domain
import Foundation
import Store

/// Sites, hosts and hospitals.
enum Places {
  static let endpoints: [Endpoint] = [
    .post("/v1/sites", .roles([.admin]), addSite),
    .get("/v1/sites", .signedIn, listSites),
    .get("/v1/sites/{site}", .signedIn, showSite),
    .post("/v1/hosts", .roles([.admin, .coordinator]), addHost),
    .get("/v1/hosts", .signedIn, listHosts),
    .get("/v1/hosts/{host}", .signedIn, showHost),
    .post("/v1/hospitals", .roles([.admin]), addHospital),
    .get("/v1/hospitals", .signedIn, listHospitals),
    .get("/v1/hospitals/{hospital}", .signedIn, showHospital),
  ]

  /// `POST /v1/sites`.
  @Sendable static func addSite(_ call: Call) async throws -> Reply {
    let command = try call.command { fields in
      let region = fields.region("region")
      return Site(
        id: fields.newID(at: call.now), name: fields.wording("name"),
        kind: fields.choice("kind", or: .venue), region: region,
        timeZone: fields.timeZone("time_zone", ofRegion: region), createdAt: call.now)
    }
    return call.created(try await call.registry.add(command), at: "/v1/sites/{id}")
  }

  /// `GET /v1/sites`.
  @Sendable static func listSites(_ call: Call) async throws -> Reply {
    let (kind, region, page): (SiteKind?, String?, Page<Site>) = try call.parameters {
      ($0.choice("kind"), $0.region("region"), $0.page())
    }
    let sites = try await call.registry.sites(kind: kind, region: region, page: page)
    return try call.list(sites, limit: page.limit - 1) { $0.id }
  }

  /// `GET /v1/sites/{site}`.
  @Sendable static func showSite(_ call: Call) async throws -> Reply {
    try call.record(try await call.registry.site(call.id("site", "site")))
  }

  /// `POST /v1/hosts`.
  @Sendable static func addHost(_ call: Call) async throws -> Reply {
    let command = try call.command { fields in
      Domain.Host(id: fields.newID(at: call.now), name: fields.wording("name"), createdAt: call.now)
    }
    return call.created(try await call.registry.add(command), at: "/v1/hosts/{id}")
  }

  /// `GET /v1/hosts`.
  @Sendable static func listHosts(_ call: Call) async throws -> Reply {
    let page: Page<Domain.Host> = try call.parameters { $0.page() }
    return try call.list(
      try await call.registry.hosts(page: page), limit: page.limit - 1
    ) { $0.id }
  }

  /// `GET /v1/hosts/{host}`.
  @Sendable static func showHost(_ call: Call) async throws -> Reply {
    try call.record(try await call.registry.host(call.id("host", "host")))
  }

  /// `POST /v1/hospitals`.
  @Sendable static func addHospital(_ call: Call) async throws -> Reply {
    let command = try call.command { fields in
      let region = fields.region("region")
      return HospitalDraft(
        name: fields.wording("name"), region: region,
        timeZone: Regions.timeZone(of: region), bin: fields.optionalBIN("bin")?.digits,
        siteId: fields.optionalID("site_id"))
    }
    return call.created(try await call.registry.add(command), at: "/v1/hospitals/{id}")
  }

  /// `GET /v1/hospitals`.
  @Sendable static func listHospitals(_ call: Call) async throws -> Reply {
    let (region, page): (String?, Page<Hospital>) = try call.parameters {
      ($0.region("region"), $0.page())
    }
    let hospitals = try await call.registry.hospitals(region: region, page: page)
    return try call.list(hospitals, limit: page.limit - 1) { $0.id }
  }

  /// `GET /v1/hospitals/{hospital}`.
  @Sendable static func showHospital(_ call: Call) async throws -> Reply {
    try call.record(try await call.registry.hospital(call.id("hospital", "hospital")))
  }
}

extension Fields {
  /// An IANA zone; the region's unless one is given.
  fileprivate func timeZone(_ name: String, ofRegion region: String) -> String {
    optionalValue(name, code: "time_zone_unknown") {
      // Abbreviations mean other offsets to the database than here.
      TimeZone.knownTimeZoneIdentifiers.member($0)
    } ?? Regions.timeZone(of: region)
  }
}
