import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import App
@testable import TestSupport

@Test(arguments: Language.allCases)
func `the page of a donor tells the whole story in each language`(language: Language) async throws {
  try await Cast.play { cast in
    let donor = try await cast.world.donor("Сейітқалиева <b>")
    let drive = try await cast.world.drive()
    let din = try World.freshDIN()
    let visit =
      try await cast.staff.post(
        "/v1/drives/\(drive)/visits", #"{"donor_id": "\#(donor)"}"#)["id"]?.text ?? ""
    _ = try await cast.staff.post("/v1/visits/\(visit)/decision", #"{"outcome": "walked_out"}"#)
    _ = try await cast.staff.post(
      "/v1/drives/\(drive)/donations", try cast.bag(of: donor, din: din))
    for sample in ["T1", "T2"] {
      let made = try await cast.laboratory.post(
        "/v1/donations/\(din)/determinations",
        """
        {"abo": "A", "sample": "\(sample)", "method": "PCR",
         "rhd": {"observed": "weak_d", "type": "type 4", "method": "genotype"}}
        """)
      #expect(made.status == .created, "\(made.text)")
    }
    try await cast.world.phenotype(din, [AntigenResult(.vel, .absent)])
    _ = try await cast.staff.post(
      "/v1/donors/\(donor)/deferrals",
      #"{"reason": "tattoo", "from": "2026-01-01", "until": "2026-05-01"}"#)
    let page = try await cast.laboratory.get(
      "/donors/\(donor)?lang=\(language.rawValue)", ["Accept": "text/html"])
    #expect(page.status == .ok, "\(page.text)")
    #expect(page.header("Content-Language") == language.rawValue)
    #expect(page.header("Cache-Control") == "no-store")
    #expect(page.header("Content-Security-Policy")?.contains("default-src 'none'") == true)
    let (html, book) = (page.text, try Phrasebook(language))
    let tattoo = try #require(DeferralReasons.reason("tattoo")).text[language]
    for kind in ["registration", "visit", "donation", "determination", "phenotyping", "deferral"] {
      #expect(html.contains(book("history.\(kind)")), "\(kind)")
    }
    for text in [
      din.text, "A(II) Rh+", "Vel\u{2212}", tattoo, "type 4", book("observed.weak_d"),
      book("history.rare"), book("history.visit_walked_out"), "Сейітқалиева &lt;b&gt;",
    ] { #expect(html.contains(text), "\(text)") }
    #expect(!html.contains("<script") && !html.contains("{{") && !html.contains("<b>"))
    #expect(html.firstMatch(of: /\{[a-z_]+\}/) == nil, "every gap of a sentence is filled")
    #expect(html.firstMatch(of: /\son[a-z]+="/) == nil, "no handler in an attribute")
    #expect(html.contains("<html lang=\"\(language.rawValue)\""))
    let views = try await cast.auditor.get("/v1/audit?donor=\(donor)").items
      .filter { $0["kind"] == "donor.viewed" }
    #expect(!views.isEmpty, "whoever opens the page has looked at the donor")
  }
}

@Test func `the desk's page of a donor tells no findings of the laboratory`() async throws {
  try await Cast.play { cast in
    let din = try await cast.world.donation()
    try await cast.world.determine(din, .oNegative)
    let donor = try await cast.staff.get("/v1/donations/\(din)")["donor_id"]?.text ?? ""
    let page = try await cast.staff.get("/donors/\(donor)?lang=en", ["Accept": "text/html"])
    let book = try Phrasebook(.en)
    #expect(page.text.contains(book("history.donation")))
    #expect(!page.text.contains(book("history.determination")))
    #expect(!page.text.contains(book("history.view")))
  }
}

@Test(arguments: Language.allCases)
func
  `the desk reads of examinations, corrections, consents and attempts, the laboratory not of all`(
    language: Language
  ) async throws
{
  try await Cast.play { cast in
    let donor = try await cast.world.donor()
    let visit =
      try await cast.staff.post(
        "/v1/drives/\(try await cast.world.drive())/visits", #"{"donor_id": "\#(donor)"}"#)["id"]?
      .text ?? ""
    let path = "/v1/donors/\(donor)"
    for (client, address, body) in [
      (
        cast.staff, "/v1/visits/\(visit)/examination",
        #"{"kind": "whole_blood", "measured": {"haemoglobin_g_per_l": 96}, "answers": []}"#
      ),
      (cast.staff, "\(path)/corrections", #"{"revision": 0, "region": "KZ-75"}"#),
      (
        cast.recruiter, "\(path)/consents",
        #"{"purpose": "recruitment", "channel": "call", "text_version": "v7", "manner": "paper"}"#
      ),
      (cast.recruiter, "\(path)/unavailability", #"{"until": "2031-07-09"}"#),
      (
        cast.recruiter, "\(path)/contact-attempts",
        #"{"purpose": "recruitment", "channel": "call", "outcome": "declined"}"#
      ),
    ] {
      let made = try await client.post(address, body)
      #expect(made.status == .created, "\(address): \(made.text)")
    }
    let consent = try await cast.recruiter.get("\(path)/consents").items.first?["id"]?.text ?? ""
    _ = try await cast.recruiter.post("/v1/consents/\(consent)/withdrawal")
    let desk = try await cast.staff.get("\(path)/history")
    #expect(desk.status == .ok, "\(desk.text)")
    let told = desk.items.compactMap { $0["kind"]?.text }
    let contacts: Set = [
      "correction", "consent", "consent_withdrawal", "unavailability", "contact_attempt",
    ]
    #expect(contacts.isSubset(of: told) && told.contains("examination"))
    let laboratory = try await cast.laboratory.get("\(path)/history").items
      .compactMap { $0["kind"]?.text }
    #expect(contacts.isDisjoint(with: laboratory) && laboratory.contains("examination"))
    let page = try await cast.staff.get(
      "/donors/\(donor)?lang=\(language.rawValue)", ["Accept": "text/html"]
    ).text
    let book = try Phrasebook(language)
    for text in [
      book("history.examination"), "haemoglobin", book("entry.region"), "v7",
      book("contact_outcome.declined"), book("purpose.recruitment"),
    ] { #expect(page.contains(text), "\(text)") }
    #expect(page.firstMatch(of: /\{[a-z_]+\}/) == nil, "every gap of a sentence is filled")
  }
}

@Test func `a long story goes on behind a link`() async throws {
  try await Cast.play { cast in
    let donor = try await cast.world.donor()
    for _ in 0..<51 {
      let deferral = try await cast.staff.post(
        "/v1/donors/\(donor)/deferrals", #"{"reason": "tattoo", "from": "2026-01-01"}"#)
      #expect(deferral.status == .created)
    }
    let first = try await cast.staff.get("/donors/\(donor)?lang=en", ["Accept": "text/html"])
    let link = try #require(first.text.firstMatch(of: /rel="next" href="([^"]+)"/)).1
    let address = String(link).replacing("&amp;", with: "&")
    #expect(address.contains("lang=en"))
    let second = try await cast.staff.get(address, ["Accept": "text/html"])
    #expect(second.status == .ok, "\(address): \(second.text)")
    #expect(lines(first) == 50 && lines(second) == 2, "the deferrals and the registration")
    #expect(!second.text.contains("rel=\"next\""))
  }
}

@Test func `who may not read of donors gets no page, and who is not signed in is shown the way`()
  async throws
{
  try await Cast.play { cast in
    let donor = try await cast.world.donor("Жасырын")
    for client in [cast.ward, cast.coordinator, cast.recruiter, cast.auditor, cast.admin] {
      let answer = try await client.get("/donors/\(donor)", ["Accept": "text/html"])
      #expect(answer.status == .forbidden)
      #expect(!answer.text.contains("Жасырын"))
    }
    let nobody = try await cast.clients.nobody.get("/donors/\(donor)", ["Accept": "text/html"])
    #expect(nobody.status == .seeOther)
    #expect(nobody.header("Location")?.hasPrefix("/sign-in?next=") == true)
    let machine = try await cast.clients.nobody.get(
      "/donors/\(donor)", ["Accept": "application/json"])
    #expect(machine.status == .unauthorized)
    let absent = try await cast.staff.get("/donors/\(UUID())", ["Accept": "text/html"])
    #expect(absent.status == .notFound)
    let wrong = try await cast.staff.get("/donors/\(donor)?cursor=x", ["Accept": "text/html"])
    #expect(wrong.status == .badRequest)
  }
}

/// How many things a page tells.
private func lines(_ page: TestResponse) -> Int {
  page.text.matches(of: /<th scope="row">/).count
}
