import Crypto
import Domain
import Foundation
import HTTPTypes
import Store

/// One request to one operation, authorised.
struct Call: Sendable {
  let service: Service
  let endpoint: Endpoint
  let path: String
  /// The host and port that the caller named.
  let host: String?
  let parameters: [String: String]
  let query: [(name: String, value: String)]
  let headers: HTTPFields
  let body: [UInt8]
  let language: Language
  let now: Date
  /// Whether the client came by https, to this service or to a proxy that it trusts.
  let isEncrypted: Bool
  /// From where, as far as that is known.
  let address: String?
  /// The cookie that this way of calling uses.
  let cookie: SessionCookie
  /// The token or cookie that was sent, valid or not.
  let secret: Secret?
  /// Whose it is, with every grant.
  let sender: Caller?
  /// Who calls, with the authority for this operation; nil only where anyone may.
  let caller: Actor?

  var registry: Registry { service.registry }

  /// Who calls.
  func actor() throws -> Actor {
    guard let caller else { throw Unauthenticated() }
    return caller
  }

  /// The caller with the first grant that one of these roles has.
  func actor(among access: Endpoint.Access) throws -> Actor {
    guard let sender else { throw Unauthenticated() }
    guard let actor = sender.actor(where: access.admits) else { throw RoleNotAllowed() }
    return actor
  }

  func authority() throws -> Authority { try actor().authority }

  /// An id that is part of the path; one that is no id names nothing.
  func id<Entity>(_ name: String, _ what: String) throws -> ID<Entity> {
    guard let text = parameters[name], let id = ID<Entity>(text) else { throw NotFound(what) }
    return id
  }

  func donationNumber() throws -> DonationNumber {
    do {
      return try DonationNumber(parameters["din"] ?? "")
    } catch {
      throw NotFound("donation")
    }
  }

  /// Reads the body as a form and makes a command of it.
  ///
  /// `optional` says that the operation can do without a body. Members that are
  /// `secret` leave no trace in the fingerprint, from which they could be guessed.
  func command<Draft>(
    optional: Bool = false, secret: Set<String> = [], _ read: (Fields) throws -> Draft
  ) throws -> Command<Draft> {
    try requireNoQuery()
    let key = try idempotencyKey()
    let value = try json(optional: optional)
    let members = try members(of: value)
    let fields = Fields(members)
    let draft = try read(fields)
    try fields.finish()
    let open = JSONValue.object(members.filter { !secret.contains($0.key) })
    return Command(
      actor: try actor(), key: key, fingerprint: try fingerprint(of: open), at: now,
      draft: draft)
  }

  /// Reads the body as a form that is sent without a key.
  func form<Draft>(_ read: (Fields) throws -> Draft) throws -> Draft {
    try requireNoQuery()
    let fields = Fields(try members(of: try json(optional: false)))
    let draft = try read(fields)
    try fields.finish()
    return draft
  }

  private func members(of value: JSONValue) throws -> [String: JSONValue] {
    guard case .object(let members) = value else {
      throw InvalidInput([FieldProblem("", "wrong_type", facts: ["expected": "object"])])
    }
    return members
  }

  /// Answers a command that made a record: 201, `Location` and the record.
  func created(_ answer: Answer, at location: String) -> Reply {
    var headers = HTTPFields()
    headers[.location] = location.replacing("{id}", with: answer.subject.uuidString.lowercased())
    return Reply(.created, Array(answer.body.utf8), type: MediaType.json, headers: headers)
  }

  private func idempotencyKey() throws -> String {
    guard let key = headers[.idempotencyKey], !key.isEmpty else {
      throw MalformedRequest("idempotency_key_required")
    }
    guard key.utf8.count <= 255, key.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
      throw MalformedRequest("idempotency_key_malformed")
    }
    return key
  }

  private func json(optional: Bool) throws -> JSONValue {
    if body.isEmpty && optional { return .object([:]) }
    let type = headers[.contentType]?.split(separator: ";").first?
      .trimmingCharacters(in: .whitespaces).lowercased()
    guard type == "application/json" else { throw UnsupportedMediaType() }
    guard !body.isEmpty else { throw MalformedRequest("malformed_json") }
    return try JSONValue(json: body)
  }

  /// The same request has the same fingerprint, however its JSON is spelt.
  private func fingerprint(of value: JSONValue) throws -> String {
    var hash = SHA256()
    hash.update(data: Data("\(endpoint.method) \(path)\n".utf8))
    hash.update(data: try value.canonical())
    return hash.finalize().hex
  }
}

extension SHA256.Digest {
  /// The digest as 64 hexadecimal digits.
  var hex: String {
    var digits: [UInt8] = []
    digits.reserveCapacity(64)
    for byte in self {
      for half in [byte >> 4, byte & 15] {
        digits.append(half < 10 ? UInt8(ascii: "0") + half : UInt8(ascii: "a") + half - 10)
      }
    }
    return String(decoding: digits, as: UTF8.self)
  }
}

/// The request cannot be read as what it should be: 400.
struct MalformedRequest: Error {
  let code: String
  let facts: [String: String]
  init(_ code: String, _ facts: [String: String] = [:]) {
    self.code = code
    self.facts = facts
  }
}

/// There is no valid token: 401.
struct Unauthenticated: Error {}

/// Whoever signed in has to make a second factor first: 401.
struct SecondFactorMissing: Error {}

/// A page of another site made a browser send this: 403.
struct ForeignPage: Error {}

/// The role may not call this operation: 403.
struct RoleNotAllowed: Error {}

/// The body is not JSON: 415.
struct UnsupportedMediaType: Error {}
