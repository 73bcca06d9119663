import Domain
package import Foundation
import HTTPTypes
package import Hummingbird
package import Logging
import ServiceLifecycle
package import Store

/// The service as HTTP: routes, manners, languages, over one registry.
package struct Service: Sendable {
  let registry: Registry
  let sessions: Sessions
  let passwordCheck: PasswordCheck
  let books: Phrasebooks
  let pages: Pages
  let reference: Reference
  let clock: @Sendable () -> Date
  let logger: Logger
  let version: String
  let options: ServiceOptions
  /// Where people may sign in beside here; nil unless it is set.
  let openID: OpenID?
  let rates = RateCounter()
  let readiness = ReadinessOfNow()

  /// Puts a registry behind HTTP.
  ///
  /// - Throws: when the binary does not carry every sentence, template and region
  ///   it needs: a page must never find out.
  package init(
    registry: Registry, logger: Logger, version: String,
    options: ServiceOptions = ServiceOptions(),
    clock: @escaping @Sendable () -> Date = { Date() }
  ) throws {
    self.registry = registry
    self.logger = logger
    self.version = version
    self.options = options
    openID = options.openID.map(OpenID.init)
    self.clock = clock
    sessions = Sessions(registry: registry)
    passwordCheck = try options.passwordCheck ?? PasswordCheck()
    books = try Phrasebooks.shipped.get()
    pages = try Pages.shipped.get()
    reference = try Reference.shipped.get()
    _ = try Regions.read()
    _ = try DeferralReasons.shipped.get()
  }

  /// The router with every operation and the manners around them.
  package func router() -> Router<CallContext> {
    let router = Router(context: CallContext.self)
    router.add(middleware: Observation(options: options, logger: logger))
    router.add(middleware: HeadAnswers())
    router.add(middleware: SecurityHeaders())
    router.add(middleware: ProblemAnswers(service: self))
    for endpoint in Routes.all {
      let path = RouterPath(endpoint.routerPath)
      router.on(path, method: endpoint.method) { request, context in
        try await answer(request, context, at: endpoint)
      }
      if endpoint.method == .get {
        router.on(path, method: .head) { request, context in
          try await answer(request, context, at: endpoint)
        }
      }
    }
    return router
  }

  /// The answer that the socket gives where no operation was reached: 408 and 431.
  package func refusal(_ status: HTTPResponse.Status) -> [UInt8] {
    let code = status == .requestTimeout ? "request_timeout" : "headers_too_large"
    // Of a handful of texts, which always have a JSON.
    return (try? Wire.encode(Problem(status, code, in: books[.en]))) ?? []
  }

  private func answer(
    _ request: Request, _ context: CallContext, at endpoint: Endpoint
  ) async throws -> Response {
    let cookie = SessionCookie(for: request, isEncrypted: context.notes.isEncrypted)
    let secret = request.secret(cookie)
    let caller = try await admit(request, context, with: secret, at: endpoint)
    if let caller, isUnfinished(caller), !endpoint.isOpenToOneFactor {
      guard endpoint.path.hasPrefix("/v1/") else {
        return SignIn.redirect(to: "/account").response()
      }
      throw SecondFactorMissing()
    }
    let actor = try actor(of: caller, for: request, at: endpoint)
    let body = try await request.content(upTo: Self.largestBody)
    let call = Call(
      service: self, endpoint: endpoint, path: request.uri.path, host: request.head.authority,
      parameters: Dictionary(
        context.parameters.map { (String($0), String($1)) }, uniquingKeysWith: { $1 }),
      query: request.uri.queryParameters.map { (String($0.key), String($0.value)) },
      headers: request.headers, body: body,
      language: request.language, now: clock(), isEncrypted: context.notes.isEncrypted,
      address: context.peer == nil ? nil : context.notes.address,
      cookie: cookie, secret: secret, sender: caller, caller: actor)
    return try await endpoint.handle(call).response()
  }

  /// Who calls, if the operation is open to them and their quota is not used up.
  ///
  /// Without an account the address counts, and a token that opens nothing is none.
  private func admit(
    _ request: Request, _ context: CallContext, with secret: Secret?, at endpoint: Endpoint
  ) async throws -> Caller? {
    guard endpoint.pace != .unlimited else { return nil }
    let notes = context.notes
    func charge(_ caller: String, _ quotas: [Quota]) throws {
      do {
        notes.allowance = try rates.charge(caller, quotas, at: clock())
      } catch {
        notes.allowance = error.allowance
        throw error
      }
    }
    do {
      let caller = try await caller(of: request, with: secret, at: endpoint)
      guard let caller else {
        try charge(notes.address, options.rates.address)
        return nil
      }
      let account = caller.account.description
      notes.account = account
      let quotas = options.rates.account + (endpoint.pace == .search ? options.rates.search : [])
      try charge(account, quotas)
      return caller
    } catch let refusal where refusal is Unauthenticated || refusal is SessionLocked {
      try charge(notes.address, options.rates.address)
      throw refusal
    }
  }

  /// Who calls.
  ///
  /// Where anybody may call, a token that is no longer valid is no reason to shut
  /// the door: the sign-in page itself is behind it.
  private func caller(
    of request: Request, with secret: Secret?, at endpoint: Endpoint
  ) async throws -> Caller? {
    do {
      let caller = try await sessions.caller(with: secret, at: clock())
      if endpoint.access != .anyone && caller == nil { throw Unauthenticated() }
      if caller?.session != nil && endpoint.changesSomething { try request.requireOwnPage() }
      return caller
    } catch is Unauthenticated where endpoint.access == .anyone {
      return nil
    } catch is SessionLocked where endpoint.access == .anyone {
      return nil
    }
  }

  /// Whether the session lacks the second factor that this house demands.
  private func isUnfinished(_ caller: Caller) -> Bool {
    options.demandsSecondFactor && caller.session?.hasOneFactor == true
  }

  /// With what authority: that of the grant the request names, or of the first whose
  /// role the operation admits.
  private func actor(
    of caller: Caller?, for request: Request, at endpoint: Endpoint
  ) throws -> Actor? {
    guard let caller else { return nil }
    let named = try request.headers[.actingGrant].map { text in
      guard let id = ID<Grant>(text), caller.scopes.contains(where: { $0.grant == id }) else {
        throw MalformedRequest("grant_not_held")
      }
      return id
    }
    let actor = caller.actor(
      with: named, isUnfinished: isUnfinished(caller), where: endpoint.access.admits)
    if actor == nil && endpoint.access != .anyone { throw RoleNotAllowed() }
    return actor
  }

  /// Five hundred visits of an upload fit ten times; a 10 MB name does not.
  private static let largestBody = 1 << 20
}

extension Request {
  /// The body, read to its end even when it is too large: a client that is still
  /// sending would not see the answer.
  fileprivate func content(upTo limit: Int) async throws -> [UInt8] {
    var content: [UInt8] = []
    var length = 0
    do {
      for try await part in body {
        length += part.readableBytes
        if length <= limit {
          content.append(contentsOf: part.readableBytesView)
        } else if length > limit * 64 {
          break
        }
      }
    } catch {
      // The client went away or spoke no HTTP; that is no failure of the service.
      throw MalformedRequest("body_incomplete")
    }
    guard length <= limit else { throw HTTPError(.contentTooLarge) }
    return content
  }

  /// A change by cookie comes from a page of this site: a browser sends the cookie
  /// whoever makes it ask.
  func requireOwnPage() throws {
    guard isFromOwnPage(orUnknown: false) else { throw ForeignPage() }
  }

  /// Whether a browser says that a page of this site asks; `unknown` counts for those
  /// that say nothing, which is what programs do.
  func isFromOwnPage(orUnknown unknown: Bool) -> Bool {
    if let site = headers[.fetchSite] { return site == "same-origin" }
    guard let origin = headers[.origin] else { return unknown }
    return origin.split(separator: "/").last.map(String.init) == head.authority
  }

  /// The language of the answer: as the reader chose, else English for machines.
  var language: Language {
    if let chosen = uri.queryParameters["lang"].flatMap({ Language(rawValue: String($0)) }) {
      return chosen
    }
    return Language(accepting: headers[.acceptLanguage]) ?? .en
  }
}

extension Reply {
  /// The reply as Hummingbird sends it.
  func response() -> Response {
    switch body {
    case .bytes(let bytes):
      Response(
        status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    case .stream(let stream):
      Response(
        status: status, headers: headers,
        body: .init { writer in
          for await bytes in stream.cancelOnGracefulShutdown() {
            try await writer.write(ByteBuffer(bytes: bytes))
          }
          try await writer.finish(nil)
        })
    }
  }
}
