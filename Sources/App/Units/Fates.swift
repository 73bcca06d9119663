import Domain
import Foundation
import Store

/// What becomes of a unit at its end: inspected after its return, discarded, transfused.
enum Fates {
  static let endpoints: [Endpoint] = [
    .post("/v1/units/{unit}/inspection", .roles([.laboratory]), inspect),
    .post(
      "/v1/units/{unit}/discard", .roles([.laboratory, .coordinator, .hospital]), discard),
    .post("/v1/units/{unit}/transfusion", .roles([.hospital]), transfuse),
  ]

  /// `POST /v1/units/{unit}/inspection`.
  @Sendable static func inspect(_ call: Call) async throws -> Reply {
    let unit: ID<Domain.Unit> = try call.id("unit", "unit")
    let command = try call.command { fields in
      let outcome = fields.choice("outcome", or: InspectionDraft.Outcome.unfit)
      let minutes = fields.optionalInteger("minutes_outside", in: 0...100_000)
      let reason = fields.optionalText("reason")
      // Fit needs the statement about its storage; unfit needs to say why.
      let needed = outcome == .fit ? "minutes_outside" : "reason"
      if !fields.has(needed) { fields.complain(needed, "required") }
      return InspectionDraft(
        unit: unit, outcome: outcome, minutesOutside: minutes, reason: reason)
    }
    return call.created(try await call.registry.inspect(command), at: "/v1/units/\(unit)")
  }

  /// `POST /v1/units/{unit}/discard`.
  @Sendable static func discard(_ call: Call) async throws -> Reply {
    let unit: ID<Domain.Unit> = try call.id("unit", "unit")
    let command = try call.command { DiscardDraft(unit: unit, reason: $0.text("reason")) }
    return call.created(try await call.registry.discard(command), at: "/v1/units/\(unit)")
  }

  /// `POST /v1/units/{unit}/transfusion`.
  @Sendable static func transfuse(_ call: Call) async throws -> Reply {
    let unit: ID<Domain.Unit> = try call.id("unit", "unit")
    let command = try call.command(optional: true) { fields in
      let moment = fields.has("transfused_at") ? fields.instant("transfused_at") : call.now
      // A few minutes spare a ward the argument about clocks.
      if moment > call.now + 300 { fields.complain("transfused_at", "in_the_future") }
      return TransfusionDraft(unit: unit, transfusedAt: moment)
    }
    return call.created(try await call.registry.transfuse(command), at: "/v1/units/\(unit)")
  }
}
