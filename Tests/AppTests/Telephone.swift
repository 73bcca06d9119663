import Domain
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Synchronization

@testable import App
@testable import Store
@testable import TestSupport

/// A clock that a test moves.
final class Clock: Sendable {
  private let time: Mutex<Date>
  init(_ start: Date) { time = Mutex(start) }
  var now: Date { time.withLock { $0 } }
  func pass(_ seconds: TimeInterval) { time.withLock { $0 += seconds } }
}

/// Lends a cast at the beginning of a half minute, and the clock by which it plays.
func playAtLeisure(
  options: ServiceOptions = ServiceOptions(),
  _ body: @escaping @Sendable (Cast, Clock) async throws -> Void
) async throws {
  try await World.lend { world in
    let seconds = (world.now.timeIntervalSince1970 / 30).rounded(.up) * 30
    let clock = Clock(Date(timeIntervalSince1970: seconds))
    try await Client.lend(world, clock: { clock.now }, options: options) { clients in
      try await body(try await Cast(world, clients), clock)
    }
  }
}

extension World {
  /// Gives somebody a second factor: what his telephone has, and the codes of his sheet.
  @discardableResult
  func secondFactor(
    of person: Person, at time: Date? = nil
  ) async throws -> (OneTimeSecret, [String]) {
    let (actor, time) = (
      Actor(account: person.id, authority: Authority(role: .coordinator)), time ?? now
    )
    let session = try await session(of: person, at: time)
    let made = try await registry.makeSecondFactor(
      command(
        actor, at: time, SecondFactorStep(current: Password(person.password), in: session)))
    let text = try JSONValue(json: Array(made.body.utf8))["secret"]?.text ?? ""
    let secret = OneTimeSecret(base32: text)
    let confirmed = try await registry.confirmSecondFactor(
      command(
        actor, at: time,
        SecondFactorStep(code: SecondFactorCode(secret.code(at: time)), in: session)))
    let codes = try JSONValue(json: Array(confirmed.body.utf8))["recovery_codes"]?.elements ?? []
    return (secret, codes.compactMap(\.text))
  }
}

extension OneTimeSecret {
  /// Reads what a telephone is told.
  init(base32 text: String) {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    let bits = text.flatMap { letter in
      let value = alphabet.firstIndex(of: letter) ?? 0
      return (0..<5).map { UInt8(value >> (4 - $0) & 1) }
    }
    self.init(
      bytes: Data(
        stride(from: 0, to: bits.count - 7, by: 8).map { start in
          bits[start..<(start + 8)].reduce(0) { $0 << 1 | $1 }
        }))
  }

  /// What the telephone shows.
  func code(at time: Date) -> String {
    code(in: Int((time.timeIntervalSince1970 / 30).rounded(.down)))
  }

  /// What it does not show, nor showed a moment ago.
  func another(at time: Date) -> String {
    let taken = [code(at: time), code(at: time - 30)]
    return ["000000", "111111", "222222"].first { !taken.contains($0) } ?? ""
  }
}

/// A browser of somebody who has signed in.
struct Seat: Sendable {
  let cast: Cast
  let cookie: String

  /// Sends a form of the contract.
  func post(
    _ path: String, _ body: JSONValue, key: String = UUID().uuidString
  ) async throws -> TestResponse {
    try await cast.clients.nobody.send(
      .post, path, body.sent, key: key,
      headers: ["Cookie": cookie, "Sec-Fetch-Site": "same-origin"])
  }

  /// Reads something.
  func get(_ path: String) async throws -> TestResponse {
    try await cast.clients.nobody.get(path, ["Cookie": cookie])
  }

  /// Gives its owner a second factor, step by step: what his telephone has, and the answer
  /// to the confirmation.
  func enrol(_ person: Person, at time: Date) async throws -> (OneTimeSecret, TestResponse) {
    let made = try await post(
      "/v1/accounts/me/second-factor", ["current_password": .text(person.password)])
    let secret = OneTimeSecret(base32: made["secret"]?.text ?? "")
    let confirmed = try await post(
      "/v1/accounts/me/second-factor/confirmation", ["code": .text(secret.code(at: time))])
    return (secret, confirmed)
  }
}

extension Cast {
  /// Somebody's browser, after he signed in with a password alone.
  func seat(_ person: Person) async throws -> Seat {
    Seat(cast: self, cookie: try await signIn(person).cookie)
  }

  /// Somebody's browser, after another house vouched for him.
  func vouchedSeat(_ person: Person, at time: Date) async throws -> Seat {
    let token = try await world.registry.start(person.id, by: .oidc, instead: nil, at: time) { _ in
    }
    return Seat(cast: self, cookie: "tamshy_session=\(token.text)")
  }
}
