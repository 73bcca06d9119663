package import Domain
package import FoundationEssentials
import Postgres
import SQL

/// The last link of a chain as it was at a moment, signed.
package struct SignedHead: Codable, Sendable, Hashable {
  /// The site of the chain; the nil UUID is the chain of what happened at no site.
  package let chain: ID<Site>
  /// The number of the link.
  package let number: Int
  /// Its hash, in hexadecimal.
  package let hash: String
  /// To the second.
  package let signedAt: Date
  /// The public key, in hexadecimal.
  package let keyId: String
  /// Ed25519 over ``message``, in hexadecimal.
  package let signature: String

  /// Whether the signature is the one of the key that is named.
  package var isValid: Bool {
    guard let bytes = Data(hex: signature) else { return false }
    return AuditKey.isValid(
      bytes, of: Self.message(chain, number, hash, signedAt), by: keyId)
  }

  /// Four lines of text, each ended: what is signed, the chain with the link's number, the
  /// hash, and the moment in seconds since 1970.
  static func message(_ chain: ID<Site>, _ number: Int, _ hash: String, _ signedAt: Date) -> Data {
    Data(
      """
      tamshy audit head
      \(chain) \(number)
      \(hash)
      \(Int(signedAt.timeIntervalSince1970))

      """.utf8)
  }
}

/// Signed heads as they are carried out of the database.
package struct SignedHeads: Codable, Sendable, Hashable {
  package let heads: [SignedHead]

  /// Reads an export.
  ///
  /// - Throws: when it is none.
  package init(json: Data) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    decoder.dateDecodingStrategy = .custom { decoder in
      let container = try decoder.singleValueContainer()
      guard let date = Instant.parse(try container.decode(String.self)) else {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "no instant")
      }
      return date
    }
    self = try decoder.decode(Self.self, from: json)
  }

  init(_ heads: [SignedHead]) { self.heads = heads }
}

extension Registry {
  /// Signs the head of every chain that moved since this key signed it.
  ///
  /// Signing is an event itself, so that the next signing has something to sign and the
  /// age of the newest signature is never more than an interval.
  ///
  /// - Returns: How many were signed; nil when another server is at it, or when the last
  ///   signature is younger than `interval`.
  @discardableResult
  package func signHeads(
    with key: AuditKey, at now: Date, every interval: Duration = .zero
  ) async throws -> Int? {
    guard let id = key.id else { return nil }
    let moment = Date(timeIntervalSince1970: now.timeIntervalSince1970.rounded(.down))
    return try await store.record(as: .system) { db in
      guard try db.one(.signLock, as: Bool.self) else { return nil }
      if interval > .zero, let last = try db.first(.newestSignature, as: Date.self),
        now.timeIntervalSince(last) < Double(interval.components.seconds)
      {
        return nil
      }
      struct Head: Codable {
        let chain: ID<Site>
        let number: Int
        let hash: String
      }
      let heads = try db.rows(.unsignedHeads, id, as: Head.self).compactMap {
        head -> SignedHead? in
        let message = SignedHead.message(head.chain, head.number, head.hash, moment)
        return try key.signature(of: message).map {
          SignedHead(
            chain: head.chain, number: head.number, hash: head.hash, signedAt: moment,
            keyId: id, signature: $0.hex)
        }
      }
      guard !heads.isEmpty else { return 0 }
      try db.run(.insertSignatures, JSON(heads))
      let event = Event(
        at: now, kind: "audit.signed", subjectId: ID<SignedHead>.new(at: now).uuid,
        accountId: nil, detail: ["chains": String(heads.count), "key": id])
      try db.run(.insertEvents, JSON([event]))
      return heads.count
    }
  }

  /// The newest signed head of every chain, for keeping elsewhere.
  package func signedHeads() async throws -> SignedHeads {
    try await store.read(as: .system) { db in SignedHeads(try db.rows(.signedHeads)) }
  }

  /// When a head was signed last; nil before the first time.
  package func newestSignature() async throws -> Date? {
    try await store.read(as: .system) { db in try db.first(.newestSignature, as: Date.self) }
  }
}
