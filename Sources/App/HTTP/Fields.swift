import Domain
import Foundation

/// The members of a JSON object, read one by one; everything wrong with them is
/// collected, so that people mend a form once.
///
/// A reader returns a stand-in for a member that is wrong. It is never used:
/// ``finish()`` throws then.
final class Fields {
  private let members: [String: JSONValue]
  private let pointer: String
  private let collected: Problems
  private var asked: Set<String> = []

  /// The problems of an object and of those inside it.
  private final class Problems {
    var found: [FieldProblem] = []
  }

  /// Starts reading the object that a request carried.
  convenience init(_ object: [String: JSONValue]) {
    self.init(object, at: "", collected: Problems())
  }

  private init(_ object: [String: JSONValue], at pointer: String, collected: Problems) {
    members = object
    self.pointer = pointer
    self.collected = collected
  }

  /// Adds a problem that the reader of the form found.
  ///
  /// The first one of a member counts: what is said of its stand-in is not true.
  func complain(_ name: String, _ code: String, _ facts: [String: String] = [:]) {
    let escaped = name.replacing("~", with: "~0").replacing("/", with: "~1")
    let place = "\(pointer)/\(escaped)"
    guard !collected.found.contains(where: { $0.pointer == place }) else { return }
    collected.found.append(FieldProblem(place, code, facts: facts))
  }

  /// Whether a member was sent and is not null.
  func has(_ name: String) -> Bool { value(name) != nil }

  /// Whether a member was sent as null: what stands in the record shall go.
  func isNull(_ name: String) -> Bool {
    asked.insert(name)
    return members[name] == .null
  }

  /// Ends the reading of this object: members nobody asked for are mistakes.
  func close() {
    for name in members.keys.sorted() where !asked.contains(name) {
      complain(name.withoutLongNumbers, "unknown_member")
    }
  }

  /// Ends the reading of the whole form.
  ///
  /// - Throws: `InvalidInput` with every problem found.
  func finish() throws(InvalidInput) {
    close()
    guard collected.found.isEmpty else { throw InvalidInput(collected.found) }
  }

  // Texts

  func text(_ name: String, atMost limit: Int = 200) -> String {
    guard let value = required(name) else { return "" }
    return cleaned(value, name, limit) ?? ""
  }

  func optionalText(_ name: String, atMost limit: Int = 200) -> String? {
    value(name).flatMap { cleaned($0, name, limit) }
  }

  /// A text without blanks at its ends; NFC, so that one name has one spelling.
  private func cleaned(_ value: JSONValue, _ name: String, _ limit: Int) -> String? {
    guard case .text(let raw) = value else {
      complain(name, "wrong_type", ["expected": "text"])
      return nil
    }
    switch PlainText.read(raw, atMost: limit) {
    case .success(let text): return text
    case .failure(let mistake):
      complain(name, mistake.code, mistake.facts)
      return nil
    }
  }

  // Numbers

  func integer(_ name: String, in range: ClosedRange<Int>) -> Int {
    guard let value = required(name) else { return range.lowerBound }
    return checked(value, name, range)
  }

  func optionalInteger(_ name: String, in range: ClosedRange<Int>) -> Int? {
    value(name).map { checked($0, name, range) }
  }

  private func checked(_ value: JSONValue, _ name: String, _ range: ClosedRange<Int>) -> Int {
    guard case .integer(let number) = value else {
      complain(name, "wrong_type", ["expected": "whole number"])
      return range.lowerBound
    }
    guard range.contains(Int(number)) else {
      complain(
        name, "out_of_range",
        ["minimum": String(range.lowerBound), "maximum": String(range.upperBound)])
      return range.lowerBound
    }
    return Int(number)
  }

  // Values with a form of their own

  /// A member that `parse` turns from text into a value.
  func value<T>(
    _ name: String, or standIn: @autoclosure () -> T, code: String,
    _ parse: (String) -> T?
  ) -> T {
    guard let value = required(name) else { return standIn() }
    return parsed(value, name, code, parse) ?? standIn()
  }

  func optionalValue<T>(_ name: String, code: String, _ parse: (String) -> T?) -> T? {
    value(name).flatMap { parsed($0, name, code, parse) }
  }

  private func parsed<T>(
    _ value: JSONValue, _ name: String, _ code: String, _ parse: (String) -> T?
  ) -> T? {
    guard case .text(let text) = value else {
      complain(name, "wrong_type", ["expected": "text"])
      return nil
    }
    guard let result = parse(text) else {
      complain(name, code)
      return nil
    }
    return result
  }

  // Objects and arrays

  /// An object inside; nil when it was not sent.
  func object(_ name: String) -> Fields? {
    guard let value = value(name) else { return nil }
    return nested(value, name, "\(pointer)/\(name)")
  }

  /// An array of objects inside.
  func objects(_ name: String, count range: ClosedRange<Int>) -> [Fields] {
    guard let values = array(name, count: range) else { return [] }
    return values.enumerated().compactMap { index, value in
      nested(value, "\(name)/\(index)", "\(pointer)/\(name)/\(index)")
    }
  }

  /// An array of texts that `parse` turns into values; nil when it was not sent.
  func optionalValues<T>(
    _ name: String, count range: ClosedRange<Int>, code: String, _ parse: (String) -> T?
  ) -> [T]? {
    guard has(name), let values = array(name, count: range) else { return nil }
    return values.enumerated().compactMap { index, value in
      if case .text(let text) = value, let result = parse(text) { return result }
      collected.found.append(FieldProblem("\(pointer)/\(name)/\(index)", code))
      return nil
    }
  }

  /// The raw value of a member, for forms that take more than one type.
  func raw(_ name: String) -> JSONValue? { value(name) }

  private func array(_ name: String, count range: ClosedRange<Int>) -> [JSONValue]? {
    guard let value = required(name) else { return nil }
    guard case .array(let values) = value else {
      complain(name, "wrong_type", ["expected": "array"])
      return nil
    }
    guard range.contains(values.count) else {
      complain(
        name, "wrong_count",
        ["minimum": String(range.lowerBound), "maximum": String(range.upperBound)])
      return nil
    }
    return values
  }

  private func nested(_ value: JSONValue, _ name: String, _ pointer: String) -> Fields? {
    guard case .object(let object) = value else {
      collected.found.append(
        FieldProblem(pointer, "wrong_type", facts: ["expected": "object"]))
      return nil
    }
    return Fields(object, at: pointer, collected: collected)
  }

  private func required(_ name: String) -> JSONValue? {
    let value = value(name)
    if value == nil { complain(name, "required") }
    return value
  }

  private func value(_ name: String) -> JSONValue? {
    asked.insert(name)
    guard let value = members[name], value != .null else { return nil }
    return value
  }
}

extension String {
  /// The text without runs of digits that could be somebody's number.
  ///
  /// A name that nobody asked for is told back, and may be a value in the wrong place.
  var withoutLongNumbers: String { replacing(/[0-9]{4,}/, with: "…") }
}
