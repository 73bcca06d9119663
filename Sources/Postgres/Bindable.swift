package import FoundationEssentials

/// A value that can stand for `$1` … in a statement.
///
/// Values travel as text and the server infers their type from where they stand. An enum with
/// raw strings conforms by naming the protocol: `extension BloodGroup: Bindable {}`.
package protocol Bindable {
  /// Whether this is NULL; nothing is written then.
  var isNull: Bool { get }
  /// Whether the text has to be quoted as an element of an array.
  static var needsQuotes: Bool { get }
  /// Appends the value as PostgreSQL reads it.
  ///
  /// - Throws: `PostgresError` with kind `.binding` if the value has no such text.
  func write(to text: inout BindText) throws
}

extension Bindable {
  package var isNull: Bool { false }
  package static var needsQuotes: Bool { true }
}

extension Bindable where Self: RawRepresentable, RawValue: Bindable {
  package var isNull: Bool { rawValue.isNull }
  package static var needsQuotes: Bool { RawValue.needsQuotes }
  package func write(to text: inout BindText) throws { try rawValue.write(to: &text) }
}

extension String: Bindable {
  package func write(to text: inout BindText) throws { try text.append(self) }
}

extension Substring: Bindable {
  package func write(to text: inout BindText) throws { try text.append(String(self)) }
}

extension Int: Bindable {
  package static var needsQuotes: Bool { false }
  package func write(to text: inout BindText) { text.append(ascii: String(self)) }
}

extension Int16: Bindable {
  package static var needsQuotes: Bool { false }
  package func write(to text: inout BindText) { text.append(ascii: String(self)) }
}

extension Int32: Bindable {
  package static var needsQuotes: Bool { false }
  package func write(to text: inout BindText) { text.append(ascii: String(self)) }
}

extension Int64: Bindable {
  package static var needsQuotes: Bool { false }
  package func write(to text: inout BindText) { text.append(ascii: String(self)) }
}

extension Double: Bindable {
  package static var needsQuotes: Bool { false }
  package func write(to text: inout BindText) { text.append(ascii: String(self)) }
}

extension Decimal: Bindable {
  package static var needsQuotes: Bool { false }
  package func write(to text: inout BindText) { text.append(ascii: description) }
}

extension Bool: Bindable {
  package static var needsQuotes: Bool { false }
  package func write(to text: inout BindText) { text.append(ascii: self ? "t" : "f") }
}

extension UUID: Bindable {
  package static var needsQuotes: Bool { false }
  package func write(to text: inout BindText) { text.append(hex: self) }
}

/// An instant, sent in UTC to the microsecond, which is all that `timestamptz` keeps.
extension Date: Bindable {
  package func write(to text: inout BindText) throws {
    guard let stamp = Timestamp(self) else {
      throw PostgresError(.binding, "an instant outside the years 1 to 9999")
    }
    text.append(stamp)
  }
}

/// Bytes, sent as `bytea`.
extension Data: Bindable {
  package func write(to text: inout BindText) { text.append(bytea: self) }
}

extension Optional: Bindable where Wrapped: Bindable {
  package var isNull: Bool { self?.isNull ?? true }
  package static var needsQuotes: Bool { Wrapped.needsQuotes }
  package func write(to text: inout BindText) throws { try self?.write(to: &text) }
}

/// An array, sent as PostgreSQL's array; `[UInt8]` alone is `bytea`.
extension Array: Bindable where Element: Bindable {
  package static var needsQuotes: Bool { Element.self == UInt8.self }

  package func write(to text: inout BindText) throws {
    // The type is asked first: an empty array of anything can be cast to any other.
    if Element.self == UInt8.self, let bytes = self as? [UInt8] {
      text.append(bytea: bytes)
    } else {
      try text.append(array: self)
    }
  }
}

/// A byte: an element of `bytea` when in an array, a small number alone.
extension UInt8: Bindable {
  package static var needsQuotes: Bool { false }
  package func write(to text: inout BindText) { text.append(ascii: String(self)) }
}
