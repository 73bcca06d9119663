import Argon2
import Crypto
import Dispatch
package import Domain
import Foundation
import Synchronization

/// A password as somebody typed it, in NFC, so that every keyboard spells it alike.
package struct Password: Sendable, Hashable {
  let text: String

  /// Takes what was typed; blanks at its ends belong to it.
  package init(_ text: String) { self.text = text.precomposedStringWithCanonicalMapping }

  /// What is wrong with it as a new password of somebody, as far as it can be seen at once.
  package func mistake(
    for login: LoginName, of name: String = "", among guesses: FirstGuesses
  ) -> PasswordMistake? {
    PasswordRule.mistake(in: text, for: login.text, among: guesses.adding([name]))
  }

  /// Whether it was stolen somewhere and published.
  ///
  /// - Throws: when the file cannot be read.
  package func isAmong(_ breached: BreachedPasswords) async throws -> Bool {
    try await breached.contain(text)
  }
}

/// The name by which a person signs in: in NFC and lower case, without blanks.
package struct LoginName: Sendable, Hashable {
  package let text: String

  /// Folds what was typed.
  package init(_ typed: String) {
    text = typed.trimmingCharacters(in: .whitespacesAndNewlines)
      .precomposedStringWithCompatibilityMapping.lowercased()
  }

  /// Whether an account can have it.
  package var isUsable: Bool {
    (3...200).contains(text.count) && text.utf8.count <= 800
      && text.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || $0.properties.numericType != nil
          || ".@_-+".contains(Character($0))
      }
  }
}

/// More people sign in at once than passwords can be checked.
package struct TooManyPasswords: Error, Sendable, Hashable {}

/// Hashes passwords, few at a time: each takes 19 MiB and tens of milliseconds.
///
/// The work is done on threads of its own, so that requests of others go on.
package final class PasswordHasher: Sendable {
  /// Hashes at once, and callers that may wait for their turn.
  static let width = 4
  static let queue = 64

  private let work = DispatchQueue(label: "tamshy.passwords", attributes: .concurrent)
  private let turns = Mutex(Turns(free: PasswordHasher.width))
  private let counted = Atomic<Int>(0)

  private struct Turns {
    var free: Int
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  /// How many hashes were computed so far.
  package var computed: Int { counted.load(ordering: .relaxed) }

  /// How many wait for their turn.
  var waiting: Int { turns.withLock { $0.waiting.count } }

  /// The hash that is kept instead of the password.
  ///
  /// - Throws: ``TooManyPasswords`` when too many wait.
  package func hash(_ password: Password) async throws -> String {
    try await inTurn {
      let salt = SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) }
      return try Argon2.hash(Array(password.text.utf8), salt: salt, cost: .owasp)
    }
  }

  /// Whether the password is the one of a hash; without a hash the work is done all
  /// the same, so that the time does not tell who has an account.
  ///
  /// - Throws: ``TooManyPasswords`` when too many wait.
  package func verify(_ password: Password, against hash: String?) async throws -> Bool {
    try await inTurn {
      let fits = try Argon2.verify(
        Array(password.text.utf8), against: hash ?? Self.hashOfNobody)
      return fits && hash != nil
    }
  }

  /// Whether a hash was made with other parameters than today's.
  static func isOutdated(_ hash: String) -> Bool { !hash.hasPrefix(Argon2.Cost.owasp.prefix) }

  /// A hash that no password has.
  private static let hashOfNobody =
    Argon2.Cost.owasp.prefix + "bm8gYWNjb3VudCBoZXJl$" + String(repeating: "A", count: 43)

  private func inTurn<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    guard await enter() else { throw TooManyPasswords() }
    defer { leave() }
    counted.add(1, ordering: .relaxed)
    return try await withCheckedThrowingContinuation { continuation in
      work.async { continuation.resume(with: Result { try body() }) }
    }
  }

  /// Waits for a turn; false when too many wait.
  func enter() async -> Bool {
    enum Place { case inside, outside, queued }
    var isAdmitted = true
    await withCheckedContinuation { continuation in
      let place = turns.withLock { turns -> Place in
        if turns.free > 0 {
          turns.free -= 1
          return .inside
        }
        guard turns.waiting.count < Self.queue else { return .outside }
        turns.waiting.append(continuation)
        return .queued
      }
      if place == .outside { isAdmitted = false }
      if place != .queued { continuation.resume() }
    }
    return isAdmitted
  }

  /// Gives the turn to whoever waits longest.
  func leave() {
    let next = turns.withLock { turns -> CheckedContinuation<Void, Never>? in
      guard turns.waiting.isEmpty else { return turns.waiting.removeFirst() }
      turns.free += 1
      return nil
    }
    next?.resume()
  }
}
