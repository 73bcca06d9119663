package import Domain
import Yams

/// One value of a policy with its place in the file, for people who compare it with the law.
package struct PolicyEntry: Hashable, Sendable, Codable {
  /// Where it stands: `ages[0]`, `demand_days`.
  package let value: String
  /// What it says, without source and status.
  package let says: String
  package let source: String
  package let legalStatus: LegalStatus

  private enum CodingKeys: String, CodingKey {
    case value, says, source
    case legalStatus = "legal_status"
  }
}

extension PolicyEntry {
  /// Takes a value of a file that was read without a mistake.
  init(_ place: String, _ node: Node) {
    value = place
    says = node.saying
    source = node.mapping?["source"]?.string ?? ""
    legalStatus =
      node.mapping?["legal_status"]?.string.flatMap(LegalStatus.init(rawValue:)) ?? .draft
  }
}

extension Node {
  /// The places of all values that carry a source, in the order of the file.
  var citedPlaces: [String] {
    guard let mapping else { return [] }
    return mapping.flatMap { key, part -> [String] in
      guard let name = key.string else { return [] }
      if part.isCited { return [name] }
      return (part.sequence.map(Array.init) ?? []).enumerated()
        .filter { $0.element.isCited }.map { "\(name)[\($0.offset)]" }
    }
  }

  private var isCited: Bool { mapping?["legal_status"] != nil }

  /// The value at a place such as `ages[0]`; nil if there is none.
  subscript(place place: String) -> Node? {
    get {
      let (name, index) = Self.parts(of: place)
      guard let part = mapping?[name] else { return nil }
      guard let index else { return part.isCited ? part : nil }
      guard let list = part.sequence, list.indices.contains(index) else { return nil }
      return list[index]
    }
    set {
      let (name, index) = Self.parts(of: place)
      guard let newValue, var whole = mapping else { return }
      if let index, var list = whole[name]?.sequence, list.indices.contains(index) {
        list[index] = newValue
        whole[name] = .sequence(list)
      } else if index == nil {
        whole[name] = newValue
      }
      self = .mapping(whole)
    }
  }

  private static func parts(of place: String) -> (name: String, index: Int?) {
    let words = place.split(separator: "[")
    guard words.count == 2, words[1].last == "]", let index = Int(words[1].dropLast()) else {
      return (place, nil)
    }
    return (String(words[0]), index)
  }

  /// What a value says, without where it says it from: the same text for the same value.
  var saying: String {
    switch self {
    case .scalar(let scalar): return scalar.string
    case .sequence(let list): return "[" + list.map(\.saying).joined(separator: ", ") + "]"
    case .mapping(let mapping):
      let members = mapping.compactMap { key, part -> String? in
        guard let name = key.string, name != "source", name != "legal_status" else { return nil }
        return "\(name): \(part.saying)"
      }
      return members.sorted().joined(separator: ", ")
    case .alias: return ""
    }
  }

  /// The same value with another source, as one that was compared with the law.
  func confirmed(citing citation: String) -> Node {
    guard var members = mapping else { return self }
    members["source"] = Node(citation)
    members["legal_status"] = Node(LegalStatus.confirmed.rawValue)
    return .mapping(members)
  }
}
