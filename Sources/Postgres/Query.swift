/// A named SQL statement.
package struct Query: Sendable, Hashable {
  /// The name under which it is prepared, and which errors and logs carry.
  package let name: String
  /// The statement, with `$1` … for its binds.
  package let text: String

  /// Names a statement.
  package init(name: String, text: String) {
    self.name = name
    self.text = text
  }
}

/// One step of the schema, applied once and never edited after a release.
package struct Migration: Sendable, Hashable {
  /// The file's name without its ending: `0001_create_places`.
  package let name: String
  /// The statements, run together in one transaction.
  package let text: String

  /// Names a step.
  package init(name: String, text: String) {
    self.name = name
    self.text = text
  }
}
