import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Asks the issuer, with little patience and for little: it follows no redirect, and
/// reads no more than a document of this kind can have.
struct IssuerClient: Sendable {
  let patience: Duration

  /// What came back.
  struct Answer: Sendable {
    let status: Int
    let body: Data

    /// Reads it as JSON.
    func json<T: Decodable>(_ type: T.Type) throws(OpenIDFailure) -> T {
      guard !JSONNumbers.areTooLong(in: body) else {
        throw OpenIDFailure(.answerUnusable, "a number without end")
      }
      do {
        return try JSONDecoder().decode(type, from: body)
      } catch {
        throw OpenIDFailure(.answerUnusable, "no JSON of this form")
      }
    }
  }

  /// Reads a document.
  func document<T: Decodable & Sendable>(
    _ type: T.Type, at address: String
  ) async throws -> T {
    let answer = try await ask(HTTPClientRequest(url: address))
    guard answer.status == 200 else {
      throw OpenIDFailure(.answerUnusable, "status \(answer.status)")
    }
    return try answer.json(type)
  }

  /// Posts a form.
  func post(
    _ form: [(name: String, value: String)], to address: String, authorization: String?
  ) async throws -> Answer {
    var request = HTTPClientRequest(url: address)
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
    if let authorization { request.headers.add(name: "Authorization", value: authorization) }
    request.body = .bytes(ByteBuffer(string: Self.encoded(form)))
    return try await ask(request)
  }

  /// - Throws: ``OpenIDFailure`` for an issuer that does not answer in time, is away or
  ///   answers too much.
  private func ask(_ request: HTTPClientRequest) async throws -> Answer {
    var request = request
    request.headers.add(name: "Accept", value: "application/json")
    let answer: Answer
    do {
      answer = try await withThrowingTaskGroup(of: Answer?.self) { [request] group in
        group.addTask { try await send(request) }
        // The client's own deadline ends with the headers.
        group.addTask {
          try await Task.sleep(for: patience)
          return nil
        }
        defer { group.cancelAll() }
        guard let answer = try await group.next() ?? nil else {
          throw OpenIDFailure(.unreachable, "no answer in \(patience)")
        }
        return answer
      }
    } catch let failure as OpenIDFailure {
      throw failure
    } catch is NIOTooManyBytesError {
      throw OpenIDFailure(.answerUnusable, "more than \(Self.largest) bytes")
    } catch {
      let words = (error as? HTTPClientError)?.shortDescription ?? "\(type(of: error))"
      throw OpenIDFailure(.unreachable, words)
    }
    guard answer.status < 500 && answer.status != 429 else {
      throw OpenIDFailure(.unreachable, "status \(answer.status)")
    }
    return answer
  }

  /// A client for one request: people sign in seldom, and nothing is left to close.
  private func send(_ request: HTTPClientRequest) async throws -> Answer {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.httpVersion = .http1Only
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.timeout.connect = TimeAmount(patience)
    return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
      let response = try await client.execute(request, timeout: TimeAmount(patience))
      let body = try await response.body.collect(upTo: Self.largest)
      return Answer(status: Int(response.status.code), body: Data(body.readableBytesView))
    }
  }

  /// The keys of an issuer with many of them are some ten thousand bytes.
  private static let largest = 256 * 1024

  /// The fields as `application/x-www-form-urlencoded` has them.
  static func encoded(_ form: [(name: String, value: String)]) -> String {
    form.map { "\($0.name)=\(escaped($0.value))" }.joined(separator: "&")
  }

  static func escaped(_ text: String) -> String {
    // Nothing of UTF-8 cannot be escaped.
    text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
  }

  private static let unreserved = CharacterSet(
    charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
}
