import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import App
@testable import Store
@testable import TestSupport

@Test(arguments: Language.allCases)
func `a donor is found on a page in each language, and opened from it`(
  language: Language
) async throws {
  try await Cast.play { cast in
    let aigul = try await cast.world.donor("Ахметова <b>", given: "Айгүл")
    _ = try await cast.world.donor("Ахметов", given: "Ержан")
    _ = try await cast.world.donor("Ким", given: "Анна")
    let desk = try await FindingDesk(cast, .driveStaff, language)
    let (empty, book) = (try await desk.page(), try Phrasebook(language))
    #expect(empty.status == .ok && empty.header("Content-Language") == language.rawValue)
    #expect(empty.text.contains("autofocus") && empty.text.contains(book("finding.label")))
    #expect(!empty.text.contains("<table"))
    let found = try await desk.find("akhmetova aigul")
    #expect(found.status == .ok && found.header("Cache-Control") == "no-store")
    #expect(found.text.contains("href=\"/donors/\(aigul)?lang=\(language.rawValue)\""))
    #expect(found.text.contains("Ахметова &lt;b&gt;") && !found.text.contains("Ержан"))
    #expect(found.text.contains("value=\"akhmetova aigul\""), "it can be mended")
    #expect(!found.text.contains("{{") && !found.text.contains("<script"))
    let nobody = try await desk.find("Сулейменова")
    #expect(nobody.status == .ok && nobody.text.contains(book("finding.nobody")))
    for words in ["", " -- ", "A\u{0}", String(repeating: "а", count: 4000), "\u{202E}а"] {
      let wrong = try await desk.find(words)
      #expect(wrong.status == .unprocessableContent, "\(words.prefix(9))")
      #expect(wrong.text.contains("aria-invalid"))
    }
    let looks = try await cast.auditor.get("/v1/audit?donor=\(aigul)").items
    #expect(looks.contains { $0["kind"] == "donor.viewed" }, "who is shown was looked at")
  }
}

@Test func `a number that a scanner reads opens the donor's story`() async throws {
  try await Cast.play { cast in
    let made = try await cast.staff.post(
      "/v1/donors",
      """
      {"family_name": "Ли", "sex": "female", "birth_date": "1996-02-29", "iin": "960229600013",
       "iin_mismatch_reason": "as in the document"}
      """)
    let id = made["id"]?.text ?? ""
    let desk = try await FindingDesk(cast, .driveStaff, .kk)
    for words in ["960229600013", "\(made["donor_number"]?.integer ?? 0)", " 960229600013 "] {
      let answer = try await desk.find(words)
      #expect(answer.status == .seeOther)
      #expect(answer.header("Location") == "/donors/\(id)?lang=kk")
    }
    // To recruiters the story is closed.
    let other = try await FindingDesk(cast, .recruiter, .kk)
    let row = try await other.find("960229600013")
    #expect(
      row.status == .ok && row.text.contains("Ли") && !row.text.contains("href=\"/donors/\(id)"))
  }
}

@Test func `an accent on a sign does not take it out of the text`() async throws {
  try await Cast.play { cast in
    let donor = try await cast.world.donor(
      "Ахметова \u{600}<b\u{600}> '\u{301}", given: "\"\u{301}")
    let desk = try await FindingDesk(cast, .driveStaff, .en)
    let found = try await desk.find("akhmetova \"\u{301} \u{600}<i\u{600}>")
    let named = try await desk.find("akhmetova")
    let story = try await cast.staff.get("/donors/\(donor)", ["Accept": "text/html"])
    #expect(named.text.contains("\(donor)") && story.status == .ok)
    for page in [found, named, story] {
      // By bytes, as a browser reads.
      for sign in ["\"\u{301}", "'\u{301}", "<b\u{600}", "<i\u{600}", "\u{600}>"] {
        #expect(Data(page.text.utf8).range(of: Data(sign.utf8)) == nil, "\(sign)")
      }
    }
  }
}

@Test func `more donors than a page shows are told of`() async throws {
  try await Cast.play { cast in
    for _ in 0..<21 { _ = try await cast.world.donor("Ким", given: "Анна") }
    let desk = try await FindingDesk(cast, .driveStaff, .en)
    let page = try await desk.find("Ким Анна")
    #expect(page.text.matches(of: /href="\/donors\/[0-9a-f-]{36}\?lang=en"/).count == 20)
    #expect(page.text.contains(try Phrasebook(.en)("finding.more")))
  }
}

@Test func `nobody is looked for from another page, by other roles, or without a session`()
  async throws
{
  try await Cast.play { cast in
    let desk = try await FindingDesk(cast, .driveStaff, .en)
    #expect(try await desk.find("Ким", proof: "x").code == "form_of_another_site")
    for role in [Role.hospital, .coordinator, .auditor, .admin, .laboratory] {
      let answer = try await cast.client(role).get("/donors", ["Accept": "text/html"])
      #expect(answer.code == "role_not_allowed", "\(role)")
    }
    let nobody = try await cast.clients.nobody.get("/donors", ["Accept": "text/html"])
    #expect(nobody.header("Location") == "/sign-in?next=/donors")
    #expect(try await cast.clients.nobody.get("/donors").status == .unauthorized)
  }
}

/// A person at a desk with the page on which donors are found.
private struct FindingDesk {
  private let cast: Cast
  private let cookie: String
  private let path: String
  private var proof = ""

  init(_ cast: Cast, _ role: Role, _ language: Language) async throws {
    self.cast = cast
    path = "/donors?lang=\(language.rawValue)"
    let person = try await cast.world.person(
      "\(role.rawValue)@example.kz", [GrantDraft(role: role, site: nil)])
    cookie = try await cast.signIn(person).cookie
    let match = try await page().text.firstMatch(of: /name="proof" value="([^"]+)"/)
    proof = String(try #require(match).1)
  }

  func page() async throws -> TestResponse {
    try await cast.clients.nobody.get(path, ["Cookie": cookie, "Accept": "text/html"])
  }

  func find(_ words: String, proof: String? = nil) async throws -> TestResponse {
    let fields = [("proof", proof ?? self.proof), ("q", words)].map { name, value in
      "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
    }
    return try await cast.clients.nobody.send(
      .post, path, fields.joined(separator: "&"),
      headers: ["Content-Type": Cast.form, "Cookie": cookie, "Sec-Fetch-Site": "same-origin"])
  }
}
