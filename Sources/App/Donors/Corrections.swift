import Domain
import Foundation
import Store

/// Corrections of what was written down about a donor.
enum Corrections {
  static let endpoints: [Endpoint] = [
    .post("/v1/donors/{donor}/corrections", .roles([.driveStaff, .recruiter]), correct),
    .get("/v1/donors/{donor}/corrections", .roles([.driveStaff, .recruiter]), list),
  ]

  /// `POST /v1/donors/{donor}/corrections`.
  @Sendable static func correct(_ call: Call) async throws -> Reply {
    let donor: ID<Donor> = try call.id("donor", "donor")
    let command = try call.command { fields in
      var draft = CorrectionDraft(
        id: fields.newID(at: call.now), donor: donor,
        revision: fields.integer("revision", in: 0...Int(Int32.max) - 1))
      readNames(fields, &draft)
      readNumbers(fields, &draft, at: call.now)
      draft.phone = fields.entry("phone") { fields.optionalPhone() }
      draft.language = fields.optionalChoice("language", among: Language.allCases)?.rawValue
      draft.region = fields.entry("region") { fields.optionalRegion("region") }
      for name in ["family_name", "sex", "birth_date", "language"] where fields.isNull(name) {
        fields.complain(name, "required")
      }
      draft.reason = fields.optionalText("reason")
      if draft.needsReason, draft.reason == nil { fields.complain("reason", "required") }
      if draft.isEmpty { fields.complain("reason", "nothing_to_correct") }
      return draft
    }
    return call.created(try await call.registry.correct(command), at: "/v1/donors/{id}")
  }

  private static func readNames(_ fields: Fields, _ draft: inout CorrectionDraft) {
    if fields.hasOneName() {
      draft.familyName = fields.text("name")
      (draft.givenName, draft.patronymic) = (.removed, .removed)
    } else {
      draft.familyName = fields.optionalText("family_name")
      draft.givenName = fields.entry("given_name") { fields.optionalText("given_name") }
      draft.patronymic = fields.entry("patronymic") { fields.optionalText("patronymic") }
    }
    draft.latinName = fields.entry("latin_name") { fields.optionalLatinName() }
  }

  private static func readNumbers(
    _ fields: Fields, _ draft: inout CorrectionDraft, at now: Date
  ) {
    draft.sex = fields.optionalChoice("sex")
    draft.birthDate = fields.optionalDay("birth_date")
    if let day = draft.birthDate { fields.checkBirthDate(day, at: now) }
    draft.iin = fields.entry("iin") { fields.optionalIIN("iin") }
    draft.iinMismatchReason = fields.optionalText("iin_mismatch_reason")
    draft.document = fields.entry("document") { fields.optionalDocument() }
  }

  /// `GET /v1/donors/{donor}/corrections`.
  @Sendable static func list(_ call: Call) async throws -> Reply {
    try call.requireNoQuery()
    let donor = try await call.registry.donor(
      call.id("donor", "donor"), by: call.actor(), at: call.now)
    let corrections = try await call.registry.corrections(of: donor.id, as: call.authority())
    return try call.list(corrections, limit: .max) { $0.id }
  }
}

extension Fields {
  /// What becomes of an entry: null takes it away, absence leaves it.
  fileprivate func entry<Value: Hashable & Sendable>(
    _ name: String, _ read: () -> Value?
  ) -> Entry<Value> {
    if isNull(name) { return .removed }
    return read().map { .changed(to: $0) } ?? .unchanged
  }
}
