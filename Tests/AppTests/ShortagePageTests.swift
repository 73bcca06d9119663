import Foundation
import Testing

@testable import App
@testable import Domain

/// The shortage page, from a report to its text.
struct ShortagePageTests {
  private let now = Date(timeIntervalSince1970: 1_790_000_000)
  private let policy: Policy
  private let pages: Pages
  private let books: Phrasebooks

  init() throws {
    policy = try PolicyDocument(named: "kz").policy
    pages = try Pages.shipped.get()
    books = try Phrasebooks.shipped.get()
  }

  /// A report in which O− is short and waited for, B− shorter, and nobody asks for AB+.
  private var report: ShortageReport {
    func demand(_ group: BloodGroup) -> Int {
      group == .abPositive ? 0 : group == .bNegative ? 280 : 140
    }
    let today = Day(now, in: .gmt)
    let facts = ShortageFacts(
      stock: BloodGroup.allCases.map { group in
        ShortageFacts.StockCell(
          bloodGroup: group, state: .available, expiresOn: today.adding(days: 6), daysLeft: 6,
          units: group == .oNegative || group == .bNegative ? 9 : 90)
      },
      quarantine: [],
      demand: BloodGroup.allCases.map {
        ShortageFacts.DemandCell(bloodGroup: $0, d7: demand($0) / 4, d28: demand($0), d90: 0)
      },
      waiting: [
        ShortageFacts.WaitingCell(
          bloodGroup: .oNegative, urgency: .urgent, requests: 3, unmetUnits: 4,
          oldestSince: now - 7200)
      ],
      phases: [])
    return ShortageReport(
      at: now, place: "KZ-75", component: .redCells, policy: policy,
      rows: facts.lines(for: BloodGroup.allCases, of: .redCells, on: today, under: policy))
  }

  private func page(in language: Language) -> ShortagePage {
    ShortagePage(report, bands: policy.phaseBands.value, at: now, in: books[language])
  }

  private func html(in language: Language) throws -> String {
    let frame = PageFrame(
      language: language.rawValue, languages: [], style: pages.styleAddress, signedIn: true)
    let reply = try pages.render(
      page(in: language), template: "shortages", frame: frame, words: books[language])
    guard case .bytes(let bytes) = reply.body else { return "" }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func `the summary begins with the group that lasts the shortest`() {
    #expect(page(in: .kk).short.map(\.label) == ["B(III) Rh−", "O(I) Rh−"])
  }

  @Test func `the table keeps the order of the groups`() {
    #expect(page(in: .kk).rows.map(\.label) == BloodGroup.allCases.map(\.label))
  }

  @Test(
    arguments: [
      (Language.kk, "1,8 тәулікке жетеді; күтудегі өтінімдер: 3 шұғыл; жетпейтін доза: 4"),
      (.ru, "хватит на 1,8 суток; ждут заявки: срочных: 3; не хватает доз: 4"),
      (.en, "enough for 1.8 days; requests waiting: 3 urgent; units unmet: 4"),
    ])
  func `a short group is told in one sentence`(language: Language, sentence: String) {
    #expect(page(in: language).short.last?.sentence == sentence)
  }

  @Test func `a group nobody asks for is neither short nor endless`() throws {
    let row = try #require(page(in: .ru).rows.last)
    #expect(row.bar == nil)
    #expect(row.phase.word == "Нет спроса")
  }

  @Test func `phases differ in shape and word, not in colour alone`() {
    let marks = Phase.allCases.map { PhaseMark($0, in: books[.kk]) }
    #expect(Set(marks.map(\.sign)).count == marks.count)
    #expect(Set(marks.map(\.word)).count == marks.count)
  }

  @Test(arguments: Language.allCases)
  func `a page has neither style nor script of its own`(language: Language) throws {
    let html = try html(in: language)
    #expect(html.contains("<html lang=\"\(language.rawValue)\">"))
    #expect(!html.contains("style=") && !html.contains("<script") && !html.contains("<style"))
  }

  @Test(arguments: Language.allCases)
  func `a page has no gap that was left open`(language: Language) throws {
    #expect(try !html(in: language).contains(/\{[a-z_]+\}/))
  }

  @Test func `bounds that are no law yet are called a draft`() throws {
    #expect(report.profileLegalStatus == .draft)
    #expect(page(in: .en).draft?.contains("3-2-1") == true)
  }

  @Test(arguments: [(0.0, 0, false), (3.0, 61, false), (6.0, 122, false), (34.3, 122, true)])
  func `the bar is drawn to scale and ends in an arrow`(
    days: Double, width: Int, more: Bool
  ) {
    let bar = SupplyBar(days, bands: policy.phaseBands.value, id: "bar", in: books[.en])
    #expect(bar.width == width)
    #expect(bar.more == more)
    #expect(bar.marks == [21, 42, 62])
  }

  @Test func `days of supply are never rounded up`() {
    let writing = Writing(language: .ru)
    #expect(writing.days(2.96) == "2,9")
    #expect(writing.days(23 * 28 / 280.0) == "2,3")
  }

  @Test func `what somebody typed stays text`() throws {
    struct Typed: Sendable {
      let next = "/shortages?\"><script>"
      let wrong = true
    }
    let reply = try pages.render(
      Typed(), template: "sign_in",
      frame: PageFrame(language: "en", languages: [], style: "", signedIn: false),
      words: books[.en])
    guard case .bytes(let bytes) = reply.body else { return }
    #expect(!String(decoding: bytes, as: UTF8.self).contains("<script"))
  }

  @Test func `a form is read as browsers post it`() {
    let form = FormBody(Array("token=a%2Bb+c&next=%2Fshortages%3Flang%3Dkk&empty".utf8))
    #expect(form["token"] == "a+b c")
    #expect(form["next"] == "/shortages?lang=kk")
    #expect(form["empty"] == "")
    #expect(form["missing"] == nil)
  }
}
