import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import App
@testable import Store
@testable import TestSupport

@Test func `a donor's story is told in pages, and the look at it is written down`() async throws {
  try await Cast.play { cast in
    let din = try await cast.world.donation()
    try await cast.world.determine(din, .oNegative)
    let donor = try await cast.staff.get("/v1/donations/\(din)")["donor_id"]?.text ?? ""
    let whole = try await cast.laboratory.get("/v1/donors/\(donor)/history")
    #expect(whole.status == .ok, "\(whole.text)")
    let kinds = Set(whole.items.compactMap { $0["kind"]?.text })
    #expect(kinds == ["registration", "visit", "donation", "determination"])
    let members: Set = ["kind", "id", "at", "day", "account", "site", "what"]
    #expect(whole.items.allSatisfy { $0.members == members })
    var (read, address) = ([JSONValue](), "/v1/donors/\(donor)/history?limit=2")
    while true {
      let page = try await cast.laboratory.get(address)
      read += page.items
      guard let cursor = page["next_cursor"]?.text else { break }
      #expect(page.header("Link")?.contains(cursor) == true)
      address = "/v1/donors/\(donor)/history?limit=2&cursor=\(cursor)"
    }
    #expect(read == whole.items)
    let table = try await cast.laboratory.get(
      "/v1/donors/\(donor)/history", ["Accept": "text/csv"])
    #expect(table.text.contains("what.din") && table.text.contains(din.text))
    let views = try await cast.auditor.get("/v1/audit?donor=\(donor)").items
      .filter { $0["kind"] == "donor.viewed" }
    #expect(!views.isEmpty, "whoever reads the story has looked at the donor")
    let made = [
      HistoryPlace(at: Date(timeIntervalSince1970: 1e300), kind: .visit, id: "0"),
      HistoryPlace(at: Date(timeIntervalSince1970: -9e10), kind: .visit, id: "0"),
      HistoryPlace(at: cast.world.now, kind: .visit, id: "a\u{0}"),
      HistoryPlace(at: cast.world.now, kind: .visit, id: ""),
    ]
    for wrong in try ["cursor=x", "limit=0", "before=1"]
      + made.map({ "cursor=" + (try Cursor.encode($0)) })
    {
      let answer = try await cast.laboratory.get("/v1/donors/\(donor)/history?\(wrong)")
      #expect(answer.status == .badRequest, "\(wrong)")
    }
  }
}

@Test func `an account that audits as well is told who looked, unless it insists on one grant`()
  async throws
{
  try await Cast.play { cast in
    let donor = try await cast.world.donor()
    _ = try await cast.staff.get("/v1/donors/\(donor)")
    let person = try await cast.world.person(
      "both@example.kz",
      [
        GrantDraft(role: .laboratory, site: cast.world.centre.id),
        GrantDraft(role: .auditor, site: nil),
      ])
    let cookie = try await cast.enter(person, next: "/shortages").cookie
    func kinds(_ headers: [String: String] = [:]) async throws -> [String] {
      let answer = try await cast.clients.nobody.get(
        "/v1/donors/\(donor)/history", headers.merging(["Cookie": cookie]) { $1 })
      #expect(answer.status == .ok, "\(answer.text)")
      return answer.items.compactMap { $0["kind"]?.text }
    }
    #expect(try await kinds().contains("view"))
    let grant = try await cast.world.registry.account(person.id).grants
      .first { $0.role == .laboratory }?.id
    #expect(try await !kinds(["Tamshy-Grant": grant?.description ?? ""]).contains("view"))
    let others = try await cast.laboratory.get("/v1/donors/\(donor)/history").items
    #expect(!others.contains { $0["kind"] == "view" })
  }
}

@Test func `a flag given by hand is taken back once and kept`() async throws {
  try await Cast.play { cast in
    let donor = try await cast.world.donor()
    let flag = try await cast.laboratory.post(
      "/v1/donors/\(donor)/rare-flags", #"{"reason": "anti-Vel in the family"}"#)
    let path = "/v1/rare-flags/\(flag["id"]?.text ?? "")"
    let ended = try await cast.laboratory.post("\(path)/ending", #"{"reason": "typed anew"}"#)
    #expect(ended["end_reason"] == "typed anew" && ended["ended_at"] != .null)
    let again = try await cast.laboratory.post("\(path)/ending", #"{"reason": "again"}"#)
    #expect(again.code == "rare_flag_already_ended")
    let kept = try await cast.laboratory.get("/v1/donors/\(donor)/rare-flags").items
    #expect(kept == [ended.value])
    for client in [cast.staff, cast.recruiter] {
      #expect(try await client.get(path).status == .forbidden)
    }
  }
}
