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
  let books: Phrasebooks
  let pages: Pages
  let clock: @Sendable () -> Date
  let logger: Logger
  let version: String

  /// Puts a registry behind HTTP.
  ///
  /// - Throws: when the binary does not carry every sentence, template and region
  ///   it needs: a page must never find out.
  package init(
    registry: Registry, logger: Logger, version: String,
    clock: @escaping @Sendable () -> Date = { Date() }
  ) throws {
    self.registry = registry
    self.logger = logger
    self.version = version
    self.clock = clock
    sessions = Sessions(registry: registry)
    books = try Phrasebooks()
    pages = try Pages()
    _ = try Regions.read()
  }

  /// The router with every operation and the manners around them.
  package func router() -> Router<BasicRequestContext> {
    let router = Router(context: BasicRequestContext.self)
    router.add(middleware: RequestMetrics(logger: logger))
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

  private func answer(
    _ request: Request, _ context: BasicRequestContext, at endpoint: Endpoint
  ) async throws -> Response {
    let caller = try await caller(of: request, at: endpoint)
    let body = try await request.content(upTo: Self.largestBody)
    let call = Call(
      service: self, endpoint: endpoint, path: request.uri.path, host: request.head.authority,
      parameters: Dictionary(
        context.parameters.map { (String($0), String($1)) }, uniquingKeysWith: { $1 }),
      query: request.uri.queryParameters.map { (String($0.key), String($0.value)) },
      headers: request.headers, body: body,
      language: request.language, now: clock(), caller: caller)
    return try await endpoint.handle(call).response()
  }

  /// Who calls, if the operation is open to them.
  ///
  /// Where anybody may call, a token that is no longer valid is no reason to shut
  /// the door: the sign-in page itself is behind it.
  private func caller(of request: Request, at endpoint: Endpoint) async throws -> Actor? {
    do {
      let caller = try await sessions.caller(of: request, at: clock())
      if endpoint.access == .anyone { return caller }
      guard let caller else { throw Unauthenticated() }
      guard endpoint.access.admits(caller.authority.role) else { throw RoleNotAllowed() }
      return caller
    } catch is Unauthenticated where endpoint.access == .anyone {
      return nil
    }
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
    for try await part in body {
      length += part.readableBytes
      if length <= limit {
        content.append(contentsOf: part.readableBytesView)
      } else if length > limit * 64 {
        break
      }
    }
    guard length <= limit else { throw HTTPError(.contentTooLarge) }
    return content
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
