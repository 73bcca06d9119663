import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Metrics

/// Turns every error into an answer that helps, and an unknown method into 405.
struct ProblemAnswers: RouterMiddleware {
  typealias Context = BasicRequestContext
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
  typealias Context = BasicRequestContext

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
  typealias Context = BasicRequestContext

  func handle(
    _ request: Request, context: Context,
    next: @concurrent (Request, Context) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    response.headers[.forbidsSniffing] = "nosniff"
    response.headers[.forbidsFraming] = "DENY"
    response.headers[.referrerPolicy] = "same-origin"
    response.headers[.contentSecurityPolicy] =
      "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
      + "base-uri 'none'; frame-ancestors 'none'"
    if response.headers[.cacheControl] == nil {
      // Medical and personal data stay out of every cache on the way.
      response.headers[.cacheControl] = "no-store"
    }
    return response
  }
}

/// Counts and times requests, by the path's template: a path itself may hold a
/// donation number.
struct RequestMetrics: RouterMiddleware {
  typealias Context = BasicRequestContext
  let logger: Logger

  func handle(
    _ request: Request, context: Context,
    next: @concurrent (Request, Context) async throws -> Response
  ) async throws -> Response {
    let start = ContinuousClock.now
    let response = try await next(request, context)
    let took = ContinuousClock.now - start
    let labels = [
      ("method", request.method.rawValue), ("path", context.endpointPath ?? "unknown"),
      ("status", String(response.status.code)),
    ]
    Counter(label: "tamshy_http_requests_total", dimensions: labels).increment()
    Metrics.Timer(label: "tamshy_http_request_seconds", dimensions: labels)
      .recordNanoseconds(Int64(took / .nanoseconds(1)))
    return response
  }
}
