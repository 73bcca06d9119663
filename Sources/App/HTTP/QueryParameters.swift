import Domain
import Foundation

/// The parameters after the question mark, read like a form: what nobody asked
/// for is a mistake.
final class QueryParameters {
  private var values: [String: String] = [:]
  private var problems: [FieldProblem] = []
  private var asked: Set<String> = []

  init(_ pairs: [(name: String, value: String)]) {
    for (name, value) in pairs {
      if values.updateValue(value, forKey: name) != nil { complain(name, "repeated") }
    }
  }

  func complain(_ name: String, _ code: String, _ facts: [String: String] = [:]) {
    problems.append(FieldProblem("?\(name)", code, facts: facts))
  }

  func finish() throws {
    // Every operation answers in the language that `lang` names.
    if !asked.contains("lang") { _ = choice("lang") as Language? }
    for name in values.keys.sorted() where !asked.contains(name) {
      complain(name.withoutLongNumbers, "unknown_parameter")
    }
    guard problems.isEmpty else { throw InvalidQuery(problems: problems) }
  }

  func text(_ name: String) -> String? {
    asked.insert(name)
    guard let value = values[name] else { return nil }
    if value.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
      || value.count > 200
    {
      complain(name, "out_of_range", ["minimum": "1", "maximum": "200"])
      return nil
    }
    return value
  }

  /// Whether a parameter is there, whatever its value.
  func flag(_ name: String) -> Bool { text(name) != nil }

  func value<T>(_ name: String, code: String, _ parse: (String) -> T?) -> T? {
    guard let text = text(name) else { return nil }
    guard let value = parse(text) else {
      complain(name, code)
      return nil
    }
    return value
  }

  func required<T>(_ name: String, or standIn: T, code: String, _ parse: (String) -> T?) -> T {
    if values[name] == nil { complain(name, "required") }
    return value(name, code: code, parse) ?? standIn
  }

  func id<Entity>(_ name: String) -> ID<Entity>? { value(name, code: "not_an_id") { ID($0) } }
  func day(_ name: String) -> Day? { value(name, code: "not_a_date") { Day($0) } }

  func region(_ name: String) -> String? {
    value(name, code: "region_unknown") { Regions.known.member($0) }
  }

  func choice<Choice: RawRepresentable<String> & CaseIterable>(_ name: String) -> Choice? {
    guard let text = text(name) else { return nil }
    if let choice = Choice(rawValue: text) { return choice }
    let allowed = Choice.allCases.map(\.rawValue).joined(separator: ", ")
    complain(name, "not_one_of", ["allowed": allowed])
    return nil
  }

  func donationNumber(_ name: String) -> DonationNumber? {
    // Whatever is wrong with it, the code says how one looks.
    value(name, code: "din_malformed") { try? DonationNumber($0) }
  }

  /// A blood group; a `+` that a client forgot to escape arrives as a blank.
  func bloodGroup(_ name: String) -> BloodGroup? {
    value(name, code: "blood_group_unreadable", Self.group)
  }

  func bloodGroups(_ name: String) -> [BloodGroup]? {
    value(name, code: "blood_group_unreadable") { text in
      let parts = text.split(separator: ",", omittingEmptySubsequences: false)
      let groups = parts.compactMap { Self.group(String($0)) }
      return groups.count == parts.count ? groups : nil
    }
  }

  private static func group(_ text: String) -> BloodGroup? {
    let text = text.hasSuffix(" ") ? text.dropLast() + "+" : text
    guard case .group(let group)? = BloodGroup.read(text) else { return nil }
    return group
  }

  /// How many records a page holds: as many as usual unless told, 200 at most.
  func limit(_ usual: Int = 50) -> Int {
    guard let text = text("limit") else { return usual }
    if let limit = Int(text), (1...200).contains(limit) { return limit }
    complain("limit", "out_of_range", ["minimum": "1", "maximum": "200"])
    return usual
  }
}

/// Parameters after the question mark that cannot be understood: 400.
struct InvalidQuery: Error {
  let problems: [FieldProblem]
}

extension Call {
  /// Reads the parameters; unknown ones are refused.
  func parameters<T>(_ read: (QueryParameters) throws -> T) throws -> T {
    let parameters = QueryParameters(query)
    let result = try read(parameters)
    try parameters.finish()
    return result
  }

  func requireNoQuery() throws { try parameters { _ in } }
}
