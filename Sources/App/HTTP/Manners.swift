import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// Turns every error into an answer that helps, and an unknown method into 405.
struct ProblemAnswers: RouterMiddleware {
  typealias Context = CallContext
  let service: Service
  private let translator: ProblemTranslator
  private let paths: [PathPattern]

  init(service: Service) {
    self.service = service
    translator = ProblemTranslator(books: service.books, logger: service.logger)
    paths = Dictionary(grouping: Routes.all, by: \.path).map { path, endpoints in
      PathPattern(path, methods: endpoints.map(\.method))
    }
  }

  func handle(
    _ request: Request, context: Context,
    next: @concurrent (Request, Context) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let error as HTTPError where error.status == .notFound {
      return try notFound(error, request)
    } catch {
      return try translator.reply(to: error, in: request.language).response()
    }
  }

  /// The router knows no such path, or not for this method.
  private func notFound(_ error: HTTPError, _ request: Request) throws -> Response {
    guard let pattern = paths.first(where: { $0.matches(request.uri.path) }) else {
      return try translator.reply(to: error, in: request.language).response()
    }
    let problem = Problem(
      .methodNotAllowed, "method_not_allowed", facts: ["allowed": pattern.allowed],
      in: service.books[request.language])
    return try problem.reply([.allow: pattern.allowed]).response()
  }
}

/// A path of the contract and the methods it knows.
private struct PathPattern: Sendable {
  let segments: [Substring]
  let allowed: String

  init(_ path: String, methods: [HTTPRequest.Method]) {
    segments = path.split(separator: "/")
    let names = methods.map(\.rawValue) + (methods.contains(.get) ? ["HEAD"] : [])
    allowed = names.sorted().joined(separator: ", ")
  }

  func matches(_ path: String) -> Bool {
    let parts = path.split(separator: "/")
    return parts.count == segments.count
      && zip(parts, segments).allSatisfy { $0 == $1 || $1.hasPrefix("{") }
  }
}

/// Answers HEAD as GET is answered, also when it fails, but without the content.
struct HeadAnswers: RouterMiddleware {
  typealias Context = CallContext

  func handle(
    _ request: Request, context: Context,
    next: @concurrent (Request, Context) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    guard request.method == .head else { return response }
    let length = response.body.contentLength
    response.body = .init()
    // After the body, which sets it to its own.
    response.headers[.contentLength] = length.map(String.init)
    return response
  }
}

/// The headers that keep a browser from doing more than the page asks for.
struct SecurityHeaders: RouterMiddleware {
  typealias Context = CallContext

  func handle(
    _ request: Request, context: Context,
    next: @concurrent (Request, Context) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    response.headers[.forbidsSniffing] = "nosniff"
    response.headers[.forbidsFraming] = "DENY"
    response.headers[.referrerPolicy] = "same-origin"
    response.headers[.openerPolicy] = "same-origin"
    response.headers[.resourcePolicy] = "same-origin"
    response.headers[.permissionsPolicy] =
      "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    response.headers[.contentSecurityPolicy] =
      "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
      + "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    if context.notes.isEncrypted {
      // Told over plain HTTP it would mean nothing.
      response.headers[.transportSecurity] = "max-age=31536000"
    }
    if response.headers[.cacheControl] == nil {
      // Medical and personal data stay out of every cache on the way.
      response.headers[.cacheControl] = "no-store"
    }
    if response.headers[.setCookie]?.contains("Max-Age=0") == true {
      // Who signs out leaves nothing on a shared computer.
      response.headers[.clearSiteData] = "\"cache\", \"storage\""
    }
    return response
  }
}
