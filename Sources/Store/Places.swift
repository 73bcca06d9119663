package import Domain
import FoundationEssentials
import Postgres
import SQL

/// One page of a list: where it starts and how long it may be.
package struct Page<Record>: Sendable {
  package let after: ID<Record>?
  package let limit: Int

  /// Starts after a record; nil starts at the beginning.
  package init(after: ID<Record>? = nil, limit: Int = 50) {
    self.after = after
    self.limit = limit
  }
}

extension Registry {
  /// Adds a place.
  package func add(_ command: Command<Site>) async throws -> Answer {
    try await store.perform(command) { db in
      try db.run(.insertSites, JSON([command.draft]))
      try db.note(command.draft, command)
      return try Effect(command.draft.id.uuid, command.draft)
    }
  }

  /// Adds an organisation that invites drives.
  package func add(_ command: Command<Host>) async throws -> Answer {
    try await store.perform(command) { db in
      try db.run(.insertHosts, JSON([command.draft]))
      try db.note("host.added", command.draft.id.uuid, command)
      return try Effect(command.draft.id.uuid, command.draft)
    }
  }

  /// Adds a hospital, with a site of its own unless it names one.
  package func add(_ command: Command<HospitalDraft>) async throws -> Answer {
    try await store.perform(command) { db in
      let draft = command.draft
      let hospital = Hospital(
        id: .new(at: command.at), siteId: draft.siteId ?? .new(at: command.at),
        name: draft.name, region: draft.region, bin: draft.bin, createdAt: command.at)
      if draft.siteId == nil {
        let site = Site(
          id: hospital.siteId, name: draft.name, kind: .hospital, region: draft.region,
          timeZone: draft.timeZone, createdAt: command.at)
        try db.run(.insertSites, JSON([site]))
        try db.note(site, command)
      } else {
        try db.admitSite(of: hospital)
      }
      if let bin = draft.bin, try db.first(.hospitalWithBIN, bin, as: ID<Hospital>.self) != nil {
        throw HospitalRefusal.duplicateBIN
      }
      try db.run(.insertHospitals, JSON([hospital]))
      try db.note("hospital.added", hospital.id.uuid, command, site: hospital.siteId)
      // At a site that exists, the site's name and region are the hospital's.
      return try Effect(
        hospital.id.uuid, db.one(.hospital, hospital.id, as: Hospital.self))
    }
  }

  /// A page of sites.
  package func sites(
    kind: SiteKind?, region: String?, page: Page<Site>
  ) async throws -> [Site] {
    try await store.read(as: .system) { db in
      try db.rows(.sites, page.after, kind, region, page.limit)
    }
  }

  /// One site.
  package func site(_ id: ID<Site>) async throws -> Site {
    try await store.read(as: .system) { db in
      guard let site = try db.first(.site, id, as: Site.self) else { throw NotFound("site") }
      return site
    }
  }

  /// A page of hosts.
  package func hosts(page: Page<Host>) async throws -> [Host] {
    try await store.read(as: .system) { db in try db.rows(.hosts, page.after, page.limit) }
  }

  /// One host.
  package func host(_ id: ID<Host>) async throws -> Host {
    try await store.read(as: .system) { db in
      guard let host = try db.first(.host, id, as: Host.self) else { throw NotFound("host") }
      return host
    }
  }

  /// A page of hospitals.
  package func hospitals(region: String?, page: Page<Hospital>) async throws -> [Hospital] {
    try await store.read(as: .system) { db in
      try db.rows(.hospitals, page.after, region, page.limit)
    }
  }

  /// One hospital.
  package func hospital(_ id: ID<Hospital>) async throws -> Hospital {
    try await store.read(as: .system) { db in
      guard let hospital = try db.first(.hospital, id, as: Hospital.self) else {
        throw NotFound("hospital")
      }
      return hospital
    }
  }
}

extension Transaction {
  fileprivate func note<Draft>(_ site: Site, _ command: Command<Draft>) throws {
    try note(
      "site.added", site.id.uuid, command, site: site.id,
      ["kind": site.kind.rawValue, "region": site.region, "time_zone": site.timeZone])
  }

  /// A named site must exist and be nobody else's.
  fileprivate func admitSite(of hospital: Hospital) throws {
    guard let site = try first(.site, hospital.siteId, as: Site.self), site.kind == .hospital
    else {
      throw InvalidInput([FieldProblem("/site_id", "hospital_site_unknown")])
    }
    if try first(.hospitalAtSite, hospital.siteId, as: ID<Hospital>.self) != nil {
      throw HospitalRefusal.siteTaken
    }
  }
}

/// Why a hospital is not added.
package enum HospitalRefusal: Refusal {
  case siteTaken
  case duplicateBIN

  package var code: String {
    switch self {
    case .siteTaken: "site_has_hospital"
    case .duplicateBIN: "duplicate_bin"
    }
  }
}
