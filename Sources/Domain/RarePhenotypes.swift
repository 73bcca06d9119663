/// Antigens whose absence makes a donor's blood hard to replace.
///
/// Such donors are called only for a patient who needs them.
package struct RarePhenotypeRule: Cited, Codable {
  /// The stable name, such as `vel_negative`.
  package let code: String
  package let name: Names
  /// What all must be absent.
  package let absent: [Antigen]
  /// What must all be there beside it, where the combination is what is rare.
  package let present: [Antigen]?
  package let source: String
  package let legalStatus: LegalStatus

  private enum CodingKeys: String, CodingKey {
    case code, name, absent, present, source
    case legalStatus = "legal_status"
  }
}

/// What one phenotyping said, antigen by antigen.
package struct AntigenTyping: Codable, Sendable, Hashable {
  package let present: Set<Antigen>
  package let absent: Set<Antigen>

  /// Describes what was found.
  package init(present: Set<Antigen>, absent: Set<Antigen>) {
    self.present = present
    self.absent = absent
  }

  /// Takes it from a phenotyping.
  package init(_ phenotyping: Phenotyping) {
    func antigens(_ result: AntigenPresence) -> Set<Antigen> {
      Set(phenotyping.results.filter { $0.result == result }.map(\.antigen))
    }
    self.init(present: antigens(.present), absent: antigens(.absent))
  }
}

extension Policy {
  /// The rules by which these findings together are rare; what two of them say differently of
  /// an antigen counts for nothing.
  package func rarities(in typings: [AntigenTyping]) -> [RarePhenotypeRule] {
    guard let rarePhenotypes, !typings.isEmpty else { return [] }
    let present = typings.reduce(into: Set<Antigen>()) { $0.formUnion($1.present) }
    let absent = typings.reduce(into: Set<Antigen>()) { $0.formUnion($1.absent) }
    return rarePhenotypes.filter { rule in
      absent.subtracting(present).isSuperset(of: rule.absent)
        && present.subtracting(absent).isSuperset(of: rule.present ?? [])
    }
  }

  var mistakesOfRarePhenotypes: [PolicyMistake] {
    let rules = rarePhenotypes ?? []
    return rules.enumerated().flatMap { index, rule -> [PolicyMistake] in
      var found: [PolicyMistake] = []
      if rule.absent.isEmpty {
        found.append(
          PolicyMistake("Nothing is absent, so nothing is rare.", at: "rare_phenotypes", index))
      }
      if !Set(rule.absent).isDisjoint(with: rule.present ?? []) {
        found.append(
          PolicyMistake(
            "An antigen is both absent and present.", at: "rare_phenotypes", index))
      }
      if rules.prefix(index).contains(where: { $0.code == rule.code }) {
        found.append(
          PolicyMistake(
            "The code \(rule.code) stands twice.", at: "rare_phenotypes", index, "code"))
      }
      return found
    }
  }
}
