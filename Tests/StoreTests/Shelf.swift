import Domain
import Foundation
import Store
import TestSupport

/// A bag whose donation is logged and nothing more.
struct Bag: Sendable {
  let din: DonationNumber
  let donor: ID<Donor>
}

extension World {
  /// Bags of as many donors, collected at one drive.
  func bags(
    _ count: Int, collectedAt: Date? = nil, kind: DonationKind = .wholeBlood, width: Int = 16
  ) async throws -> [Bag] {
    let drive = try await drive()
    return try await concurrently(0..<count, width: width) { _ in
      let donor = try await donor()
      let draft = try draft(of: donor, at: drive, kind: kind, startedAt: collectedAt)
      _ = try await registry.log(command(staff, draft))
      return Bag(din: draft.din, donor: donor)
    }
  }

  /// One bag.
  func bag(
    collectedAt: Date? = nil, kind: DonationKind = .wholeBlood
  ) async throws -> Bag {
    try await bags(1, collectedAt: collectedAt, kind: kind)[0]
  }

  /// Takes a bag through the laboratory; answers its units, out of quarantine.
  @discardableResult
  func shelve(
    _ bag: Bag, _ group: BloodGroup = .oNegative, _ components: [Component] = [.redCells],
    attributes: [UnitAttribute] = []
  ) async throws -> [Domain.Unit] {
    try await determine(bag.din, group)
    try await test(bag.din)
    try await make(bag.din, components, attributes: attributes)
    let answer = try await registry.release(command(laboratory, bag.din))
    return try await Self.decode(Released.self, answer).units.asyncMap {
      try await registry.unit($0.id, as: laboratory.authority).unit
    }
  }

  /// As many units on the shelf, each of a donor of its own.
  func shelf(
    _ count: Int, _ group: BloodGroup = .oNegative, _ component: Component = .redCells,
    collectedAt: Date? = nil, attributes: [UnitAttribute] = []
  ) async throws -> [Domain.Unit] {
    try await concurrently(try await bags(count, collectedAt: collectedAt), width: 16) { bag in
      try await shelve(bag, group, [component], attributes: attributes)[0]
    }
  }

  /// The unit as it is now.
  func reread(_ unit: Domain.Unit) async throws -> Domain.Unit {
    try await registry.unit(unit.id, as: .system).unit
  }

  /// The request as it is now.
  func reread(_ request: ID<Request>) async throws -> Request {
    try await registry.request(request, as: .system)
  }

  /// A reactive test of a bag.
  func react(_ din: DonationNumber, at time: Date? = nil) async throws {
    let draft = TestDraft(din: din, marker: "hbsag", result: .reactive)
    _ = try await registry.record(command(laboratory, at: time, draft))
  }

  /// A deferral of a donor from a day on.
  func deferDonor(
    _ donor: ID<Donor>, from: Day, until: Day?, reason: String = "travel"
  ) async throws {
    let deferral = Deferral(
      id: .new(at: now), donorId: donor, reason: reason, from: from, until: until,
      source: "manual", recordedAt: now)
    _ = try await registry.deferDonor(command(staff, deferral))
  }

  /// The civil day at the centre, so many days from now.
  func day(_ offset: Int = 0) -> Day {
    Day(now, in: TimeZone(identifier: centre.timeZone) ?? .gmt).adding(days: offset)
  }

  /// A moment so many days from now.
  func moment(days: Double) -> Date { now + days * 86_400 }

  /// Hands out units of a request: all that are held, or some.
  @discardableResult
  func issue(
    _ request: ID<Request>, _ units: [ID<Domain.Unit>]? = nil, at time: Date? = nil
  ) async throws -> [AllocatedUnit] {
    try Self.decode(
      Handed.self,
      try await registry.issue(
        command(coordinator, at: time, HandoverDraft(request: request, units: units)))
    ).units
  }

  /// Notes that units arrived: all that are on their way, or some.
  @discardableResult
  func receive(
    _ request: ID<Request>, _ units: [ID<Domain.Unit>]? = nil
  ) async throws -> [AllocatedUnit] {
    try Self.decode(
      Handed.self,
      try await registry.receive(command(ward, HandoverDraft(request: request, units: units)))
    ).units
  }

  /// Sends units back: all, or some.
  @discardableResult
  func takeBack(
    _ request: ID<Request>, _ units: [ID<Domain.Unit>]? = nil
  ) async throws -> [AllocatedUnit] {
    try Self.decode(
      Handed.self,
      try await registry.takeBack(
        command(ward, HandoverDraft(request: request, units: units, reason: "not_needed")))
    ).units
  }
}

/// The units of a step, as a client reads them.
private struct Handed: Decodable {
  let units: [AllocatedUnit]
}

/// The units of a release, as a client reads them.
private struct Released: Decodable {
  struct Unit: Decodable {
    let id: ID<Domain.Unit>
  }
  let units: [Unit]
}

extension Sequence {
  /// Maps one after the other.
  func asyncMap<T>(_ transform: (Element) async throws -> T) async rethrows -> [T] {
    var results: [T] = []
    for element in self { results.append(try await transform(element)) }
    return results
  }
}
