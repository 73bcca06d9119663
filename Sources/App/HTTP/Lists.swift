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
    guard let data = Data(base64Encoded: padded), !JSONNumbers.areTooLong(in: data) else {
      return nil
    }
    return try? JSONDecoder().decode(Value.self, from: data)  // Not ours: no cursor.
  }
}

extension QueryParameters {
  /// Where a page of records that are ordered by id starts.
  func page<Record>(of usual: Int = 50) -> Page<Record> {
    let after: ID<Record>? = value("cursor", code: "cursor_unreadable") { Cursor.decode($0) }
    // One more than a page tells whether there is a next one.
    return Page(after: after, limit: limit(usual) + 1)
  }
}

extension Call {
  /// A page of records as JSON or, if asked for, as CSV.
  func list<Record: Encodable>(
    _ records: [Record], limit: Int, cursor: (Record) throws -> some Encodable
  ) throws -> Reply {
    let page = Array(records.prefix(limit))
    let next = try records.count > limit ? page.last.map { try Cursor.encode(cursor($0)) } : nil
    var reply = try table(of: page) ?? Reply.json(Listing(items: page, nextCursor: next))
    if let next { reply.headers[.link] = "<\(nextPage(next))>; rel=\"next\"" }
    reply.headers[.vary] = Self.vary
    return reply
  }

  /// The records as CSV, if that is what the reader prefers.
  func table(of records: [some Encodable]) throws -> Reply? {
    guard wants("text/csv") else { return nil }
    return try Reply(
      .ok, CSV.encode(records), type: MediaType.csv, headers: [.vary: Self.vary])
  }

  /// What the same address answers differently by.
  static let vary = "Accept, Accept-Language"

  /// A single record, with the tag by which it is recognised.
  func record(_ record: some Encodable) throws -> Reply {
    try requireNoQuery()
    return tagged(try Reply.json(record))
  }

  /// The reply with its tag, or without its content for a reader who has it.
  func tagged(_ reply: Reply) -> Reply {
    var reply = reply
    guard case .bytes(let bytes) = reply.body else { return reply }
    let tag = "\"\(SHA256.hash(data: Data(bytes)).hex.prefix(24))\""
    reply.headers[.eTag] = tag
    if headers[.ifNoneMatchTag]?.split(separator: ",").contains(where: {
      let candidate = $0.trimmingCharacters(in: .whitespaces)
      // Whoever compressed the answer on its way may have weakened the tag.
      return candidate == tag || candidate == "W/" + tag || candidate == "*"
    }) == true {
      reply.status = .notModified
      reply.body = .bytes([])
    }
    return reply
  }

  /// Whether the reader prefers this media type to JSON; the first of equals wins.
  func wants(_ type: String) -> Bool {
    let wishes = (headers[.accept]?.lowercased() ?? "").split(separator: ",").map { wish in
      let parts = wish.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
      let weight = parts.first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
      return (name: parts.first ?? "", weight: weight)
    }
    let known = wishes.filter { [type, "application/json", "*/*"].contains($0.name) }
    guard let best = known.map(\.weight).max(), best > 0 else { return false }
    return known.first { $0.weight == best }?.name == type
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
