import Domain
import Foundation
import JWTKit

/// Where the issuer's doors are, as it publishes it.
struct Discovery: Decodable, Sendable {
  let issuer: String
  let authorizationEndpoint: String
  let tokenEndpoint: String
  let jwksUri: String
  let tokenEndpointAuthMethodsSupported: [String]?
  let authorizationResponseIssParameterSupported: Bool?

  private enum CodingKeys: String, CodingKey {
    case issuer
    case authorizationEndpoint = "authorization_endpoint"
    case tokenEndpoint = "token_endpoint"
    case jwksUri = "jwks_uri"
    case tokenEndpointAuthMethodsSupported = "token_endpoint_auth_methods_supported"
    case authorizationResponseIssParameterSupported =
      "authorization_response_iss_parameter_supported"
  }

  /// Whether the secret goes into a header, which is what issuers expect unless told.
  var takesBasic: Bool {
    tokenEndpointAuthMethodsSupported?.contains("client_secret_basic") ?? true
  }

  /// - Throws: ``OpenIDFailure`` when it is another issuer's, or leads over plain HTTP or back here.
  func check(against issuer: String) throws(OpenIDFailure) {
    guard self.issuer == issuer else {
      throw OpenIDFailure(.answerUnusable, "the document is of another issuer")
    }
    for address in [authorizationEndpoint, tokenEndpoint, jwksUri] {
      guard OpenIDSubject.isSafe(address: address, of: issuer) else {
        throw OpenIDFailure(
          .answerUnusable, "the document names an address without https, or of this machine")
      }
    }
  }
}

/// What the issuer publishes, read again when it is old or a key is missing.
actor IssuerDocuments {
  private let settings: OpenIDSettings
  private let client: IssuerClient
  private var discovery: (document: Discovery, readAt: Date)?
  private var keys: (set: IssuerKeys, readAt: Date)?
  private var askedAt = Date.distantPast
  // One question at a time; whoever comes meanwhile waits for the same answer.
  private var searching: Task<Discovery, any Error>?
  private var reading: Task<IssuerKeys, any Error>?

  init(_ settings: OpenIDSettings) {
    self.settings = settings
    client = IssuerClient(patience: settings.patience)
  }

  /// Where its doors are.
  func discovery(at now: Date) async throws -> Discovery {
    if let discovery, isFresh(discovery.readAt, at: now) { return discovery.document }
    if let searching { return try await searching.value }
    let task = Task { [client, settings] in
      let issuer = settings.issuer
      let base = issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer
      let document = try await client.document(
        Discovery.self, at: base + "/.well-known/openid-configuration")
      try document.check(against: issuer)
      return document
    }
    searching = task
    defer { searching = nil }
    let document = try await task.value
    discovery = (document, now)
    return document
  }

  /// The key with which a token was signed.
  ///
  /// A key that nobody knows may be new: then the keys are read again, and not once more
  /// for a while.
  func key(of token: IDToken, at now: Date) async throws -> JWK {
    if let keys, isFresh(keys.readAt, at: now), let key = keys.set.key(of: token) { return key }
    let mayAsk = now.timeIntervalSince(askedAt) >= settings.pause || now < askedAt
    guard mayAsk || reading != nil || keys.map({ !isFresh($0.readAt, at: now) }) ?? true else {
      throw OpenIDFailure(.keyUnknown)
    }
    guard let key = try await readKeys(at: now).key(of: token) else {
      throw OpenIDFailure(.keyUnknown)
    }
    return key
  }

  /// How many keys the issuer publishes.
  func count(at now: Date) async throws -> Int { try await readKeys(at: now).count }

  private func readKeys(at now: Date) async throws -> IssuerKeys {
    if let reading { return try await reading.value }
    let address = try await discovery(at: now).jwksUri
    // Others may have begun while the address was looked up.
    if let reading { return try await reading.value }
    let task = Task { [client] in try await client.document(IssuerKeys.self, at: address) }
    reading = task
    askedAt = now
    defer { reading = nil }
    let set = try await task.value
    keys = (set, now)
    return set
  }

  private func isFresh(_ readAt: Date, at now: Date) -> Bool {
    (0..<settings.memory).contains(now.timeIntervalSince(readAt))
  }
}
