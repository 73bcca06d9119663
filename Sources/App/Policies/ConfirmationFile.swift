package import Domain
import Foundation
import Yams

/// The confirmations of an operator, kept in a file beside the policy.
package struct ConfirmationFile: Sendable {
  /// Every confirmation so far, the oldest first; nothing is ever taken out.
  package private(set) var confirmations: [Confirmation]

  /// Reads a file; one that does not exist yet has no confirmations.
  package init(path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else {
      confirmations = []
      return
    }
    let text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
    confirmations = try YAMLDecoder().decode([Confirmation].self, from: text)
  }

  /// Adds one and writes the file anew, whole or not at all.
  package mutating func add(_ confirmation: Confirmation, to path: String) throws {
    confirmations.append(confirmation)
    let encoder = YAMLEncoder()
    encoder.options.allowUnicode = true
    let text = "# Which value was compared with the law, written by `tamshy policy confirm`.\n"
    try Data((text + encoder.encode(confirmations)).utf8)
      .write(to: URL(filePath: path), options: .atomic)
  }
}
