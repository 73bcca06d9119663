import Crypto
import FoundationEssentials

/// The key that signs the heads of the chains, and the keys whose signatures are trusted.
///
/// It is kept as PEM outside the database: a private key (PKCS #8, Ed25519), and below it,
/// if keys were changed, the public keys of earlier times. OpenSSL reads both.
package struct AuditKey: Sendable {
  private let secret: Data?
  /// The public keys, in hexadecimal, whose signatures count.
  package let trusted: Set<String>
  /// The public key that signs now, in hexadecimal; nil where there are public keys alone.
  package let id: String?

  /// Makes a new key.
  package init() {
    self.init(Curve25519.Signing.PrivateKey(), trusting: [])
  }

  /// Reads what ``pem`` wrote.
  ///
  /// - Throws: ``AuditKeyUnreadable``.
  package init(pem: String) throws {
    var secret: Data?
    var trusted: Set<String> = []
    for block in try Self.blocks(of: pem) {
      if block.label == "PRIVATE KEY", secret == nil, block.bytes.starts(with: Self.pkcs8) {
        secret = block.bytes.dropFirst(Self.pkcs8.count)
      } else if block.label == "PUBLIC KEY", block.bytes.starts(with: Self.spki),
        block.bytes.count == Self.spki.count + 32
      {
        trusted.insert(Data(block.bytes.dropFirst(Self.spki.count)).hex)
      } else {
        throw AuditKeyUnreadable()
      }
    }
    do {
      let key = try secret.map { try Curve25519.Signing.PrivateKey(rawRepresentation: $0) }
      self.init(key, trusting: trusted)
    } catch {
      throw AuditKeyUnreadable()
    }
    if self.trusted.isEmpty { throw AuditKeyUnreadable() }
  }

  private init(_ key: Curve25519.Signing.PrivateKey?, trusting others: Set<String>) {
    secret = key?.rawRepresentation
    id = key?.publicKey.rawRepresentation.hex
    trusted = others.union([id].compactMap(\.self))
  }

  /// The private key as a file keeps it.
  package var pem: String? {
    secret.map { Self.block("PRIVATE KEY", Data(Self.pkcs8) + $0) }
  }

  /// The public key that others verify with.
  package var publicPEM: String? {
    id.flatMap { Data(hex: $0) }.map { Self.block("PUBLIC KEY", Data(Self.spki) + $0) }
  }

  /// A signature; nil without a private key.
  func signature(of message: Data) throws -> Data? {
    guard let secret else { return nil }
    return try Curve25519.Signing.PrivateKey(rawRepresentation: secret).signature(for: message)
  }

  /// Whether the signature is the key's.
  static func isValid(_ signature: Data, of message: Data, by id: String) -> Bool {
    guard let bytes = Data(hex: id),
      let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)
    else { return false }
    return key.isValidSignature(signature, for: message)
  }

  /// What stands before the 32 bytes of an Ed25519 key (RFC 8410).
  private static let pkcs8: [UInt8] = [
    0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
  ]
  private static let spki: [UInt8] = [
    0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
  ]

  private static func block(_ label: String, _ bytes: Data) -> String {
    "-----BEGIN \(label)-----\n\(bytes.base64EncodedString())\n-----END \(label)-----\n"
  }

  private static func blocks(of pem: String) throws -> [(label: String, bytes: Data)] {
    try pem.matches(of: /-----BEGIN ([A-Z ]+)-----([A-Za-z0-9+\/=\s]+)-----END ([A-Z ]+)-----/)
      .map { match in
        let text = String(match.2.filter { !$0.isWhitespace })
        guard match.1 == match.3, let bytes = Data(base64Encoded: text) else {
          throw AuditKeyUnreadable()
        }
        return (String(match.1), bytes)
      }
  }
}

/// A file is no Ed25519 key in PEM.
package struct AuditKeyUnreadable: Error, Sendable, Hashable {}

extension Data {
  /// The bytes as hexadecimal digits.
  var hex: String {
    map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  /// Reads hexadecimal digits; nil when there is anything else.
  init?(hex: String) {
    let digits = hex.compactMap(\.hexDigitValue)
    guard digits.count == hex.count, digits.count.isMultiple(of: 2) else { return nil }
    self.init(
      stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) })
  }
}
