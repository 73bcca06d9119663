import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Store
import Testing

@testable import App
@testable import TestSupport

@Test func `a step waits until another account has confirmed it`() async throws {
  try await Cast.play { cast in
    let subjects = try await FateSubjects(cast.world)
    let form = Form.resolutions(subjects)[0]
    let proposed = try await cast.laboratory.post(form.target, form.body.sent)
    #expect(proposed.status == .created && proposed["state"] == "open")
    let path = try #require(proposed.header("Location"))
    let sign = #"{"meaning": "I have compared both samples"}"#
    let own = try await cast.laboratory.post("\(path)/confirmation", sign)
    #expect(own.status == .conflict && own.code == "second_person_required")

    let colleague = try await cast.decider()
    let list = try await colleague.get("/v1/resolutions?state=open&kind=group_conflict")
    #expect(list["items"]?.elements.map { $0["id"] } == [proposed["id"]])
    let confirmed = try await colleague.post("\(path)/confirmation", sign)
    #expect(confirmed.status == .created && confirmed["state"] == "confirmed")
    #expect(confirmed["decision_meaning"] == "I have compared both samples")
    #expect(confirmed["meaning"] == "I have checked the tubes")
    #expect(confirmed["decided_by"] != confirmed["proposed_by"])
    #expect(try await colleague.get(path).value == confirmed.value)
    let again = try await colleague.post("\(path)/confirmation", sign)
    #expect(again.code == "resolution_not_open")
    let readings = try await colleague.get("/v1/donors/\(subjects.disputed)/determinations")
    let asides = readings.items.map { $0["set_aside_by"] }
    #expect(asides.count == 3 && asides.count { $0 == proposed["id"] } == 1)
  }
}

@Test func `a second token of the same account is no second person`() async throws {
  try await Cast.play { cast in
    let world = cast.world
    let subjects = try await FateSubjects(world)
    let account = ID<Account>.new(at: world.now)
    let tokens = try await [1, 2].asyncMap { _ in
      try await world.registry.createToken(
        TokenDraft(role: .laboratory, site: world.centre.id, name: "two desks", account: account),
        at: world.now
      ).text
    }
    let desks = tokens.map { Client(client: cast.clients.client, token: $0) }
    let form = Form.resolutions(subjects)[0]
    let path = try #require(
      try await desks[0].post(form.target, form.body.sent).header("Location"))
    for step in ["confirmation", "rejection"] {
      let answer = try await desks[1].post(
        "\(path)/\(step)", #"{"meaning": "I agree", "reason": "seen"}"#)
      #expect(answer.code == "second_person_required", "\(step)")
    }
  }
}

@Test func `each role sees and proposes only the steps of its work`() async throws {
  try await Cast.play { cast in
    let subjects = try await FateSubjects(cast.world)
    let form = Form.resolutions(subjects)[0]
    for role in [Role.hospital, .coordinator] {
      let answer = try await cast.client(role).post(form.target, form.body.sent)
      #expect(answer.status == .forbidden, "\(role)")
      #expect(try await cast.client(role).get("/v1/resolutions")["items"] == [], "\(role)")
      #expect(
        try await cast.client(role).get("/v1/resolutions/\(subjects.right)").status == .notFound)
    }
    let decision = try await cast.coordinator.post(
      "/v1/resolutions/\(subjects.right)/confirmation", #"{"meaning": "I agree"}"#)
    #expect(decision.code == "resolution_not_found")

    let request = try await cast.world.request(.oNegative, urgency: .emergency)
    let line = try await cast.world.registry.request(request, as: .system).lines[0].id
    let wish = JSONValue.object([
      "kind": "emergency_override", "subject_id": .text(line.description),
      "blood_group": "O+", "reason": "bleeding to death", "meaning": "I take the risk of RhD",
    ])
    let proposed = try await cast.ward.post("/v1/resolutions", wish.sent)
    #expect(proposed.status == .created, "\(proposed.text)")
    #expect(try await cast.laboratory.get("/v1/resolutions?kind=emergency_override")["items"] == [])
    let seen = try await cast.coordinator.get("/v1/resolutions?state=open")
    #expect(seen["items"]?[0]?["id"] == proposed["id"])
  }
}

@Test func `members of another kind of step are mistakes`() async throws {
  try await Cast.play { cast in
    let subject = UUID().uuidString.lowercased()
    let answer = try await cast.laboratory.post(
      "/v1/resolutions",
      JSONValue.object([
        "kind": "deferral_void", "subject_id": .text(subject), "blood_group": "O+",
        "reason": "typed twice", "meaning": "I have seen it",
      ]).sent)
    #expect(answer.complaints == ["/blood_group not_of_this_kind"])
    let missing = try await cast.laboratory.post(
      "/v1/resolutions",
      JSONValue.object([
        "kind": "deferral_void", "subject_id": .text(subject), "reason": "typed twice",
        "meaning": "I have seen it",
      ]).sent)
    #expect(missing.complaints == ["/subject_id subject_unknown"])
  }
}

@Test func `a search without a letter or a digit finds nobody, and says so`() async throws {
  try await Cast.play { cast in
    _ = try await cast.world.donor()
    for words in ["---", "%25", "", "%20", "_"] {
      let answer = try await cast.staff.get("/v1/donors?q=\(words)")
      #expect(answer.status == .unprocessableContent, "\(words): \(answer.text)")
      #expect(answer.complaints == ["?q query_without_letters"])
    }
    #expect(try await cast.staff.get("/v1/donors")["items"]?.elements.count == 1)
  }
}

@Test func `a drive tells how many more came than it was planned for`() async throws {
  try await Cast.play { cast in
    let plan = """
      {"name": "Мектеп", "site_id": "\(cast.world.centre.id)", "date": "2026-11-18",
       "starts_at": "\(cast.instant(0))", "ends_at": "\(cast.instant(60))", "capacity": 1}
      """
    let drive = try #require(try await cast.staff.post("/v1/drives", plan).header("Location"))
    _ = try await cast.staff.post("\(drive)/opening")
    for (count, over) in [(1, 0), (2, 1), (3, 2)] {
      let donor = try await cast.world.donor("Ыбырай\(count)")
      let visit = try await cast.staff.post("\(drive)/visits", #"{"donor_id": "\#(donor)"}"#)
      #expect(visit.status == .created, "nobody is sent away")
      let report = try await cast.staff.get("\(drive)/report")
      #expect(report["capacity"] == 1 && report["over_capacity"]?.integer == over)
    }
  }
}

extension Sequence {
  fileprivate func asyncMap<T>(_ transform: (Element) async throws -> T) async rethrows -> [T] {
    var results: [T] = []
    for element in self { results.append(try await transform(element)) }
    return results
  }
}
