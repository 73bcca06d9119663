import Crypto
import CryptoExtras
package import Foundation
import Store

/// A key with which the issuer of the tests signs.
package struct IssuerKey: Sendable {
  package let name: String
  /// The public half, as it is published.
  package let published: [String: String]
  /// The public half as PEM, which everybody can have.
  package let pem: String
  let algorithm: String
  let sign: @Sendable (Data) throws -> Data

  /// A key of P-256.
  package static func elliptic(_ name: String) -> IssuerKey {
    let key = P256.Signing.PrivateKey()
    let point = key.publicKey.x963Representation.dropFirst()
    return IssuerKey(
      name: name,
      published: [
        "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": name,
        "x": Data(point.prefix(32)).base64URL, "y": Data(point.suffix(32)).base64URL,
      ],
      pem: key.publicKey.pemRepresentation, algorithm: "ES256",
      sign: { try key.signature(for: $0).rawRepresentation })
  }

  /// A key of RSA, without a word on the algorithm, as many issuers publish theirs.
  package static func rsa(_ name: String) throws -> IssuerKey {
    let key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
    let numbers = try key.publicKey.getKeyPrimitives()
    return IssuerKey(
      name: name,
      published: [
        "kty": "RSA", "use": "sig", "kid": name, "n": numbers.modulus.base64URL,
        "e": numbers.publicExponent.base64URL,
      ],
      pem: key.publicKey.pemRepresentation, algorithm: "RS256",
      sign: {
        try key.signature(for: SHA256.hash(data: $0), padding: .insecurePKCS1v1_5)
          .rawRepresentation
      })
  }

  /// The code that everybody can make who has a text, such as the public half of a key.
  package static func code(of data: Data, with text: String) -> Data {
    Data(
      HMAC<SHA256>.authenticationCode(
        for: data, using: SymmetricKey(data: Data(text.utf8))))
  }
}
