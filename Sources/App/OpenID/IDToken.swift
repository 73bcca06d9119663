import Domain
import Foundation
import JWTKit

/// An ID token whose signature was not looked at yet.
struct IDToken: Sendable {
  let algorithm: SignatureAlgorithm
  let keyID: String?
  private let text: String

  private struct Header: Decodable {
    let alg: String
    let kid: String?
    let crit: [String]?
  }

  /// Reads the header, and refuses what is signed in another way than is allowed: the
  /// token itself must not choose how it is looked at.
  init(_ text: String, allowing allowed: [SignatureAlgorithm]) throws(OpenIDFailure) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let bytes = Data(base64URL: parts[0]),
      !JSONNumbers.areTooLong(in: bytes), let body = Data(base64URL: parts[1]),
      !JSONNumbers.areTooLong(in: body),
      // What is no header needs no more words than that.
      let header = try? JSONDecoder().decode(Header.self, from: bytes), header.crit == nil
    else { throw OpenIDFailure(.malformed) }
    guard let algorithm = allowed.first(where: { $0.rawValue == header.alg }) else {
      throw OpenIDFailure(.algorithmRefused)
    }
    self.algorithm = algorithm
    keyID = header.kid
    self.text = text
  }

  /// The claims, once the key has proved them.
  func claims(provedBy key: JWK) async throws -> OpenIDClaims {
    var pinned = key
    pinned.algorithm = JWK.Algorithm(rawValue: algorithm.rawValue)
    pinned.keyIdentifier = JWKIdentifier(string: keyID ?? "only")
    do {
      // A collection of one: asked for a key that it does not have, it takes another.
      let keys = try await JWTKeyCollection().add(jwk: pinned)
      return try await keys.verify(text, as: Payload.self).claims
    } catch let error as JWTError where error.errorType == .malformedToken {
      throw OpenIDFailure(.malformed)
    } catch {
      throw OpenIDFailure(.signatureWrong)
    }
  }

  /// The claims as they are written.
  private struct Payload: JWTPayload {
    let iss: String
    let aud: Audience
    let azp: String?
    let sub: String
    let iat: Double
    let exp: Double
    let nbf: Double?
    let nonce: String?
    let auth_time: Double?

    /// One text, or several.
    struct Audience: Codable, Sendable {
      let names: [String]

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        // Where it is not one text it must be several.
        names = try (try? [container.decode(String.self)]) ?? container.decode([String].self)
      }

      func encode(to encoder: any Encoder) throws { try names.encode(to: encoder) }
    }

    /// The claims are looked at where the rules are.
    func verify(using algorithm: some JWTAlgorithm) {}

    var claims: OpenIDClaims {
      OpenIDClaims(
        issuer: iss, audiences: aud.names, authorizedParty: azp, subject: sub,
        issuedAt: Date(timeIntervalSince1970: iat), expiresAt: Date(timeIntervalSince1970: exp),
        notBefore: nbf.map { Date(timeIntervalSince1970: $0) }, nonce: nonce,
        authenticatedAt: auth_time.map { Date(timeIntervalSince1970: $0) })
    }
  }
}

extension Data {
  /// Reads base64 as it stands in addresses, without padding.
  init?(base64URL text: some StringProtocol) {
    let plain = String(text).replacing("-", with: "+").replacing("_", with: "/")
    self.init(base64Encoded: plain + String(repeating: "=", count: (4 - plain.count % 4) % 4))
  }
}
