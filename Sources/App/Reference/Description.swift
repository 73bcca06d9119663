import Config
import Foundation
import Yams

/// The description of the HTTP interface, `docs/openapi.yaml`, as far as the service
/// itself reads it.
package struct Description: Sendable {
  /// The operations in the order in which they are described.
  package let operations: [Operation]
  let title: String
  let text: String
  let groups: [Group]
  let records: [Record]

  /// What belongs together.
  struct Group: Sendable {
    let name: String
    let text: String
  }

  /// One method of one path.
  package struct Operation: Sendable {
    package let method: String
    package let path: String
    let id: String
    let group: String
    let summary: String
    let text: String
    /// The ways to say who calls, such as `bearer`; `""` stands for saying nothing.
    package let security: [String]
    let parameters: [Parameter]
    let body: Shape?
    /// Whether there must be a body.
    let needsBody: Bool
    package let answers: [Answer]
  }

  /// What is said in the address or in a header.
  struct Parameter: Sendable {
    let name: String
    let place: String
    let required: Bool
    let text: String
    let shape: Shape
  }

  /// What comes back under one status.
  package struct Answer: Sendable {
    package let status: Int
    let text: String
    /// The media types of the content; none for an answer without one.
    package let types: [String]
    /// The headers that are always there.
    package let headers: [String]
    /// The codes that a problem can have; empty where there is no problem.
    package let codes: [String]
    let shape: Shape?
  }

  /// A schema that has a name.
  struct Record: Sendable {
    let name: String
    let text: String
    let shape: Shape
    let members: [Member]
    let example: String?
  }

  /// A member of a record.
  struct Member: Sendable {
    let name: String
    let required: Bool
    let shape: Shape
    let text: String
  }
}

extension Description {
  /// Reads the description that the binary carries.
  ///
  /// - Throws: ``IncompleteShipment`` when it is missing or is not one.
  package init() throws {
    guard let text = Shipped.files["openapi.yaml"], let root = try Yams.compose(yaml: text) else {
      throw IncompleteShipment("openapi.yaml is missing")
    }
    self = DescriptionReader(root).description()
  }

  /// The operation that a method and an address belong to, if there is one.
  package func operation(_ method: String, _ address: String) -> Operation? {
    let path = address.prefix { $0 != "?" }
    let parts = path.split(separator: "/")
    let fitting = operations.filter { operation in
      let segments = operation.path.split(separator: "/")
      return operation.method == (method == "HEAD" ? "GET" : method)
        && segments.count == parts.count
        && zip(parts, segments).allSatisfy { $0 == $1 || $1.hasPrefix("{") }
    }
    return fitting.first { $0.path == path } ?? fitting.first
  }
}

/// The form of a value, in words, with the record that it leads to.
struct Shape: Sendable {
  var form: String
  var record: String?
}
