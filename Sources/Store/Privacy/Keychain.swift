import Domain
import FoundationEssentials
import Synchronization

/// The keys that a server has at this moment.
///
/// They are looked at again every few seconds, and at once when a value was made by a
/// key that is not among them: so a new key reaches every server while it serves.
package final class Keychain: Sendable {
  private let state: Mutex<State>
  private let reload: @Sendable () throws -> KeyRing

  private struct State {
    var ring: KeyRing?
    var lookedAt: ContinuousClock.Instant
  }

  /// How long a server may work with keys that are no longer the newest.
  package static let delay: Duration = .seconds(2)

  /// Keeps keys, and asks `reload` for them again now and then.
  package init(_ ring: KeyRing, reload: @escaping @Sendable () throws -> KeyRing) {
    state = Mutex(State(ring: ring, lookedAt: .now))
    self.reload = reload
  }

  /// Keeps keys that never change.
  package convenience init(_ ring: KeyRing) { self.init(ring) { ring } }

  private init() {
    state = Mutex(State(ring: nil, lookedAt: .now))
    reload = { throw KeyRefusal.missing }
  }

  /// No keys: identity numbers and telephones are neither taken nor shown.
  package static let none = Keychain()

  /// The keys, or nil where there are none.
  package var ring: KeyRing? {
    state.withLock { state in
      if state.ring != nil, state.lookedAt.duration(to: .now) > Self.delay { look(&state) }
      return state.ring
    }
  }

  /// The keys.
  ///
  /// - Throws: ``KeyRefusal`` where there are none.
  func required() throws -> KeyRing {
    guard let ring else { throw KeyRefusal.missing }
    return ring
  }

  /// Does something with the keys, and once more with fresh ones if a key was missing.
  func use<T>(_ body: (KeyRing) throws -> T) throws -> T {
    do {
      return try body(required())
    } catch SealFailure.keyUnknown {
      state.withLock { look(&$0) }
      return try body(required())
    }
  }

  /// A file that cannot be read at this moment leaves the keys as they were.
  private func look(_ state: inout State) {
    state.lookedAt = .now
    guard state.ring != nil, let ring = try? reload() else { return }
    state.ring = ring
  }
}

/// Why an identity number or a telephone is not taken.
package enum KeyRefusal: Refusal {
  /// This server was started without keys.
  case missing

  package var code: String {
    switch self {
    case .missing: "identity_keys_missing"
    }
  }
}
