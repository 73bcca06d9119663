import Foundation
import HTTPTypes
import HummingbirdTesting
import TestSupport

@testable import App

// JSON as tests write it down and look into it.
extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  init(stringLiteral value: String) { self = .text(value) }
  init(integerLiteral value: Int64) { self = .integer(value) }
  init(floatLiteral value: Double) { self = .number(value) }
  init(booleanLiteral value: Bool) { self = .bool(value) }
  init(nilLiteral: ()) { self = .null }
  init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(Dictionary(elements, uniquingKeysWith: { $1 }))
  }

  /// The member of an object; nil when it was not sent.
  subscript(_ member: String) -> JSONValue? {
    if case .object(let members) = self { members[member] } else { nil }
  }

  /// The element of an array; nil beyond its end.
  subscript(_ index: Int) -> JSONValue? {
    elements.indices.contains(index) ? elements[index] : nil
  }

  /// The elements of an array; none for anything else.
  var elements: [JSONValue] {
    if case .array(let elements) = self { elements } else { [] }
  }

  /// The names of an object's members.
  var members: Set<String> {
    if case .object(let members) = self { Set(members.keys) } else { [] }
  }

  var text: String? {
    if case .text(let text) = self { text } else { nil }
  }

  var integer: Int? {
    if case .integer(let number) = self { Int(number) } else { nil }
  }

  /// As a client sends it.
  var sent: String {
    // Every value that a test writes down can be encoded.
    (try? JSONEncoder().encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}

extension TestResponse {
  /// The body as JSON; null when it is none.
  var value: JSONValue {
    // No JSON: then every member is missing, and the test that asks for one says so.
    (try? JSONValue(json: Array(text.utf8))) ?? .null
  }

  subscript(_ member: String) -> JSONValue? { value[member] }

  /// The records of a list.
  var items: [JSONValue] { self["items"]?.elements ?? [] }

  /// What is wrong with which member, as `pointer code`.
  var complaints: [String] {
    (self["errors"]?.elements ?? []).map {
      "\($0["pointer"]?.text ?? "") \($0["code"]?.text ?? "")"
    }
  }

  /// A header, by name.
  func header(_ name: String) -> String? {
    HTTPField.Name(name).flatMap { headers[$0] }
  }
}
