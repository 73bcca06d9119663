import Config
import Foundation
import HTTPTypes

/// The description of the HTTP interface, for machines and for people.
struct Reference: Sendable {
  static let endpoints: [Endpoint] = [
    .get("/openapi.yaml", .anyone, file),
    .get("/reference", .anyone, page),
  ]

  private let content: ReferencePage
  private let yaml: [UInt8]

  /// The description that the binary carries, read once for the process.
  static let shipped = Result { try Reference() }

  private init() throws {
    content = ReferencePage(try Description())
    yaml = Array((Shipped.files["openapi.yaml"] ?? "").utf8)
  }

  /// `GET /openapi.yaml`.
  @Sendable static func file(_ call: Call) async throws -> Reply {
    try call.requireNoQuery()
    return call.tagged(Reply(.ok, call.service.reference.yaml, type: MediaType.yaml))
  }

  /// `GET /reference`.
  @Sendable static func page(_ call: Call) async throws -> Reply {
    try call.requireNoQuery()
    let language = call.pageLanguage
    return try call.service.pages.render(
      call.service.reference.content, template: "reference",
      frame: call.frame(in: language, query: call.query), words: call.service.books[language])
  }
}
