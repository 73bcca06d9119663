import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import TestSupport
import Testing

@testable import App

@Test func `every creation answers 201 with the members and the place of its record`() async throws
{
  try await Cast.play { cast in
    let decider = try await cast.decider()
    for creation in try await creations(cast) {
      let client = creation.needsSession ? decider : cast.client(creation.role)
      let answer = try await client.post(creation.path, creation.body)
      #expect(answer.status == .created, "\(creation.path): \(answer.text)")
      #expect(answer.value.members == creation.members, "\(creation.path)")
      #expect(answer.header("Content-Type") == "application/json; charset=utf-8")
      #expect(try foundationText(answer.value) == answer.text, "\(creation.path)")
      let place = try #require(answer.header("Location"), "\(creation.path)")
      let read = try await cast.client(creation.role).get(place)
      #expect(try foundationText(read.value) == read.text, "\(place)")
      #expect(read.status == .ok, "\(place): \(read.text)")
      if creation.isRecord {
        #expect(read.value == answer.value, "what is answered is what is kept: \(place)")
      }
    }
  }
}

/// The same value as Foundation spells it, members in order: the one text that a record has.
private func foundationText(_ value: JSONValue) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  return String(decoding: try encoder.encode(value), as: UTF8.self)
}

@Test func `every list and every report has the text that Foundation would give it`() async throws {
  try await Cast.play { cast in
    _ = try await creations(cast)
    // The stream of events has no end.
    let paths = Routes.all.filter { $0.method == .get && !$0.path.contains("{") }.map(\.path)
      .filter { $0 != "/v1/events" }
    for client in [cast.coordinator, cast.staff, cast.ward, cast.admin] {
      for path in paths {
        let answer = try await client.get(path)
        guard answer.header("Content-Type") == MediaType.json else { continue }
        #expect(try foundationText(answer.value) == answer.text, "\(path)")
      }
    }
  }
}

/// A POST, who sends it, and what its answer consists of.
private struct Creation {
  let role: Role
  let path: String
  let body: String
  /// Whether `Location` names the very record that was answered.
  var isRecord = true
  var needsSession = false
  let members: Set<String>
}

private func creations(_ cast: Cast) async throws -> [Creation] {
  try await placeCreations(cast) + driveCreations(cast) + bloodCreations(cast)
    + fateCreations(cast)
}

private func fateCreations(_ cast: Cast) async throws -> [Creation] {
  let subjects = try await FateSubjects(cast.world)
  let unit: Set = [
    "id", "din", "component", "blood_group", "volume_ml", "attributes", "collected_on",
    "expires_on", "expires_at", "site_id", "state", "recalled_at",
  ]
  let deferral: Set = [
    "id", "donor_id", "reason", "kind", "from", "until", "source", "centre", "note",
    "recorded_at", "ended_on", "voided_at", "end_reason",
  ]
  let resolution: Set = [
    "id", "kind", "subject_id", "determination_ids", "seen_ids", "blood_group", "reason",
    "meaning", "state", "proposed_at", "proposed_by", "decided_at", "decided_by",
    "decision_reason", "decision_meaning",
  ]
  let forms = Form.fates(subjects) + Form.resolutions(subjects)
  return forms.map { form in
    let members =
      form.target.hasPrefix("/v1/units")
      ? unit : form.target.hasPrefix("/v1/deferrals") ? deferral : resolution
    return Creation(
      role: form.role, path: form.target, body: form.body.sent,
      // The unit's own page tells its history beside it.
      isRecord: members != unit, needsSession: form.needsSession, members: members)
  }
}

private func placeCreations(_ cast: Cast) -> [Creation] {
  [
    Creation(
      role: .admin, path: "/v1/sites",
      body: #"{"name": "Студенттер үйі", "kind": "venue", "region": "KZ-75"}"#,
      members: ["id", "name", "kind", "region", "time_zone", "created_at"]),
    Creation(
      role: .admin, path: "/v1/hosts",
      body: #"{"name": {"kk": "Зауыт", "ru": "Завод", "en": "Works"}}"#,
      members: ["id", "name", "created_at"]),
    Creation(
      role: .admin, path: "/v1/hospitals", body: #"{"name": "БСМП", "region": "KZ-79"}"#,
      members: ["id", "site_id", "name", "region", "bin", "created_at"]),
    Creation(
      role: .driveStaff, path: "/v1/donors",
      body: """
        {"family_name": "Оспанов", "given_name": "Ерлан", "sex": "male",
         "birth_date": "1988-12-01"}
        """,
      members: [
        "id", "donor_number", "state", "family_name", "given_name", "patronymic", "latin_name",
        "sex", "birth_date", "iin", "iin_differs", "iin_mismatch_reason", "document", "revision",
        "phone", "language", "region", "blood_group", "is_rare", "registered_at",
        "possible_duplicates",
      ]),
  ]
}

private func driveCreations(_ cast: Cast) async throws -> [Creation] {
  let world = cast.world
  let drive: Set = [
    "id", "name", "host_id", "site_id", "date", "starts_at", "ends_at", "capacity", "state",
    "opened_at", "closed_at",
  ]
  let plan = """
    {"name": "Мектеп", "site_id": "\(world.centre.id)", "date": "2026-11-18",
     "starts_at": "\(cast.instant(0))", "ends_at": "\(cast.instant(60))"}
    """
  let donor = try await world.donor()
  let planned = try await world.drive(open: false)
  let open = try await world.drive()
  let flag: Set = ["id", "donor_id", "reason", "flagged_at", "ended_at", "end_reason"]
  let flagged = try await world.rareFlag()
  return [
    Creation(
      role: .laboratory, path: "/v1/donors/\(donor)/rare-flags", body: #"{"reason": "Vel-"}"#,
      members: flag),
    Creation(
      role: .laboratory, path: "/v1/rare-flags/\(flagged)/ending",
      body: #"{"reason": "typed anew"}"#, members: flag),
    Creation(role: .driveStaff, path: "/v1/drives", body: plan, members: drive),
    Creation(
      role: .driveStaff, path: "/v1/drives/\(planned)/opening", body: "{}", members: drive),
    Creation(
      role: .driveStaff, path: "/v1/drives/\(planned)/closure", body: "{}", members: drive),
    Creation(
      role: .driveStaff, path: "/v1/donors/\(donor)/deferrals",
      body: #"{"reason": "tattoo", "from": "2026-01-01", "until": "2026-05-01"}"#,
      isRecord: false,
      members: [
        "id", "donor_id", "reason", "kind", "from", "until", "source", "centre", "note",
        "recorded_at", "ended_on", "voided_at", "end_reason",
      ]),
    Creation(
      role: .driveStaff, path: "/v1/drives/\(open)/visits",
      body: #"{"donor_id": "\#(donor)"}"#, isRecord: false,
      members: [
        "id", "drive_id", "donor_id", "arrived_at", "outcome", "deferral_reason", "decided_at",
      ]),
    Creation(
      role: .driveStaff, path: "/v1/visits/\(try await world.visit())/examination",
      body: #"{"kind": "whole_blood", "measured": {"weight_kg": 54.5}}"#, isRecord: false,
      members: [
        "id", "visit_id", "drive_id", "donor_id", "kind", "on", "examined_at", "measured",
        "answers", "decision", "suggested_deferral",
      ]),
    Creation(
      role: .driveStaff, path: "/v1/drives/\(open)/donations", body: try cast.bag(of: donor),
      members: [
        "id", "din", "drive_id", "visit_id", "donor_id", "kind", "intent", "volume_ml",
        "volume_deviation",
        "started_at", "ended_at", "collected_on", "outcome", "for_patient", "state",
        "policy_code", "policy_version",
      ]),
  ]
}

private func bloodCreations(_ cast: Cast) async throws -> [Creation] {
  let world = cast.world
  let din = try await world.donation()
  try await world.determine(din, .oNegative)
  try await world.test(din)
  let step: Set = ["request", "units", "reserve_kept"]
  let request = "/v1/requests/\(try await world.request())"
  return [
    Creation(
      role: .laboratory, path: "/v1/donations/\(din)/determinations",
      body: #"{"blood_group": "0 neg", "sample": "T9", "method": "tube"}"#, isRecord: false,
      members: [
        "id", "din", "blood_group", "rhd", "sample", "method", "laboratory", "determined_at",
        "set_aside_by",
      ]),
    Creation(
      role: .laboratory, path: "/v1/donations/\(din)/antigens",
      body: """
        {"sample": "T9", "method": "genotype", "results": [{"antigen": "k", "result": "present"}]}
        """, isRecord: false,
      members: ["id", "din", "sample", "method", "laboratory", "results", "tested_at"]),
    Creation(
      role: .laboratory, path: "/v1/donations/\(din)/tests",
      body: #"{"marker": "hiv", "result": "invalid"}"#, isRecord: false,
      members: ["id", "din", "marker", "result", "tested_at"]),
    Creation(
      role: .laboratory, path: "/v1/donations/\(din)/components",
      body: #"{"components": [{"component": "red_cells", "volume_ml": 260}]}"#,
      isRecord: false, members: ["din", "units"]),
    Creation(
      role: .laboratory, path: "/v1/donations/\(din)/release", body: "{}", isRecord: false,
      members: ["din", "blood_group", "state", "released_at", "units"]),
    Creation(
      role: .hospital, path: "/v1/requests", body: cast.wish(),
      members: [
        "id", "hospital_id", "urgency", "needed_by", "state", "requested_at", "patient",
        "lines",
      ]),
    Creation(
      role: .coordinator, path: "\(request)/allocations", body: "{}", isRecord: false,
      members: step),
    Creation(
      role: .coordinator, path: "\(request)/issues", body: "{}", isRecord: false,
      members: step),
    Creation(
      role: .hospital, path: "\(request)/receipts", body: "{}", isRecord: false, members: step),
    Creation(
      role: .hospital, path: "\(request)/returns", body: "{}", isRecord: false, members: step),
  ]
}
