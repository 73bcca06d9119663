import Config

/// The passwords that everybody tries first, as shipped.
package enum CommonPasswords {
  /// Reads the list.
  ///
  /// - Throws: when the binary does not carry it.
  package static func read() throws -> Set<String> {
    guard let text = Shipped.files["passwords/common.txt"] else {
      throw IncompleteShipment("passwords/common.txt is missing")
    }
    return Set(text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init))
  }
}
