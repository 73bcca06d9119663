/// A rule's answer "no", with a code machines can rely on.
package protocol Refusal: Error, Sendable, Hashable {
  /// The stable name of the rule that refused, in snake_case.
  var code: String { get }

  /// What fills the gaps of the sentence shown in the reader's language.
  ///
  /// Never names, identity numbers or contacts: these words reach logs.
  var facts: [String: String] { get }
}

extension Refusal {
  /// Most refusals need no more words than their code.
  package var facts: [String: String] { [:] }
}

/// One thing wrong with one field of what somebody sent.
package struct FieldProblem: Hashable, Sendable, Codable {
  /// Where the field is, as a JSON Pointer such as `/birth_date`.
  package let pointer: String
  /// The stable name of what is wrong.
  package let code: String
  /// What fills the gaps of the sentence.
  package let facts: [String: String]

  /// Says what is wrong with the field at `pointer`.
  package init(_ pointer: String, _ code: String, facts: [String: String] = [:]) {
    self.pointer = pointer
    self.code = code
    self.facts = facts
  }
}

/// Input that cannot become a value, with every problem found at once.
package struct InvalidInput: Error, Hashable, Sendable {
  /// All problems, in the order of the fields.
  package let problems: [FieldProblem]

  /// Collects what is wrong.
  package init(_ problems: [FieldProblem]) {
    self.problems = problems
  }
}
