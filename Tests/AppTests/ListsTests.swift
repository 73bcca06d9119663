import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import App
@testable import TestSupport

@Test func `pages show every record once, also while others are added`() async throws {
  try await Cast.play { cast in
    let first = try await plan(cast, 23)
    var seen: [String] = []
    var later: Set<String> = []
    var path = "/v1/drives?limit=5"
    while true {
      let page = try await cast.staff.get(path)
      #expect(page.value.members == ["items", "next_cursor"])
      seen += page.items.compactMap { $0["id"]?.text }
      guard let cursor = page["next_cursor"]?.text else { break }
      #expect(page.items.count == 5)
      path = "/v1/drives?limit=5&cursor=\(cursor)"
      if later.count < 3 { later.formUnion(try await plan(cast, 1)) }
    }
    #expect(Set(seen).count == seen.count, "no record twice")
    #expect(first.isSubset(of: seen), "no record left out")
    #expect(Set(seen).isSubset(of: first.union(later)))
  }
}

@Test func `a Link leads through the units, with the wishes of the first page`() async throws {
  try await Cast.play { cast in
    for _ in 1...5 { _ = try await cast.world.unit(.oPositive) }
    _ = try await cast.world.unit(.oNegative)
    var seen: [String] = []
    var path: String? = "/v1/units?limit=2&group=O%2B"
    while let here = path {
      let page = try await cast.coordinator.get(here)
      #expect(page.status == .ok, "\(here)")
      #expect(page.items.allSatisfy { $0["blood_group"] == "O+" })
      seen += page.items.compactMap { $0["id"]?.text }
      #expect((page.header("Link") == nil) == (page["next_cursor"] == .null))
      path = page.header("Link").flatMap { link in
        link.wholeMatch(of: /<(.*)>; rel="next"/).map { String($0.1) }
      }
    }
    #expect(seen.count == 5)
    #expect(Set(seen).count == 5)
  }
}

@Test(arguments: ["0", "-1", "201", "1.5", "all", "", "99999999999999999999", "1e2", "%D9%A1"])
func `a limit is a whole number from 1 to 200`(limit: String) async throws {
  try await Cast.play { cast in
    let answer = try await cast.staff.get("/v1/donors?limit=\(limit)")
    #expect(answer.status == .badRequest)
    #expect(answer.complaints == ["?limit out_of_range"])
  }
}

@Test func `limits of 1 and 200 are kept`() async throws {
  try await Cast.play { cast in
    _ = try await plan(cast, 2)
    #expect(try await cast.staff.get("/v1/drives?limit=1").items.count == 1)
    #expect(try await cast.staff.get("/v1/drives?limit=200").items.count == 2)
    #expect(try await cast.staff.get("/v1/drives?limit=2")["next_cursor"] == .null)
  }
}

@Test(arguments: [
  "x", "%00", "eyJ9", "bnVsbA", "MTIz", "WzFd", "e30", "8J-YgA", "....",
  #"{"expiresAt":1e300,"id":"01a1ee56-5e00-77c7-9eae-c2f5840033cd"}"#,
  #"{"expiresAt":-1e300,"id":"01a1ee56-5e00-77c7-9eae-c2f5840033cd"}"#,
  #"{"expiresAt":0,"id":"none"}"#,
])
func `a cursor that is none of ours is refused`(cursor: String) async throws {
  try await Cast.play { cast in
    let text =
      cursor.hasPrefix("{")
      ? Data(cursor.utf8).base64EncodedString().replacing("=", with: "") : cursor
    for path in ["/v1/units", "/v1/donors", "/v1/sites", "/v1/requests"] {
      let client = path == "/v1/donors" ? cast.staff : cast.coordinator
      let answer = try await client.get("\(path)?cursor=\(text)")
      #expect((400..<500).contains(answer.status.code), "\(path): \(answer.text)")
    }
  }
}

@Test func `donors are found in any spelling, by number and by telephone`() async throws {
  try await Cast.play { cast in
    let donor = try await cast.staff.post(
      "/v1/donors",
      """
      {"family_name": "Қайратқызы", "given_name": "Әлия", "sex": "female", "iin": "960229600013", "iin_mismatch_reason": "so",
       "birth_date": "1990-05-17", "phone": "+7 701 111 22 33"}
      """)
    let number = try #require(donor["donor_number"]?.integer)
    #expect(donor["iin"]?.text?.hasSuffix("•13") == true)
    #expect(donor["iin"]?.text?.contains("9602") == false, "the rest stays hidden")
    for words in [
      "Қайратқызы", "кайраткызы", "КАЙРАТҚЫЗЫ Алия", "\(number)", "8 (701) 111-22-33",
      "960229600013", "кай",
    ] {
      let escaped = try #require(words.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
      let found = try await cast.staff.get("/v1/donors?q=\(escaped)")
      #expect(found.items.map { $0["id"] } == [donor["id"]], "\(words)")
      let unseen = try await cast.staff.post("/v1/donor-searches", #"{"q": "\#(words)"}"#)
      #expect(unseen.items.map { $0["id"] } == [donor["id"]], "\(words)")
      #expect(unseen.header("Link") == nil)
    }
    for words in ["Қайрат%25", "1%5C", "1_", "1", "%27a", "нет%20такой"] {
      let found = try await cast.staff.get("/v1/donors?q=\(words)")
      #expect(found.status == .ok, "\(words)")
    }
    #expect(try await cast.staff.get("/v1/donors?q=%00").status == .badRequest)
    for body in [#"{"q": "---"}"#, #"{"q": ""}"#, #"{"q": 5}"#, "{}", #"{"q": "a", "limit": 0}"#] {
      let answer = try await cast.staff.post("/v1/donor-searches", body)
      #expect(answer.status == .unprocessableContent, "\(body)")
    }
  }
}

@Test func `a search in the body goes through every page without a word in an address`()
  async throws
{
  try await Cast.play { cast in
    for _ in 1...5 { _ = try await cast.world.donor("Бірдейұлы") }
    var seen: [JSONValue] = []
    var cursor = "null"
    repeat {
      let page = try await cast.staff.post(
        "/v1/donor-searches", #"{"q": "бірдей", "limit": 2, "cursor": \#(cursor)}"#)
      seen += page.items.compactMap { $0["id"] }
      cursor = page["next_cursor"]?.text.map { #""\#($0)""# } ?? "null"
    } while cursor != "null"
    #expect(seen.count == 5 && Set(seen.compactMap(\.text)).count == 5)
  }
}

/// Plans drives; answers their ids.
private func plan(_ cast: Cast, _ count: Int) async throws -> Set<String> {
  var ids: Set<String> = []
  for _ in 1...count {
    ids.insert(try await cast.world.drive(open: false).description)
  }
  return ids
}
