package import Domain

/// Why a file cannot be imported at all.
package enum ImportMistake: Error, Sendable, Hashable {
  case unreadable(path: String)
  /// The list of rejects cannot be written.
  case unwritable(path: String)
  /// Not a record, or none but an empty one.
  case empty
  case notUTF8
  /// A quotation mark that opens in this row never closes.
  case quoteNotClosed(row: Int)
  /// The names of columns, each with what is wrong.
  case header([HeaderMistake])

  /// What to tell the person, a sentence for each mistake.
  package func sentences(in language: String) throws -> [String] {
    let book = try ImportWords(language)
    switch self {
    case .unreadable(let path): return [book("import.file_unreadable", ["path": path])]
    case .unwritable(let path): return [book("import.file_unwritable", ["path": path])]
    case .empty: return [book("import.file_empty", [:])]
    case .notUTF8: return [book("import.file_not_utf8", [:])]
    case .quoteNotClosed(let row):
      return [book("import.quote_not_closed", ["row": String(row)])]
    case .header(let mistakes): return mistakes.map { book("import.\($0.key)", $0.facts) }
    }
  }
}

/// What is wrong with the name of a column, or that it is not there.
package struct HeaderMistake: Sendable, Hashable {
  let key: String
  let facts: [String: String]
}

/// The sentences about imports in the language that was asked for.
package struct ImportWords: Sendable {
  private let book: Phrasebook

  /// The languages there are.
  package static var languages: [String] { Language.allCases.map(\.rawValue) }

  /// Takes a language by its code; English for another one.
  package init(_ language: String) throws {
    book = try Phrasebook(Language(rawValue: language) ?? .en)
  }

  /// Why a row was not taken, or what is odd about it.
  package func reason(_ finding: ImportFinding) -> String {
    book("code.\(finding.code)", finding.facts)
  }

  func callAsFunction(_ key: String, _ facts: [String: String]) -> String { book(key, facts) }
}
