import Foundation

/// The fields of a form as browsers post them: `application/x-www-form-urlencoded`.
struct FormBody: Sendable {
  private let fields: [String: String]

  /// Reads a body; what cannot be decoded is left out.
  init(_ body: [UInt8]) {
    let pairs = String(decoding: body, as: UTF8.self).split(separator: "&")
    fields = pairs.reduce(into: [:]) { fields, pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = Self.decoded(parts[0]),
        let value = Self.decoded(parts.count == 2 ? parts[1] : "")
      else { return }
      fields[name] = value
    }
  }

  subscript(name: String) -> String? { fields[name] }

  private static func decoded(_ text: Substring) -> String? {
    text.replacing("+", with: " ").removingPercentEncoding
  }
}
