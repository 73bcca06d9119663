import Domain
import Foundation
import Store

/// A donor's whole story for people.
enum DonorPages {
  static let endpoints: [Endpoint] = [
    // Anyone may ask: who has not signed in is shown the way.
    // Whoever signed in sees more than others.
    .get("/donors/{donor}", .anyone, show).openToOneFactor(false)
  ]

  /// `GET /donors/{donor}?cursor=&lang=`.
  @Sendable static func show(_ call: Call) async throws -> Reply {
    let before: HistoryPlace? = try call.parameters { query in
      _ = query.choice("lang") as Language?
      return query.historyPlace()
    }
    guard call.sender != nil else {
      guard call.acceptsPages else { throw Unauthenticated() }
      return SignIn.invitation(call)
    }
    let reader = try call.actor(among: History.readers)
    let question = try History.question(call, reader, before: before, limit: length + 1)
    // That somebody looked is written down before anything is shown.
    let donor = try await call.registry.donor(question.donor, by: reader, at: call.now)
    let entries = try await call.registry.history(question, by: reader, at: call.now)
    let language = call.pageLanguage
    let book = call.service.books[language]
    var content = DonorPage(donor, Array(entries.prefix(length)), in: book)
    if entries.count > length, let last = entries.prefix(length).last {
      let chosen = call.chosenLanguage.map { [("lang", $0.rawValue)] } ?? []
      content.older = Address.of(
        call.path, [("cursor", try Cursor.encode(last.place))] + chosen)
    }
    return try call.service.pages.render(
      content, template: "donor", frame: call.frame(in: language, query: call.query), words: book)
  }

  /// How many lines a page has: a few sheets of paper.
  private static let length = 50
}
