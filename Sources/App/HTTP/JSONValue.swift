import Foundation
import JSONText

/// A JSON value as it was sent, before anybody asks what it means.
enum JSONValue: Decodable, Encodable, Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case text(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// Reads JSON; of a member that is there twice the last counts.
  ///
  /// - Throws: ``MalformedRequest`` for what is no JSON.
  init(json: [UInt8]) throws {
    // A decoder would mend broken UTF-8 in silence; what was not sent is not kept.
    guard String(validating: json, as: UTF8.self) != nil else {
      throw MalformedRequest("malformed_utf8")
    }
    guard !JSONDepth.isExceeded(by: json) else {
      throw MalformedRequest("json_too_deep", ["limit": String(JSONDepth.limit)])
    }
    guard !JSONNumbers.areTooLong(in: json) else {
      throw MalformedRequest("json_number_too_long", ["limit": String(JSONNumbers.longest)])
    }
    do {
      self = try JSONDecoder().decode(JSONValue.self, from: Data(json))
    } catch {
      throw MalformedRequest("malformed_json")
    }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    // Texts are the most frequent, so they are tried first; each miss is only a
    // question to the decoder, never an error of the client.
    if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let integer = try? container.decode(Int64.self) {
      self = .integer(integer)
    } else if container.decodeNil() {
      self = .null
    } else if let bool = try? container.decode(Bool.self) {
      self = .bool(bool)
    } else if let number = try? container.decode(Double.self), number.isFinite {
      self = .number(number)
    } else if let array = try? container.decode([JSONValue].self) {
      self = .array(array)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let bool): try container.encode(bool)
    case .integer(let integer): try container.encode(integer)
    case .number(let number): try container.encode(number)
    case .text(let text): try container.encode(text)
    case .array(let array): try container.encode(array)
    case .object(let object): try container.encode(object)
    }
  }

  /// The value in one spelling, whatever order and blanks it was sent with.
  func canonical() throws -> [UInt8] { try Self.writer.bytes(of: self) }

  // No JSON holds an instant.
  private static let writer = JSONWriter(sortsMembers: true) { _, _ in }
}
