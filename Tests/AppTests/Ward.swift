import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Logging
import Store
import Synchronization
import Testing

@testable import App
@testable import TestSupport

/// A hospital whose people sign in at an issuer of its own, and one of them.
struct Ward: Sendable {
  let issuer: TestIssuer
  let cast: Cast
  let person: Person
  private let clock: Clock
  private let options: ServiceOptions

  static let subject = "f:8f7d3c52:aigul"

  private final class Clock: Sendable {
    let now: Mutex<Date>
    init(_ now: Date) { self.now = Mutex(now) }
  }

  /// Lends a hospital, its service and its issuer.
  static func play(
    speaksTLS: Bool = false, logger: Logger? = nil,
    _ change: @escaping @Sendable (inout OpenIDSettings) -> Void = { _ in },
    _ body: @escaping @Sendable (Ward) async throws -> Void
  ) async throws {
    try await TestIssuer.lend { issuer in
      var settings = try OpenIDSettings(
        issuer: issuer.address, clientID: TestIssuer.client, clientSecret: TestIssuer.secret)
      settings.patience = .seconds(20)
      change(&settings)
      var options = ServiceOptions()
      options.openID = settings
      options.speaksTLS = speaksTLS
      try await World.lend { [options] world in
        let clock = Clock(world.now)
        try await Client.lend(
          world, clock: { clock.now.withLock { $0 } }, options: options, logger: logger
        ) { clients in
          let cast = try await Cast(world, clients)
          let person = try await world.person()
          _ = try await world.registry.link(
            world.command(
              world.admin,
              AccountChange(
                person.id, OpenIDSubject(issuer: issuer.address, subject: subject))))
          try await body(
            Ward(issuer: issuer, cast: cast, person: person, clock: clock, options: options))
        }
      }
    }
  }

  /// The same hospital at another server over the same database.
  func elsewhere(_ body: @escaping @Sendable (Ward) async throws -> Void) async throws {
    try await Client.lend(
      cast.world, clock: { clock.now.withLock { $0 } }, options: options
    ) { clients in
      let cast = try await Cast(cast.world, clients)
      try await body(
        Ward(issuer: issuer, cast: cast, person: person, clock: clock, options: options))
    }
  }

  /// Lets time pass, here and at the issuer.
  func wait(_ seconds: TimeInterval) {
    clock.now.withLock { $0 += seconds }
    issuer.behave { $0.now += seconds }
  }

  /// A browser that left for the issuer.
  struct Leaving: Sendable {
    let cookie: String
    let question: [String: String]
  }

  /// A browser leaves for the issuer.
  func leave(_ next: String = "/shortages", lang: String = "en") async throws -> Leaving {
    let answer = try await get(
      "/sign-in/oidc?next=\(next.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
        + "&lang=\(lang)")
    #expect(answer.status == .seeOther, "\(answer.text)")
    let place = try #require(answer.header("Location").flatMap(URLComponents.init(string:)))
    #expect(place.path == "/authorize")
    let question = Dictionary(
      (place.queryItems ?? []).map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { $1 })
    return Leaving(cookie: answer.cookie, question: question)
  }

  /// It comes back with what the issuer gave it.
  func comeBack(
    with answer: [String: String], _ cookie: String
  ) async throws -> TestResponse {
    let query = answer.map { name, value in
      "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
    }
    return try await get("/sign-in/oidc/callback?" + query.joined(separator: "&"), cookie)
  }

  /// The whole way there and back.
  func signIn(_ subject: String = subject) async throws -> TestResponse {
    let leaving = try await leave()
    let answer = try #require(issuer.signIn(subject, asked: leaving.question))
    return try await comeBack(with: answer, leaving.cookie)
  }

  /// Asks as a browser does that comes from the issuer's site, or that leaves this one.
  func get(_ path: String, _ cookie: String = "") async throws -> TestResponse {
    try await cast.clients.nobody.get(
      path,
      [
        "Cookie": cookie, "Accept": "text/html", "Accept-Language": "en",
        "Sec-Fetch-Site": path.hasPrefix("/sign-in/oidc/callback") ? "cross-site" : "same-origin",
      ])
  }

  /// How many sessions there are.
  func sessions() async throws -> Int { try await cast.world.count("sessions") }
}

/// What a page of a failure says: its status, and its code at the bottom.
func expectPage(
  _ answer: TestResponse, _ status: HTTPResponse.Status, _ code: String, _ what: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let words = try Phrasebook(.en)("code.\(code)")
  #expect(answer.status == status, "\(what) \(answer.text)", sourceLocation: sourceLocation)
  #expect(answer.text.contains(code), "\(what)", sourceLocation: sourceLocation)
  #expect(
    answer.text.contains(words.prefix { $0 != "'" }), "\(what)", sourceLocation: sourceLocation)
  #expect(answer.header("Set-Cookie") == nil, "\(what)", sourceLocation: sourceLocation)
}
