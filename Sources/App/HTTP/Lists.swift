import Crypto
import Domain
import Foundation
import HTTPTypes
import Store

/// One page of records and where the next one starts.
private struct Listing<Record: Encodable>: Encodable {
  let items: [Record]
  let nextCursor: String?

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(items, forKey: .items)
    try container.encode(nextCursor, forKey: .nextCursor)
  }

  private enum Keys: String, CodingKey { case items, nextCursor }
}

/// A cursor as clients carry it: opaque, so that its content can change.
enum Cursor {
  static func encode(_ value: some Encodable) throws -> String {
    try JSONEncoder().encode(value).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  static func decode<Value: Decodable>(_ text: String) -> Value? {
    let plain = text.replacing("-", with: "+").replacing("_", with: "/")
    let padded = plain + String(repeating: "=", count: (4 - plain.count % 4) % 4)
    guard let data = Data(base64Encoded: padded) else { return nil }
    return try? JSONDecoder().decode(Value.self, from: data)  // Not ours: no cursor.
  }
}

extension QueryParameters {
  /// Where a page of records that are ordered by id starts.
  func page<Record>() -> Page<Record> {
    let after: ID<Record>? = value("cursor", code: "cursor_unreadable") { Cursor.decode($0) }
    // One more than a page tells whether there is a next one.
    return Page(after: after, limit: limit() + 1)
  }
}

extension Call {
  /// A page of records as JSON or, if asked for, as CSV.
  func list<Record: Encodable>(
    _ records: [Record], limit: Int, cursor: (Record) throws -> some Encodable
  ) throws -> Reply {
    let page = Array(records.prefix(limit))
    let next = try records.count > limit ? page.last.map { try Cursor.encode(cursor($0)) } : nil
    var reply =
      if wants("text/csv") {
        try Reply(.ok, CSV.encode(page), type: MediaType.csv)
      } else {
        try Reply.json(Listing(items: page, nextCursor: next))
      }
    if let next { reply.headers[.link] = "<\(nextPage(next))>; rel=\"next\"" }
    reply.headers[.vary] = "Accept, Accept-Language"
    return reply
  }

  /// A single record, with the tag by which it is recognised.
  func record(_ record: some Encodable) throws -> Reply {
    try requireNoQuery()
    var reply = try Reply.json(record)
    guard case .bytes(let bytes) = reply.body else { return reply }
    let tag = "\"\(SHA256.hash(data: Data(bytes)).hex.prefix(24))\""
    reply.headers[.eTag] = tag
    if headers[.ifNoneMatchTag]?.split(separator: ",").contains(where: {
      let candidate = $0.trimmingCharacters(in: .whitespaces)
      return candidate == tag || candidate == "*"
    }) == true {
      reply.status = .notModified
      reply.body = .bytes([])
    }
    return reply
  }

  /// Whether the reader prefers this media type to JSON.
  func wants(_ type: String) -> Bool {
    guard let accepted = headers[.accept]?.lowercased() else { return false }
    for wish in accepted.split(separator: ",") {
      let name = wish.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces)
      if name == type { return true }
      if name == "application/json" || name == "*/*" { return false }
    }
    return false
  }

  private func nextPage(_ cursor: String) -> String {
    var components = URLComponents()
    components.path = path
    components.queryItems =
      query.filter { $0.name != "cursor" }.map { URLQueryItem(name: $0.name, value: $0.value) }
      + [URLQueryItem(name: "cursor", value: cursor)]
    return components.string?.replacing("+", with: "%2B") ?? path
  }
}
