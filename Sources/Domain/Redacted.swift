/// Something about a person, of which no log and no dump shows more than `description`.
package protocol Redacted: CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{}

extension Redacted {
  /// The same as `description`.
  package var debugDescription: String { description }

  /// No parts, so that dumping a value does not show what is in it.
  package var customMirror: Mirror { Mirror(self, children: []) }
}
