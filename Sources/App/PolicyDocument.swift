import Config
package import Domain
import Foundation
import Yams

/// A policy as YAML: shipped under its code, or in a file of the operator.
package struct PolicyDocument: Sendable {
  /// The rules that were read.
  package let policy: Policy

  /// Reads `kz` and the like from the binary, anything else as a path.
  package init(named name: String) throws {
    let text =
      try Shipped.files["policies/\(name).yaml"]
      ?? String(contentsOf: URL(filePath: name), encoding: .utf8)
    policy = try YAMLDecoder().decode(Policy.self, from: text)
  }
}
