import Domain
package import FoundationEssentials
import Postgres
import SQL

/// Why keys do not fit a database.
package enum KeyMismatch: Error, Sendable, Hashable, CustomStringConvertible {
  /// A key has the number of another one.
  case wrong(key: String)
  /// The database has values of keys that are not here.
  case absent(keys: [String])

  package var description: String {
    switch self {
    case .wrong(let key):
      "The key \(key) is not the one with which this database's identities were sealed. Nothing "
        + "was changed; give the right keys."
    case .absent(let keys):
      "This database's identities were sealed with keys that are not given: "
        + "\(keys.joined(separator: ", ")). Without them they cannot be read."
    }
  }
}

extension Registry {
  /// Whether this database has been used with keys.
  package func hasKeys() async throws -> Bool {
    try await !store.read(as: .system) { db in try db.rows(.privacyKeys, as: KeyProof.self) }
      .isEmpty
  }

  /// Compares keys with those the database knows, and makes new ones known to it.
  ///
  /// - Throws: ``KeyMismatch``
  package func admit(_ ring: KeyRing, at now: Date) async throws {
    let mine = ring.keys.map { KeyProof($0) }
    try await store.write(as: .system) { db in
      try check(ring, against: try db.rows(.privacyKeys))
      try db.run(.insertPrivacyKeys, JSON(mine), now)
      // Another server may have made its keys known at the same moment.
      try check(ring, against: try db.rows(.privacyKeys))
    }
  }

  private func check(_ ring: KeyRing, against known: [KeyProof]) throws(KeyMismatch) {
    var absent: [String] = []
    for proof in known {
      guard let key = ring.key(proof.purpose, proof.number) else {
        absent.append("\(proof.purpose.rawValue) \(proof.number)")
        continue
      }
      guard KeyProof(key) == proof else { throw .wrong(key: key.description) }
    }
    guard absent.isEmpty else { throw .absent(keys: absent) }
  }
}

/// What a database knows of a key.
private struct KeyProof: Codable, Hashable {
  let purpose: KeyRing.Purpose
  let number: Int
  let proof: LookUp

  init(_ key: KeyRing.Key) {
    purpose = key.purpose
    number = key.number
    proof = LookUp(bytes: key.proof)
  }
}
