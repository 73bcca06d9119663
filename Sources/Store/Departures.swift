import Domain
package import FoundationEssentials
import Postgres
import SQL

/// A browser that went to sign in at the issuer: what to do when it comes back.
package struct Departure: Codable, Sendable, Hashable {
  /// Where it wanted to go within this site.
  package var destination: String
  /// In which language its reader chose to be addressed.
  package var language: String?

  /// Collects the entries.
  package init(destination: String, language: String?) {
    self.destination = destination
    self.language = language
  }

  /// How long somebody may take to sign in at the issuer: ten minutes.
  package static let lifetime: TimeInterval = 600
}

extension Registry {
  /// Notes a browser that leaves, by the secret that its cookie holds.
  package func depart(
    _ departure: Departure, with cookie: Token, at now: Date
  ) async throws {
    try await store.write(as: .system) { db in
      _ = try db.run(
        .insertDeparture, cookie.digest, departure.destination, departure.language,
        now + Departure.lifetime)
    }
  }

  /// The departure of a browser that comes back; nil when it was here already, or took
  /// too long.
  package func arrive(with cookie: Token, at now: Date) async throws -> Departure? {
    try await store.write(as: .system) { db in
      try db.first(.takeDeparture, cookie.digest, now, as: Departure.self)
    }
  }
}
