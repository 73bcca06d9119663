package import App
package import Domain
import Foundation
package import HTTPTypes
import Hummingbird
package import HummingbirdTesting
import Logging
import Store

/// A client of the service over a world, signed in with a role.
package struct Client: Sendable {
  let client: any TestClientProtocol
  package let token: String?
  /// What a browser sends instead.
  package var cookie: String? = nil

  /// Lends a function that makes clients, over the whole router but no socket.
  package static func lend(
    _ world: World, rates: Rates = Rates(), speaksTLS: Bool = false,
    _ body: @escaping @Sendable (Clients) async throws -> Void
  ) async throws {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let now = world.now
    var options = ServiceOptions()
    options.rates = rates
    options.speaksTLS = speaksTLS
    let service = try Service(
      registry: world.registry, logger: logger, version: "test", options: options,
      clock: { now })
    try await Application(router: service.router(), logger: logger).test(.router) { client in
      try await body(Clients(client: client, world: world))
    }
  }

  /// Sends a request.
  package func send(
    _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil,
    key: String? = UUID().uuidString, headers: [String: String] = [:]
  ) async throws -> TestResponse {
    var fields = HTTPFields()
    if let token { fields[.authorization] = "Bearer \(token)" }
    add(to: &fields)
    if body != nil { fields[.contentType] = "application/json" }
    if method == .post, let key, let name = HTTPField.Name("Idempotency-Key") {
      fields[name] = key
    }
    for (name, value) in headers {
      if let name = HTTPField.Name(name) { fields[name] = value }
    }
    let answer = try await client.execute(
      uri: path, method: method, headers: fields, body: body.map { ByteBuffer(string: $0) })
    try Contract.check(answer, to: method, path)
    return answer
  }

  /// Says who asks as a browser does, in a session.
  func add(to fields: inout HTTPFields) {
    guard let cookie else { return }
    fields[.cookie] = cookie
    if let name = HTTPField.Name("Sec-Fetch-Site") { fields[name] = "same-origin" }
  }

  package func get(_ path: String) async throws -> TestResponse { try await send(.get, path) }

  package func post(
    _ path: String, _ body: String = "{}", key: String = UUID().uuidString
  ) async throws -> TestResponse {
    try await send(.post, path, body, key: key)
  }
}

/// Makes clients with tokens of their own.
package struct Clients: Sendable {
  let client: any TestClientProtocol
  let world: World

  /// A client without a token.
  package var nobody: Client { Client(client: client, token: nil) }

  /// A client with a token that speaks for nobody.
  package var stranger: Client { Client(client: client, token: "tamshy_nobody") }

  /// A client with a token, at a site or for the whole country; an administrator's is a
  /// machine, which signs in nowhere.
  package func role(_ role: Role, at site: ID<Site>? = nil) async throws -> Client {
    let draft = TokenDraft(
      role: role, site: site, name: "\(role)", account: .new(at: Date()),
      kind: role == .admin ? .machine : .person)
    let token = try await world.registry.createToken(draft, at: world.now)
    return Client(client: client, token: token.text)
  }

  /// A person with a role who has signed in.
  package func signedIn(_ role: Role, at site: ID<Site>? = nil) async throws -> Client {
    let id = ID<Account>.new(at: Date())
    let link = OpenIDSubject(issuer: "https://login.example.kz", subject: id.description)
    let draft = AccountDraft(
      id: id, kind: .person, login: nil, name: "\(role)", password: nil, link: link,
      grants: [GrantDraft(role: role, site: site)])
    _ = try await world.registry.create(world.command(world.admin, draft))
    let token = try await world.registry.signIn(as: link, instead: nil, at: world.now)
    return Client(client: client, token: nil, cookie: "tamshy_session=\(token.text)")
  }
}

extension TestResponse {
  /// The body as text.
  package var text: String { String(buffer: body) }

  /// The body as JSON.
  package var json: [String: Any] {
    let data = Data(body.readableBytesView)
    // No JSON: then every member is missing, and the test that asks for one says so.
    return (try? JSONSerialization.jsonObject(with: data)) as? [String: Any] ?? [:]
  }

  /// The problem's code.
  package var code: String? { json["code"] as? String }
}
