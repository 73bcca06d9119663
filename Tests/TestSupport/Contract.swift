package import App
package import HTTPTypes
package import HummingbirdTesting

/// What the description of the HTTP interface promises; every answer that a test
/// gets is held against it, so that the whole suite proves the contract.
package enum Contract {
  /// The description that the binary carries.
  package static var description: Description {
    get throws { try read.get() }
  }

  private static let read = Result { try Description() }

  /// An answer that nobody described.
  package struct Breach: Error, CustomStringConvertible {
    package let description: String
  }

  /// Whether the server is broken on purpose; otherwise a 500 is a breach.
  @TaskLocal package static var mayBreak = false

  /// Holds an answer against the description of its operation.
  ///
  /// - Throws: ``Breach`` for a status, a media type, a problem's code or a missing
  ///   header that the description does not know.
  package static func check(
    _ answer: TestResponse, to method: HTTPRequest.Method, _ path: String
  ) throws {
    let (status, type) = (answer.status.code, answer.headers[.contentType].map(essence))
    func breach(_ what: String) -> Breach {
      Breach(description: "\(method) \(path) answers \(status): \(what) is not described")
    }
    guard let operation = try description.operation(method.rawValue, path) else {
      guard [404, 405].contains(status) else { throw breach("the operation") }
      return
    }
    if status == 500 && mayBreak { return }
    guard let promise = operation.answers.first(where: { $0.status == status }) else {
      throw breach("the status (\(answer.code ?? "no problem"))")
    }
    if let type, status != 304, !promise.types.contains(type) { throw breach("\(type)") }
    if type == "application/problem+json", method != .head, !promise.codes.isEmpty,
      !promise.codes.contains(answer.code ?? "")
    {
      throw breach("the code \(answer.code ?? "")")
    }
    for name in promise.headers where type != "text/csv" {
      guard let field = HTTPField.Name(name), answer.headers[field] != nil else {
        throw breach("an answer without \(name)")
      }
    }
  }

  private static func essence(_ type: String) -> String {
    type.prefix { $0 != ";" }.lowercased()
  }
}
