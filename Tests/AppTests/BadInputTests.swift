import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import App
@testable import TestSupport

@Test func `every POST of the contract has a right form`() async throws {
  try await Cast.play { cast in
    let subjects = try await Subjects(cast)
    let (forms, decider) = (try Form.all(cast, subjects), try await cast.decider())
    let routes = Routes.all.filter { $0.method == .post && $0.path.hasPrefix("/v1/") }
    #expect(Set(forms.map(\.route)) == Set(routes.map(\.path)))
    for form in forms where !["issues", "receipts", "returns", "release"].contains(form.step) {
      let answer = try await form.sender(cast, decider).post(form.target, form.body.sent)
      let isRight =
        answer.status == (form.onlyReads ? .ok : .created)
        || [
          "visits_undecided", "donor_has_blood_in_stock", "session_required",
          "machine_has_no_password",
        ]
        .contains(answer.code)
      #expect(isRight, "\(form.route): \(answer.text)")
    }
  }
}

@Test func `nothing that is wrong is taken, and nothing of it stays`() async throws {
  try await Cast.play { cast in
    let forms = try Form.all(cast, try await Subjects(cast))
    let decider = try await cast.decider()
    let census = try await cast.world.census()
    for form in forms {
      for mistake in form.mistakes {
        let answer = try await form.sender(cast, decider).send(form.target, bytes: mistake.body)
        expectProblem(answer, "\(form.route) \(mistake.name)")
      }
    }
    #expect(try await cast.world.census() == census)
  }
}

@Test func `an id of another kind, of nothing or of a stranger names no record`() async throws {
  try await Cast.play { cast in
    let subjects = try await Subjects(cast)
    let (forms, decider) = (try Form.all(cast, subjects), try await cast.decider())
    let census = try await cast.world.census()
    let others = [
      subjects.donor.description, subjects.request.description,
      cast.world.centre.id.description, cast.world.hospital.id.description, subjects.visit,
      UUID().uuidString, "x", "%00", "%FF", "..", "A999926999999", subjects.din.text,
      "00000000-0000-0000-0000-000000000000",
    ]
    for form in forms where form.route.contains("{") {
      let parts = form.target.split(separator: "/")
      for other in others where other.lowercased() != parts[2].lowercased() {
        let path = "/\(parts[0])/\(parts[1])/\(other)/\(parts[3])"
        let answer = try await form.sender(cast, decider).post(path, form.body.sent)
        #expect(answer.status == .notFound, "\(path): \(answer.text)")
        expectProblem(answer, path)
      }
    }
    #expect(try await cast.world.census() == census)
  }
}

@Test func `a record that another form names must be one of its kind`() async throws {
  try await Cast.play { cast in
    let subjects = try await Subjects(cast)
    let bag = try cast.bag(of: ID(subjects.planned.uuid))
    let census = try await cast.world.census()
    let donation = try await cast.staff.post("/v1/drives/\(subjects.open)/donations", bag)
    #expect(donation.complaints == ["/donor_id donor_unknown"])
    let visit = try await cast.staff.post(
      "/v1/drives/\(subjects.open)/visits", #"{"donor_id": "\#(subjects.open)"}"#)
    #expect(visit.complaints == ["/donor_id donor_unknown"])
    let plan = { (site: String, host: String) in
      """
      {"name": "Мектеп", "site_id": "\(site)", "host_id": "\(host)", "date": "2026-11-18",
       "starts_at": "\(cast.instant(0))", "ends_at": "\(cast.instant(60))"}
      """
    }
    let centre = cast.world.centre.id.description
    let site = try await cast.staff.post("/v1/drives", plan(subjects.din.text, centre))
    #expect(site.complaints == ["/site_id not_an_id"])
    let host = try await cast.staff.post("/v1/drives", plan(centre, centre))
    #expect(host.complaints == ["/host_id host_unknown"])
    let wish = try await cast.ward.post(
      "/v1/requests", cast.wish(changing: ["hospital_id": .text(centre)]))
    #expect(wish.complaints == ["/hospital_id hospital_unknown"])
    let hospital = try await cast.admin.post(
      "/v1/hospitals", #"{"name": "БСМП", "region": "KZ-71", "site_id": "\#(centre)"}"#)
    #expect(hospital.complaints == ["/site_id hospital_site_unknown"])
    #expect(try await cast.world.census() == census)
  }
}

@Test func `a sign that only looks like a minus is understood as one`() async throws {
  try await Cast.play { cast in
    let din = try await cast.world.donation()
    for text in ["1-", "0(I) Rh−", "О(I) Rh(-)", "o neg", "I отр"] {
      let answer = try await cast.laboratory.post(
        "/v1/donations/\(din)/determinations",
        JSONValue.object(["blood_group": .text(text), "sample": "T1", "method": "gel"]).sent)
      #expect(answer["blood_group"] == "O-", "\(text): \(answer.text)")
    }
  }
}

/// What every answer to bad input is: a problem of the client's, with a code, and a
/// place for each complaint.
private func expectProblem(_ answer: TestResponse, _ what: String) {
  #expect((400..<500).contains(answer.status.code), "\(what): \(answer.status) \(answer.text)")
  #expect(answer.header("Content-Type")?.hasPrefix("application/problem+json") == true, "\(what)")
  #expect(answer.code?.isEmpty == false, "\(what)")
  if answer.code == "invalid_input" {
    let errors = answer["errors"]?.elements ?? []
    #expect(!errors.isEmpty, "\(what)")
    let pointers = errors.compactMap { $0["pointer"]?.text }
    #expect(pointers.count == errors.count, "\(what): \(answer.text)")
    #expect(Set(pointers).count == pointers.count, "\(what): \(answer.text)")
  }
}

extension Form {
  /// The last part of the path.
  fileprivate var step: String { route.split(separator: "/").last.map(String.init) ?? "" }
}

extension Form {
  /// Who may send it.
  fileprivate func sender(_ cast: Cast, _ decider: Client) -> Client {
    needsSession ? decider : cast.client(role)
  }
}
