import Domain
import Foundation
import HTTPTypes
import Store

/// Finding a donor, for people: what is typed stands in no address.
enum FindingPages {
  static let endpoints: [Endpoint] = [
    // Anyone may ask: who has not signed in is shown the way.
    .get("/donors", .anyone, show).openToOneFactor(false),
    .post("/donors", Donors.finders, find).charged(as: .search),
  ]

  /// `GET /donors?lang=`.
  @Sendable static func show(_ call: Call) async throws -> Reply {
    try call.parameters { query in _ = query.choice("lang") as Language? }
    guard call.sender != nil else {
      guard call.acceptsPages else { throw Unauthenticated() }
      return SignIn.invitation(call)
    }
    _ = try call.actor(among: Donors.finders)
    return try page(call) { _ in FindingPage() }
  }

  /// `POST /donors?lang=`: whose number was typed or read by a scanner is shown at once.
  @Sendable static func find(_ call: Call) async throws -> Reply {
    try call.parameters { query in _ = query.choice("lang") as Language? }
    let form = FormBody(call.body)
    try SignIn.requireProof(call, form)
    let typed = form["q"] ?? ""
    switch PlainText.read(typed, atMost: 200) {
    case .failure(let mistake):
      // Nothing typed is no mistake of its own: there is nothing to look for.
      let problem = FieldProblem(
        "/q", mistake.code == "empty" ? "query_without_letters" : mistake.code,
        facts: mistake.facts)
      return try refused(problem, typed, call)
    case .success(let words):
      if let problem = DonorSearch.problem(in: words, at: "/q") {
        return try refused(problem, words, call)
      }
      return try await found(words, call)
    }
  }

  private static func found(_ words: String, _ call: Call) async throws -> Reply {
    let (search, reader) = (DonorSearch(typed: words), try call.actor())
    let limit = Donors.donorsOnAPage(search)
    let donors = try await call.registry.donors(
      search, page: Page(limit: limit), by: reader, at: call.now)
    let opens = call.sender?.actor(where: History.readers.admits) != nil
    if opens, search.isNumber, donors.count == 1 {
      return SignIn.redirect(to: address(of: donors[0].id, call))
    }
    return try page(call) { book in
      let lines = donors.map { donor in
        FindingPage.Line(donor, at: opens ? address(of: donor.id, call) : nil, in: book)
      }
      return FindingPage(words, lines, isFull: donors.count == limit)
    }
  }

  /// Where the story of a donor is, in the language that the reader chose.
  private static func address(of donor: ID<Donor>, _ call: Call) -> String {
    Address.of("/donors/\(donor)", call.chosenLanguage.map { [("lang", $0.rawValue)] } ?? [])
  }

  private static func refused(
    _ problem: FieldProblem, _ typed: String, _ call: Call
  ) throws -> Reply {
    try page(call, status: .unprocessableContent) { book in
      FindingPage(typed, mistake: book("code.\(problem.code)", problem.facts))
    }
  }

  private static func page(
    _ call: Call, status: HTTPResponse.Status = .ok, _ content: (Phrasebook) -> FindingPage
  ) throws -> Reply {
    let language = call.pageLanguage
    let book = call.service.books[language]
    return try call.service.pages.render(
      content(book), template: "donors", frame: call.frame(in: language, query: call.query),
      words: book, status: status)
  }
}
