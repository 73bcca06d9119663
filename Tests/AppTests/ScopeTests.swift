import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import App
@testable import TestSupport

@Test func `another centre's drive is not there`() async throws {
  try await Cast.play { cast in
    let subjects = try await Subjects(cast)
    for region in ["KZ-71", "KZ-75"] {
      let site = try await addCentre(cast, in: region)
      let staff = try await cast.clients.role(.driveStaff, at: site)
      let laboratory = try await cast.clients.role(.laboratory, at: site)
      let drive = "/v1/drives/\(subjects.open)"
      for path in [
        drive, "\(drive)/report", "\(drive)/donations", "\(drive)/visits",
        "/v1/donations/\(subjects.din)",
      ] {
        let answer = try await staff.get(path)
        #expect(answer.status == .notFound, "\(path): \(answer.text)")
      }
      #expect(try await staff.get("/v1/drives").items.isEmpty)
      let forms = try Form.all(cast, subjects).filter {
        [.driveStaff, .laboratory].contains($0.role)
          && ["/v1/drives/", "/v1/visits", "/v1/donations"].contains(where: $0.route.hasPrefix)
      }
      let census = try await cast.world.census()
      for form in forms {
        let client = form.role == .driveStaff ? staff : laboratory
        let answer = try await client.post(form.target, form.body.sent)
        #expect(answer.status == .notFound, "\(form.target): \(answer.text)")
      }
      #expect(try await cast.world.census() == census)
    }
  }
}

@Test func `a drive is planned only where one works`() async throws {
  try await Cast.play { cast in
    let elsewhere = try await addCentre(cast, in: "KZ-75")
    let plan = """
      {"name": "Мектеп", "site_id": "\(elsewhere)", "date": "2026-11-18",
       "starts_at": "\(cast.instant(0))", "ends_at": "\(cast.instant(60))"}
      """
    let staff = try await cast.staff.post("/v1/drives", plan)
    #expect(staff.complaints == ["/site_id site_unknown"])
    let regional = try await cast.clients.role(.coordinator, at: cast.world.centre.id)
    let coordinator = try await regional.post("/v1/drives", plan)
    #expect(coordinator.complaints == ["/site_id site_unknown"])
    #expect(try await cast.coordinator.post("/v1/drives", plan).status == .created)
  }
}

@Test func `another hospital's request is not there, for no step`() async throws {
  try await Cast.play { cast in
    let subjects = try await Subjects(cast)
    try await cast.world.allocate(subjects.request)
    let hospital = try await cast.admin.post(
      "/v1/hospitals", #"{"name": "Ана мен бала", "region": "KZ-71"}"#)
    let site = try #require(hospital["site_id"]?.text.flatMap { ID<Site>($0) })
    let other = try await cast.clients.role(.hospital, at: site)
    let request = "/v1/requests/\(subjects.request)"
    let census = try await cast.world.census()
    for path in [request, "\(request)/units"] {
      #expect(try await other.get(path).status == .notFound, "\(path)")
    }
    for step in ["receipts", "returns", "cancellation"] {
      #expect(try await other.post("\(request)/\(step)").status == .notFound, "\(step)")
    }
    #expect(try await other.get("/v1/requests").items.isEmpty)
    let forged = try await other.post("/v1/requests", cast.wish())
    #expect(forged.complaints == ["/hospital_id hospital_unknown"])
    let units = try await cast.ward.get("\(request)/units").items
    let unit = try #require(units.first?["id"]?.text)
    #expect(try await cast.ward.get("/v1/units/\(unit)").status == .ok)
    #expect(try await other.get("/v1/units/\(unit)").status == .notFound)
    #expect(try await cast.world.census() == census)
  }
}

@Test func `a coordinator of another region sees neither request nor stock`() async throws {
  try await Cast.play { cast in
    let subjects = try await Subjects(cast)
    let site = try await addCentre(cast, in: "KZ-75")
    let other = try await cast.clients.role(.coordinator, at: site)
    #expect(try await other.get("/v1/requests/\(subjects.request)").status == .notFound)
    #expect(try await other.get("/v1/requests").items.isEmpty)
    #expect(try await other.get("/v1/units").items.isEmpty)
    #expect(try await other.get("/v1/stock").items.isEmpty)
    for step in ["allocations", "issues", "receipts", "returns", "cancellation"] {
      let answer = try await other.post("/v1/requests/\(subjects.request)/\(step)")
      #expect(answer.status == .notFound, "\(step)")
    }
    let report = try await other.get("/v1/shortages?region=KZ-71")
    #expect(report.status == .notFound, "another region's figures are not zeros")
  }
}

/// Adds a centre in a region.
private func addCentre(_ cast: Cast, in region: String) async throws -> ID<Site> {
  let site = try await cast.admin.post(
    "/v1/sites", #"{"name": "Қан орталығы", "kind": "centre", "region": "\#(region)"}"#)
  return try #require(site["id"]?.text.flatMap { ID<Site>($0) })
}
