import Domain
import Foundation
import HTTPTypes
import NIOCore

/// One operation of the contract: where it is, who may call it, what it does.
struct Endpoint: Sendable {
  let method: HTTPRequest.Method
  /// The path with its parameters in braces: `/v1/drives/{drive}/donations`.
  let path: String
  let access: Access
  /// Which quotas it is charged to.
  var pace = Pace.ordinary
  /// Whether a password alone opens this where second factors are demanded: what needs no
  /// account unless told, and what leads to a second factor.
  var isOpenToOneFactor: Bool
  let handle: @Sendable (Call) async throws -> Reply

  /// Who may call an operation.
  enum Access: Sendable, Hashable {
    /// Anybody, without a token.
    case anyone
    /// Any account.
    case signedIn
    /// Accounts with one of these roles.
    case roles(Set<Role>)

    func admits(_ role: Role) -> Bool {
      switch self {
      case .anyone, .signedIn: true
      case .roles(let roles): roles.contains(role)
      }
    }
  }

  /// Which quotas an operation is charged to.
  enum Pace: Sendable {
    case ordinary
    /// A search for people, which nobody needs often and thieves need most.
    case search
    /// What machines of the operator poll.
    case unlimited
  }

  /// The operation under other quotas.
  func charged(as pace: Pace) -> Endpoint {
    var endpoint = self
    endpoint.pace = pace
    return endpoint
  }

  /// The operation opened to a password alone, or shut to it.
  func openToOneFactor(_ isOpen: Bool = true) -> Endpoint {
    var endpoint = self
    endpoint.isOpenToOneFactor = isOpen
    return endpoint
  }

  private init(
    _ method: HTTPRequest.Method, _ path: String, _ access: Access,
    _ handle: @escaping @Sendable (Call) async throws -> Reply
  ) {
    self.method = method
    self.path = path
    self.access = access
    self.handle = handle
    isOpenToOneFactor = access == .anyone
  }

  /// A read.
  static func get(
    _ path: String, _ access: Access, _ handle: @escaping @Sendable (Call) async throws -> Reply
  ) -> Endpoint {
    Endpoint(.get, path, access, handle)
  }

  /// A change, under an idempotency key.
  static func post(
    _ path: String, _ access: Access, _ handle: @escaping @Sendable (Call) async throws -> Reply
  ) -> Endpoint {
    Endpoint(.post, path, access, handle)
  }

  /// An end: done twice it is as done once, so it needs no key.
  static func delete(
    _ path: String, _ access: Access, _ handle: @escaping @Sendable (Call) async throws -> Reply
  ) -> Endpoint {
    Endpoint(.delete, path, access, handle)
  }

  /// Whether a page of another site must not make a browser call this.
  var changesSomething: Bool { method != .get && method != .head }

  /// The path as Hummingbird's router writes it.
  var routerPath: String {
    path.replacing("{", with: ":").replacing("}", with: "")
  }
}

/// What an operation answers.
struct Reply: Sendable {
  var status: HTTPResponse.Status = .ok
  var headers = HTTPFields()
  var body: Body = .bytes([])

  /// The content: known at once, or as long as somebody listens.
  enum Body: Sendable {
    case bytes([UInt8])
    case stream(AsyncStream<[UInt8]>)
  }

  init(
    _ status: HTTPResponse.Status = .ok, _ bytes: [UInt8], type: String,
    headers: HTTPFields = HTTPFields()
  ) {
    self.status = status
    self.headers = headers
    self.headers[.contentType] = type
    body = .bytes(bytes)
  }

  init(stream: AsyncStream<[UInt8]>, type: String) {
    headers[.contentType] = type
    headers[.cacheControl] = "no-store"
    body = .stream(stream)
  }

  /// A record as JSON.
  static func json(_ record: some Encodable, status: HTTPResponse.Status = .ok) throws -> Reply {
    Reply(status, try Wire.encode(record), type: MediaType.json)
  }
}

/// The media types of the contract.
enum MediaType {
  static let json = "application/json; charset=utf-8"
  static let problem = "application/problem+json; charset=utf-8"
  static let csv = "text/csv; charset=utf-8; header=present"
  static let yaml = "application/yaml; charset=utf-8"
  static let html = "text/html; charset=utf-8"
  static let text = "text/plain; charset=utf-8"
  static let events = "text/event-stream"
}

extension HTTPField.Name {
  static let idempotencyKey = named("Idempotency-Key")
  static let ifNoneMatchTag = named("If-None-Match")
  static let clearSiteData = named("Clear-Site-Data")
  static let contentLanguage = named("Content-Language")
  static let lastEventID = named("Last-Event-ID")
  static let link = named("Link")
  static let forbidsFraming = named("X-Frame-Options")
  static let forbidsSniffing = named("X-Content-Type-Options")
  static let referrerPolicy = named("Referrer-Policy")
  static let traceparent = named("traceparent")
  static let rateLimit = named("RateLimit")
  static let rateLimitPolicy = named("RateLimit-Policy")
  static let transportSecurity = named("Strict-Transport-Security")
  static let openerPolicy = named("Cross-Origin-Opener-Policy")
  static let resourcePolicy = named("Cross-Origin-Resource-Policy")
  static let permissionsPolicy = named("Permissions-Policy")
  static let fetchSite = named("Sec-Fetch-Site")
  /// The id of the grant with which the caller wants to act.
  static let actingGrant = named("Tamshy-Grant")

  /// A name written in this file, which is therefore a name.
  private static func named(_ text: String) -> HTTPField.Name {
    guard let name = HTTPField.Name(text) else { preconditionFailure("no header name: \(text)") }
    return name
  }
}
