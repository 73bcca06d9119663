import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Store

/// What went wrong, as RFC 9457 says it, in the reader's language.
struct Problem: Encodable, Sendable {
  let type: String
  let title: String
  let status: Int
  let detail: String
  let code: String
  let errors: [Entry]?
  /// The donor to open instead; nil where the problem is about no other one.
  let donor: KnownDonor?
  /// Under which the operator finds the request in the logs; nil where there was none.
  let traceId: String?

  /// One field, or one of several reasons.
  struct Entry: Encodable, Sendable {
    let pointer: String?
    let code: String
    let detail: String
  }

  init(
    _ status: HTTPResponse.Status, _ code: String, facts: [String: String] = [:],
    errors: [FieldProblem]? = nil, reasons: [ReleaseRefusal.Reason]? = nil,
    donor: KnownDonor? = nil, in book: Phrasebook
  ) {
    type = "urn:tamshy:problem:\(code)"
    title = book("title.\(status.code)")
    self.status = status.code
    detail = book.sentence("code.\(code)", facts) ?? book("title.\(status.code)")
    self.code = code
    self.donor = donor
    traceId = TraceContext.current?.traceID
    self.errors =
      errors?.map {
        Entry(
          pointer: $0.pointer, code: $0.code,
          detail: book.sentence("code.\($0.code)", $0.facts) ?? $0.code)
      }
      ?? reasons?.map {
        Entry(pointer: nil, code: $0.code, detail: book("code.\($0.code)", $0.facts))
      }
  }

  /// The problem as a reply.
  func reply(_ headers: HTTPFields = HTTPFields()) throws -> Reply {
    try Reply(
      HTTPResponse.Status(code: status), Wire.encode(self), type: MediaType.problem,
      headers: headers)
  }
}

/// Turns whatever an operation throws into an answer that helps.
struct ProblemTranslator: Sendable {
  let books: Phrasebooks
  let logger: Logger

  /// The reply to an error; what a client sent is never an error of the server.
  func reply(to error: any Error, in language: Language) throws -> Reply {
    let book = books[language]
    switch error {
    case let invalid as InvalidInput:
      return try Problem(.unprocessableContent, "invalid_input", errors: invalid.problems, in: book)
        .reply()
    case let invalid as InvalidQuery:
      return try Problem(.badRequest, "invalid_query", errors: invalid.problems, in: book).reply()
    case let refusal as ReleaseRefusal:
      return try Problem(
        .conflict, refusal.code, facts: refusal.facts, reasons: refusal.reasons, in: book
      ).reply()
    case let refusal as RegistrationRefusal:
      return try Problem(
        .conflict, refusal.code, facts: refusal.facts, donor: refusal.donor, in: book
      ).reply()
    case let refusal as IINDiffers:
      return try Problem(.conflict, refusal.code, errors: refusal.problems, in: book).reply()
    case let refusal as any Refusal:
      return try Problem(.conflict, refusal.code, facts: refusal.facts, in: book).reply()
    case is KeyReused:
      return try Problem(.unprocessableContent, "idempotency_key_reused", in: book).reply()
    case let malformed as MalformedRequest:
      return try Problem(.badRequest, malformed.code, facts: malformed.facts, in: book).reply()
    case is Unauthenticated:
      return try Problem(.unauthorized, "unauthenticated", in: book)
        .reply([.wwwAuthenticate: "Bearer"])
    case is SecondFactorMissing:
      return try Problem(.unauthorized, "second_factor_missing", in: book)
        .reply([.wwwAuthenticate: "Bearer"])
    case is SessionLocked:
      return try Problem(.unauthorized, "session_locked", in: book)
        .reply([.wwwAuthenticate: "Bearer"])
    case is SignInRefused:
      return try Problem(.unauthorized, "sign_in_refused", in: book)
        .reply([.wwwAuthenticate: "Bearer"])
    case is SecondFactorRequired:
      return try Problem(.forbidden, "second_factor_required", in: book).reply()
    case is PasswordMustChange:
      return try Problem(.forbidden, "password_must_change", in: book).reply()
    case let throttled as Throttled:
      return try Problem(.tooManyRequests, "sign_in_throttled", in: book)
        .reply([.retryAfter: String(throttled.seconds)])
    case is TooManyPasswords:
      return try Problem(.serviceUnavailable, "sign_in_busy", in: book).reply([.retryAfter: "2"])
    case is ForeignPage:
      return try Problem(.forbidden, "form_of_another_site", in: book).reply()
    case is RoleNotAllowed:
      return try Problem(.forbidden, "role_not_allowed", in: book).reply()
    case let tooMany as TooManyRequests:
      let wait = String(tooMany.allowance.wait)
      return try Problem(.tooManyRequests, "too_many_requests", facts: ["seconds": wait], in: book)
        .reply([.retryAfter: wait])
    case is UnsupportedMediaType:
      return try Problem(.unsupportedMediaType, "json_required", in: book).reply()
    case let missing as NotFound:
      return try Problem(.notFound, "\(missing.what)_not_found", in: book).reply()
    case let error as HTTPError:
      return try reply(to: error, in: book)
    default:
      return try reply(toFailure: error, in: book)
    }
  }

  private func reply(to error: HTTPError, in book: Phrasebook) throws -> Reply {
    let code =
      switch error.status {
      case .notFound: "path_not_found"
      case .contentTooLarge: "content_too_large"
      default: "malformed_request"
      }
    return try Problem(error.status, code, in: book).reply()
  }

  /// A failure of the store.
  ///
  /// Its description carries no row data, so it may be logged; the client learns
  /// only what to do next.
  private func reply(toFailure error: any Error, in book: Phrasebook) throws -> Reply {
    switch StoreFailure(error) {
    case .refusedByConstraint:
      return try Problem(.conflict, "conflict", in: book).reply()
    case .refusedByType:
      return try Problem(.unprocessableContent, "unacceptable_value", in: book).reply()
    case .outcomeUnknown:
      logger.warning("outcome unknown", metadata: ["error": "\(error)"])
      return try Problem(.serviceUnavailable, "outcome_unknown", in: book)
        .reply([.retryAfter: "1"])
    case .unavailable:
      logger.warning("database unavailable", metadata: ["error": "\(error)"])
      return try Problem(.serviceUnavailable, "unavailable", in: book).reply([.retryAfter: "2"])
    case .defect:
      logger.error("unexpected error", metadata: ["error": "\(StoreFailure.words(for: error))"])
      return try Problem(.internalServerError, "internal", in: book).reply()
    }
  }
}
