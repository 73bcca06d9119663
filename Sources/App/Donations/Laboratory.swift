import Domain
import Foundation
import Store

/// What the laboratory does with a donation: group, tests, components, release.
enum Laboratory {
  static let endpoints: [Endpoint] = [
    .post("/v1/donations/{din}/determinations", .roles([.laboratory]), determine),
    .post("/v1/donations/{din}/tests", .roles([.laboratory]), test),
    .post("/v1/donations/{din}/components", .roles([.laboratory]), make),
    .post("/v1/donations/{din}/release", .roles([.laboratory]), release),
  ]

  /// `POST /v1/donations/{din}/determinations`.
  @Sendable static func determine(_ call: Call) async throws -> Reply {
    let din = try call.donationNumber()
    let command = try call.command { fields in
      let rhd = fields.optionalRhD("rhd")
      return DeterminationDraft(
        din: din, bloodGroup: fields.bloodGroup(seenWith: rhd), sample: fields.text("sample"),
        method: fields.text("method"), laboratory: fields.optionalText("laboratory"), rhd: rhd)
    }
    return call.created(
      try await call.registry.record(command), at: "/v1/donations/\(din.text)")
  }

  /// `POST /v1/donations/{din}/tests`.
  @Sendable static func test(_ call: Call) async throws -> Reply {
    let din = try call.donationNumber()
    let markers = call.registry.policy.requiredMarkers
    let command = try call.command { fields in
      let marker = fields.text("marker")
      if fields.has("marker") && !markers.contains(marker) {
        fields.complain("marker", "not_one_of", ["allowed": markers.joined(separator: ", ")])
      }
      return TestDraft(
        din: din, marker: marker, result: fields.choice("result", or: .invalid))
    }
    return call.created(
      try await call.registry.record(command), at: "/v1/donations/\(din.text)")
  }

  /// `POST /v1/donations/{din}/components`.
  @Sendable static func make(_ call: Call) async throws -> Reply {
    let din = try call.donationNumber()
    let command = try call.command { fields in
      ComponentsDraft(
        din: din,
        components: fields.objects("components", count: 1...12).map { entry in
          defer { entry.close() }
          return ComponentDraft(
            component: entry.choice("component", or: .redCells),
            volumeMl: entry.integer("volume_ml", in: 1...5000),
            attributes: entry.attributes())
        })
    }
    return call.created(
      try await call.registry.make(command), at: "/v1/units?din=\(din.text)")
  }

  /// `POST /v1/donations/{din}/release`.
  @Sendable static func release(_ call: Call) async throws -> Reply {
    let din = try call.donationNumber()
    let command = try call.command(optional: true) { _ in din }
    return call.created(
      try await call.registry.release(command), at: "/v1/donations/\(din.text)")
  }
}

extension Fields {
  /// Attributes of a unit, each named once.
  func attributes() -> [UnitAttribute] {
    let all =
      optionalValues("attributes", count: 0...12, code: "attribute_unknown") {
        UnitAttribute(rawValue: $0)
      } ?? []
    return UnitAttribute.allCases.filter(all.contains)
  }
}
