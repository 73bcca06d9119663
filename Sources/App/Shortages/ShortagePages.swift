import Domain
import Foundation
import HTTPTypes
import Store

/// The shortage report for people, and the style of all pages.
enum ShortagePages {
  static let endpoints: [Endpoint] = [
    // Anyone may ask: who has not signed in is shown the way.
    // Whoever signed in sees more than others.
    .get("/shortages", .anyone, show).openToOneFactor(false),
    .get("/assets/tamshy.css", .anyone, style),
  ]

  private static let readers = Endpoint.Access.roles(
    [.coordinator, .recruiter, .laboratory, .driveStaff])

  /// `GET /shortages?component=&region=&lang=`.
  @Sendable static func show(_ call: Call) async throws -> Reply {
    let (component, region): (Component?, String?) = try call.parameters { query in
      _ = query.choice("lang") as Language?
      return (query.choice("component"), query.regionOrAll("region"))
    }
    guard call.sender != nil else {
      guard call.acceptsPages else { throw Unauthenticated() }
      return SignIn.invitation(call)
    }
    let caller = try call.actor(among: readers)
    let question = ShortageQuestion(
      component: component ?? .redCells, region: region, authority: caller.authority)
    let report = try await call.registry.shortages(question, at: call.now)
    return try page(report, call, isBound: caller.authority.region != nil)
  }

  /// `GET /assets/tamshy.css`.
  @Sendable static func style(_ call: Call) async throws -> Reply {
    Reply(
      .ok, call.service.pages.style, type: MediaType.css,
      headers: [.cacheControl: "public, max-age=86400"])
  }

  private static func page(
    _ report: ShortageReport, _ call: Call, isBound: Bool
  ) throws -> Reply {
    let language = call.pageLanguage
    let book = call.service.books[language]
    var content = ShortagePage(
      report, bands: call.registry.policy.phaseBands.value, at: call.now, in: book)
    content.chosenLanguage = call.chosenLanguage?.rawValue
    content.mayChooseRegion = !isBound
    return try call.service.pages.render(
      content, template: "shortages", frame: call.frame(in: language, query: call.query),
      words: book)
  }
}

extension QueryParameters {
  /// The code of a region; empty, as the form sends it, asks for the whole country.
  fileprivate func regionOrAll(_ name: String) -> String? {
    let region = value(name, code: "region_unknown") {
      $0.isEmpty ? $0 : Regions.known.member($0)
    }
    return region.flatMap { $0.isEmpty ? nil : $0 }
  }
}

extension Call {
  /// Whether a browser asks, which can show a form.
  var acceptsPages: Bool { headers[.accept]?.contains("text/html") ?? false }
}
