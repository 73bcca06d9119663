import Domain
import Foundation
import JWTKit

/// The keys that an issuer signs with at present.
struct IssuerKeys: Decodable, Sendable {
  private let keys: [Published]

  var count: Int { keys.compactMap(\.key).count }

  /// One entry of the list; of a kind that is not known here it counts for nothing, and
  /// does not spoil the others.
  private struct Published: Decodable {
    let key: JWK?

    init(from decoder: any Decoder) throws {
      struct Purpose: Decodable { let use: String? }
      let purpose = try? Purpose(from: decoder)  // Not even an object: no key either.
      var key = purpose?.use ?? "sig" == "sig" ? try? JWK(from: decoder) : nil
      // A published private key is a mistake of theirs; here it only verifies.
      key?.privateExponent = nil
      self.key = key
    }
  }

  /// The key that a token names; without a name the only one that fits.
  func key(of token: IDToken) -> JWK? {
    let fitting = keys.compactMap(\.key).filter { key in
      token.algorithm.fits(key)
        && (key.algorithm.map { $0.rawValue == token.algorithm.rawValue } ?? true)
    }
    guard let name = token.keyID else { return fitting.count == 1 ? fitting.first : nil }
    return fitting.first { $0.keyIdentifier?.string == name }
  }
}

extension SignatureAlgorithm {
  /// Whether a key is of the kind that this algorithm uses.
  func fits(_ key: JWK) -> Bool {
    switch self {
    case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512: key.keyType == .rsa
    case .es256: key.keyType == .ecdsa && key.curve?.rawValue == "P-256"
    case .es384: key.keyType == .ecdsa && key.curve?.rawValue == "P-384"
    case .es512: key.keyType == .ecdsa && key.curve?.rawValue == "P-521"
    case .edDSA: key.keyType == .octetKeyPair
    }
  }
}
