import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Metrics
import Store

/// Gives every request its place in a trace, and writes down how it went: by the template of
/// its path, because a path itself may hold a donation number.
struct Observation: RouterMiddleware {
  typealias Context = CallContext
  let options: ServiceOptions
  let logger: Logger

  func handle(
    _ request: Request, context: Context,
    next: @concurrent (Request, Context) async throws -> Response
  ) async throws -> Response {
    let start = ContinuousClock.now
    var origin = options.proxies.client(behind: context.peer, request.headers)
    if options.speaksTLS { origin.isEncrypted = true }
    context.notes.origin = origin
    let trace =
      request.headers[.traceparent].flatMap(TraceContext.init(continuing:)) ?? .new()
    var response = try await TraceContext.$current.withValue(trace) {
      try await next(request, context)
    }
    response.headers[.traceparent] = trace.header
    if let allowance = context.notes.allowance, !allowance.parts.isEmpty {
      response.headers[.rateLimitPolicy] = allowance.policy
      response.headers[.rateLimit] = allowance.state
    }
    note(request, context, response, took: ContinuousClock.now - start, trace)
    return response
  }

  private func note(
    _ request: Request, _ context: Context, _ response: Response, took: Duration,
    _ trace: TraceContext
  ) {
    let route = context.endpointPath ?? "unknown"
    // A method may be any word of a stranger, and each would be a series for good.
    let method = Self.methods.contains(request.method) ? request.method.rawValue : "other"
    let status = response.status.code
    let labels = [("method", method), ("route", route)]
    Counter(
      label: "tamshy_http_requests_total", dimensions: labels + [("status", "\(status / 100)xx")]
    ).increment()
    Metrics.Timer(label: "tamshy_http_request_duration_seconds", dimensions: labels)
      .recordNanoseconds(Int64(took / .nanoseconds(1)))
    let isRefused = Self.refusals.contains(status)
    guard options.logsRequests || isRefused else { return }
    var facts: Logger.Metadata = [
      "trace_id": "\(trace.traceID)", "request_id": "\(trace.spanID)", "method": "\(method)",
      "route": "\(route)", "status": "\(status)",
      "dur_ms": "\(Double(Int(took / .microseconds(1))) / 1000)",
    ]
    if let account = context.notes.account { facts["account"] = "\(account)" }
    // Whoever looks for attackers needs to know from where, and no more of anybody else.
    if isRefused { facts["address"] = "\(context.notes.address)" }
    logger.log(level: isRefused ? .notice : .info, "request", metadata: facts)
  }

  /// Nobody knew who asks, he may not, or he asks too often.
  private static let refusals: Set<Int> = [401, 403, 429]

  private static let methods: Set<HTTPRequest.Method> = [
    .get, .head, .post, .put, .patch, .delete, .options,
  ]
}
