import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import TestSupport
import Testing

@testable import App

@Test func `a drop goes from the drive to the ward, each step over HTTP by its role`() async throws
{
  try await Cast.play { cast in
    let places = try await addPlaces(cast)
    let ward = try await cast.clients.role(.hospital, at: ID(places.hospitalSite))
    let staff = try await cast.clients.role(.driveStaff, at: ID(places.site))
    let laboratory = try await cast.clients.role(.laboratory, at: ID(places.site))
    let din = try await giveBlood(cast, staff, at: places)
    let unit = try await makeUnit(of: din, laboratory)

    let request = try await ward.post(
      "/v1/requests", cast.wish(changing: ["hospital_id": .text(places.hospital)]))
    #expect(request.status == .created)
    let path = try #require(request.header("Location"))
    #expect(request["lines"]?[0]?["outstanding"] == 1)

    let allocation = try await step(cast.coordinator, path, "allocations", unit, "held")
    #expect(allocation["units"]?[0]?["rank_reason"] == "identical")
    #expect(allocation["request"]?["lines"]?[0]?["allocated"] == 1)
    let issue = try await step(cast.coordinator, path, "issues", unit, "issued")
    #expect(issue["request"]?["lines"]?[0]?["issued"] == 1)
    let receipt = try await step(ward, path, "receipts", unit, "received")
    #expect(receipt["request"]?["state"] == "fulfilled")
    let back = try await step(ward, path, "returns", unit, "returned")
    #expect(back["request"]?["lines"]?[0]?["returned"] == 1)

    let kept = try await cast.coordinator.get("/v1/units/\(unit)")
    #expect(kept["state"] == "returned", "what came back waits, whoever had it")
    #expect(
      kept["history"]?.elements.compactMap { $0["kind"]?.text } == [
        "unit.made", "unit.released", "unit.held", "unit.issued", "unit.received",
        "unit.returned",
      ])
  }
}

private struct PlacesAdded {
  let site: String
  let host: String
  let hospital: String
  let hospitalSite: String
}

private func addPlaces(_ cast: Cast) async throws -> PlacesAdded {
  let site = try await cast.admin.post(
    "/v1/sites", #"{"name": "Қан орталығы", "kind": "centre", "region": "KZ-75"}"#)
  #expect(site.status == .created)
  let host = try await cast.admin.post(
    "/v1/hosts", #"{"name": {"kk": "Мұнай өңдеу зауыты", "ru": "НПЗ", "en": "Refinery"}}"#)
  #expect(host.status == .created)
  let hospital = try await cast.admin.post(
    "/v1/hospitals", #"{"name": "Ana men bala", "region": "KZ-75"}"#)
  #expect(hospital.status == .created)
  return PlacesAdded(
    site: try #require(site["id"]?.text), host: try #require(host["id"]?.text),
    hospital: try #require(hospital["id"]?.text),
    hospitalSite: try #require(hospital["site_id"]?.text))
}

/// Registers a donor, opens a drive, logs a donation, closes the drive.
private func giveBlood(
  _ cast: Cast, _ staff: Client, at places: PlacesAdded
) async throws -> DonationNumber {
  let donor = try await staff.post(
    "/v1/donors",
    """
    {"family_name": "Сүлейменова", "given_name": "Гүлнәр", "sex": "female",
     "birth_date": "1991-03-08", "phone": "8 701 123 45 67"}
    """)
  #expect(donor.status == .created)
  let drive = try await staff.post(
    "/v1/drives",
    """
    {"name": "Күзгі донор күні", "host_id": "\(places.host)", "site_id": "\(places.site)",
     "date": "2026-11-18", "starts_at": "\(cast.instant(-120))",
     "ends_at": "\(cast.instant(120))", "capacity": 40}
    """)
  #expect(drive["state"] == "planned")
  let path = try #require(drive.header("Location"))
  #expect(try await staff.post("\(path)/opening")["state"] == "open")
  let din = try World.freshDIN()
  let id = try #require(donor["id"]?.text.flatMap { ID<Donor>($0) })
  let donation = try await staff.post("\(path)/donations", cast.bag(of: id, din: din))
  #expect(donation.status == .created)
  #expect(donation["state"] == "collected")
  #expect(donation.header("Location") == "/v1/donations/\(din)")
  #expect(try await staff.post("\(path)/closure")["state"] == "closed")
  return din
}

/// Determines, tests, makes red cells, releases; answers the unit's id.
private func makeUnit(of din: DonationNumber, _ laboratory: Client) async throws -> String {
  let path = "/v1/donations/\(din)"
  for sample in ["A", "B"] {
    let determination = try await laboratory.post(
      "\(path)/determinations",
      #"{"blood_group": "O(I) Rh−", "sample": "\#(din)\#(sample)", "method": "gel"}"#)
    #expect(determination["blood_group"] == "O-")
  }
  let early = try await laboratory.post("\(path)/release")
  #expect(early.status == .conflict)
  #expect(early["errors"]?.elements.count == 4, "every missing test is a reason")
  for marker in ["hbsag", "anti_hcv", "hiv", "syphilis"] {
    let test = try await laboratory.post(
      "\(path)/tests", #"{"marker": "\#(marker)", "result": "non_reactive"}"#)
    #expect(test.status == .created)
  }
  let made = try await laboratory.post(
    "\(path)/components",
    """
    {"components": [{"component": "red_cells", "volume_ml": 270},
                    {"component": "plasma", "volume_ml": 230}]}
    """)
  #expect(made["units"]?.elements.map { $0["state"] } == ["quarantined", "quarantined"])
  let released = try await laboratory.post("\(path)/release")
  #expect(released.status == .created)
  #expect(released["blood_group"] == "O-")
  #expect(released["units"]?.elements.map { $0["state"] } == ["available", "available"])
  return try #require(made["units"]?[0]?["id"]?.text)
}

/// One step of a request, and the one unit it is about.
private func step(
  _ client: Client, _ request: String, _ name: String, _ unit: String, _ state: String
) async throws -> TestResponse {
  let answer = try await client.post("\(request)/\(name)")
  #expect(answer.status == .created, "\(name): \(answer.text)")
  #expect(answer.header("Location") == request)
  #expect(answer["units"]?.elements.map { $0["id"]?.text } == [unit])
  #expect(answer["units"]?[0]?["state"]?.text == state)
  return answer
}
