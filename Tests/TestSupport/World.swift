import App
package import Domain
package import Foundation
package import Postgres
package import Store
import Synchronization

/// A registry on a database of its own, with a centre, a hospital and people who
/// may act: everything a test does not want to talk about.
package struct World: Sendable {
  package let registry: Registry
  package let settings: DatabaseSettings
  /// The moment at which the test plays.
  package private(set) var now: Date
  package let centre: Site
  package let hospital: Hospital

  package let admin: Actor
  package let staff: Actor
  package let laboratory: Actor
  package let coordinator: Actor
  package let ward: Actor

  /// Lends a new world to a test, and ends it afterwards.
  package static func lend<T: Sendable>(
    at now: Date = Date(timeIntervalSince1970: 1_795_000_000),
    _ body: @Sendable (World) async throws -> T
  ) async throws -> T {
    try await Turnstile.worlds.pass {
      let settings = try await TestCluster.database()
      let result = try await lend(on: settings, at: now, body)
      try await TestCluster.drop(settings)
      return result
    }
  }

  /// The policy of every world, read once.
  private static let policy = Result { try PolicyDocument(named: "kz").policy }

  /// The keys of every world.
  package static var keys: KeyRing { get throws { try KeyRing(text: keysText) } }

  /// The keys as their file holds them.
  package static let keysText = """
    seal 1 MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=
    lookup 1 ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=
    """

  /// The same world, so many days later.
  package func later(days: Double) -> World {
    var world = self
    world.now = now + days * 86_400
    return world
  }

  /// Lends a new world on a migrated database that is the caller's.
  package static func lend<T: Sendable>(
    on settings: DatabaseSettings, at now: Date = Date(timeIntervalSince1970: 1_795_000_000),
    _ body: @Sendable (World) async throws -> T
  ) async throws -> T {
    let database = Database(settings)
    do {
      let result = try await body(try await World(database, settings, at: now))
      await database.shutdown()
      return result
    } catch {
      await database.shutdown()
      throw error
    }
  }

  private init(_ database: Database, _ settings: DatabaseSettings, at now: Date) async throws {
    self.settings = settings
    self.now = now
    registry = Registry(
      database: database, policy: try Self.policy.get(),
      keys: Keychain(try Self.keys))
    admin = Self.actor(.admin)
    centre = Site(
      id: .new(at: now), name: Wording("Centre"), kind: .centre, region: "KZ-71",
      timeZone: "Asia/Almaty", createdAt: now)
    _ = try await registry.add(Self.command(admin, now, centre))
    let answer = try await registry.add(
      Self.command(
        admin, now,
        HospitalDraft(
          name: Wording("Trauma centre"), region: "KZ-71", timeZone: "Asia/Almaty", bin: nil,
          siteId: nil)))
    hospital = try await registry.hospital(ID(answer.subject))
    staff = Self.actor(.driveStaff, at: centre)
    laboratory = Self.actor(.laboratory, at: centre)
    coordinator = Self.actor(.coordinator)
    ward = Actor(
      account: .new(at: now),
      authority: Authority(
        role: .hospital, siteId: hospital.siteId, siteKind: .hospital, region: "KZ-71"),
      entrance: .session)
  }

  /// Somebody who signed in and acts, at a site or for the whole country.
  package static func actor(_ role: Role, at site: Site? = nil) -> Actor {
    Actor(
      account: .new(at: Date()),
      authority: Authority(
        role: role, siteId: site?.id, siteKind: site?.kind, region: site?.region),
      entrance: .session)
  }

  /// A command with a key of its own.
  package static func command<Draft: Sendable>(
    _ actor: Actor, _ now: Date, key: String = UUID().uuidString,
    fingerprint: String = "test", _ draft: Draft
  ) -> Command<Draft> {
    Command(actor: actor, key: key, fingerprint: fingerprint, at: now, draft: draft)
  }

  /// A command at the moment of this world.
  package func command<Draft: Sendable>(
    _ actor: Actor, at time: Date? = nil, key: String = UUID().uuidString,
    fingerprint: String = "test", _ draft: Draft
  ) -> Command<Draft> {
    Self.command(actor, time ?? now, key: key, fingerprint: fingerprint, draft)
  }

  /// A donation number nobody has used.
  package static func freshDIN() throws -> DonationNumber {
    let number = numbers.add(1, ordering: .relaxed).newValue
    return try DonationNumber(String(format: "A999926%06d", number))
  }

  private static let numbers = Atomic<Int>(0)
}
