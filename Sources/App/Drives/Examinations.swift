import Domain
import Foundation
import Store

/// What was measured and told at a visit, and what was decided upon it.
enum Examinations {
  static let endpoints: [Endpoint] = [
    .post("/v1/visits/{visit}/examination", .roles([.driveStaff]), examine),
    .get("/v1/visits/{visit}/examinations", .roles([.driveStaff, .laboratory]), list),
  ]

  /// `POST /v1/visits/{visit}/examination`.
  @Sendable static func examine(_ call: Call) async throws -> Reply {
    let visit: ID<Visit> = try call.id("visit", "visit")
    let command = try call.command { fields in
      ExaminationDraft(
        id: fields.newID(at: call.now), visit: visit,
        kind: fields.choice("kind", or: DonationKind.wholeBlood), measured: measured(fields),
        answers: answers(fields))
    }
    let answer = try await call.registry.examine(command)
    // Read anew, for the sentences are the reader's: what is kept has none.
    let examination = try await call.registry.examination(
      ID(answer.subject), as: call.authority())
    var reply = call.created(answer, at: "/v1/visits/\(visit)/examinations")
    reply.body = .bytes(try Wire.encode(spoken(examination, call)))
    return reply
  }

  /// `GET /v1/visits/{visit}/examinations`.
  @Sendable static func list(_ call: Call) async throws -> Reply {
    try call.requireNoQuery()
    let examinations = try await call.registry.examinations(
      of: call.id("visit", "visit"), as: call.authority())
    if let donor = examinations.first?.donorId {
      // That somebody looked is written down.
      _ = try await call.registry.donor(donor, by: call.actor(), at: call.now)
    }
    return try call.list(examinations.map { spoken($0, call) }, limit: .max) { $0.id }
  }

  private static func spoken(_ examination: VisitExamination, _ call: Call) -> VisitExamination {
    var examination = examination
    examination.decision = examination.decision.explained(
      in: call.service.books[call.language])
    return examination
  }

  private static func measured(_ fields: Fields) -> [VitalSign: Double] {
    guard let signs = fields.object("measured") else { return [:] }
    if fields.raw("measured") == .object([:]) { fields.complain("measured", "empty") }
    defer { signs.close() }
    return VitalSign.allCases.reduce(into: [:]) { measured, sign in
      measured[sign] = signs.optionalNumber(sign.rawValue, in: sign.possible)
    }
  }

  private static func answers(_ fields: Fields) -> [ToldReason]? {
    guard fields.has("answers") else { return nil }
    return fields.objects("answers", count: 0...100).map { answer in
      defer { answer.close() }
      return ToldReason(
        reason: answer.deferralReason("reason"), on: answer.optionalDay("on"),
        isTestedNegative: answer.optionalBool("is_tested_negative"))
    }
  }
}

extension Fields {
  /// A number with or without a fraction.
  fileprivate func optionalNumber(_ name: String, in range: ClosedRange<Double>) -> Double? {
    let number: Double
    switch raw(name) {
    case nil: return nil
    case .integer(let whole): number = Double(whole)
    case .number(let fraction): number = fraction
    default:
      complain(name, "wrong_type", ["expected": "number"])
      return nil
    }
    guard range.contains(number) else {
      complain(
        name, "out_of_range",
        ["minimum": "\(Int(range.lowerBound))", "maximum": "\(Int(range.upperBound))"])
      return nil
    }
    return number
  }

  fileprivate func optionalBool(_ name: String) -> Bool? {
    guard let value = raw(name) else { return nil }
    if case .bool(let bool) = value { return bool }
    complain(name, "wrong_type", ["expected": "true or false"])
    return nil
  }
}
