import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import App
@testable import TestSupport

@Test func `a hospital at a site that exists is answered as it is kept`() async throws {
  try await Cast.play { cast in
    let site = try await cast.admin.post(
      "/v1/sites", #"{"name": "Қалалық аурухана", "kind": "hospital", "region": "KZ-75"}"#)
    let id = try #require(site["id"]?.text)
    let form = #"{"name": "Аурухана", "region": "KZ-71", "site_id": "\#(id)"}"#
    let hospital = try await cast.admin.post("/v1/hospitals", form)
    #expect(hospital.status == .created)
    #expect(hospital["site_id"] == site["id"])
    let path = try #require(hospital.header("Location"))
    #expect(try await cast.admin.get(path).value == hospital.value)
    let second = try await cast.admin.post("/v1/hospitals", form)
    #expect(second.code == "site_has_hospital")
  }
}

@Test func `an organisation's number is registered once`() async throws {
  try await Cast.play { cast in
    let form = #"{"name": "Аурухана", "region": "KZ-71", "bin": "940140000385"}"#
    let first = try await cast.admin.post("/v1/hospitals", form)
    #expect(first["bin"] == "940140000385")
    let second = try await cast.admin.post("/v1/hospitals", form)
    #expect(second.status == .conflict)
    #expect(second.code == "duplicate_bin")
  }
}

@Test func `a site has the civil time of its region unless it says otherwise`() async throws {
  try await Cast.play { cast in
    for (region, zone) in [("KZ-47", "Asia/Aqtau"), ("KZ-39", "Asia/Qostanay")] {
      let site = try await cast.admin.post(
        "/v1/sites", #"{"name": "Орталық", "kind": "centre", "region": "\#(region)"}"#)
      #expect(site["time_zone"]?.text == zone)
    }
    for zone in Set(Regions.all.map(\.timeZone)).sorted() {
      let site = try await cast.admin.post(
        "/v1/sites",
        #"{"name": "Орталық", "kind": "venue", "region": "KZ-71", "time_zone": "\#(zone)"}"#)
      #expect(site["time_zone"]?.text == zone, "\(site.text)")
    }
  }
}

@Test func `a name in some languages is kept in just these`() async throws {
  try await Cast.play { cast in
    let host = try await cast.admin.post("/v1/hosts", #"{"name": {"kk": "Зауыт", "en": null}}"#)
    #expect(host["name"] == ["kk": "Зауыт"])
    for (name, complaint) in [
      ("{}", "/name empty"), (#"{"de": "Werk"}"#, "/name/de unknown_member"),
      (#"{"kk": " "}"#, "/name/kk empty"), ("[]", "/name wrong_type"),
    ] {
      let answer = try await cast.admin.post("/v1/hosts", "{\"name\": \(name)}")
      #expect(answer.status == .unprocessableContent)
      #expect(answer.complaints.contains(complaint), "\(name): \(answer.text)")
    }
  }
}

@Test func `the id that names nothing is no id for a record`() async throws {
  try await Cast.play { cast in
    let answer = try await cast.admin.post(
      "/v1/hosts", #"{"id": "00000000-0000-0000-0000-000000000000", "name": "Театр"}"#)
    #expect(answer.complaints == ["/id not_an_id"])
  }
}

@Test func `an id in capitals is the same id`() async throws {
  try await Cast.play { cast in
    let id = UUID().uuidString
    let host = try await cast.admin.post("/v1/hosts", #"{"id": "\#(id)", "name": "Театр"}"#)
    #expect(host["id"]?.text == id.lowercased())
    #expect(try await cast.admin.get("/v1/hosts/\(id)").value == host.value)
  }
}

@Test func `a code is kept as the list has it, whatever Swift takes for the same`() async throws {
  try await Cast.play { cast in
    // Of Kelvin, which is canonically K.
    let site = try await cast.admin.post(
      "/v1/sites", #"{"name": "Астана", "kind": "centre", "region": "\#u{212A}Z-71"}"#)
    #expect(site.status == .created, "\(site.text)")
    let regions = try await cast.world.books("select region from sites", as: String.self)
    #expect(regions.allSatisfy { $0.utf8.elementsEqual("KZ-71".utf8) })
    let near = try await cast.world.tally("sites where region = 'KZ-71'")
    #expect(near == regions.count)
  }
}
