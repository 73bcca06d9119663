import Config
import Foundation
import Yams

/// A language the service speaks.
enum Language: String, CaseIterable, Sendable {
  case kk, ru, en

  /// The best language for an `Accept-Language`; nil when it names none of ours.
  init?(accepting header: String?) {
    let wishes = (header ?? "").split(separator: ",").compactMap { wish -> (Language, Double)? in
      let parts = wish.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
      guard let code = parts.first?.split(separator: "-").first.map(String.init),
        let language = Language(rawValue: code.lowercased())
      else { return nil }
      let weight =
        parts.dropFirst().first { $0.hasPrefix("q=") }
        .flatMap { Double($0.dropFirst(2)) } ?? 1
      return (language, weight)
    }
    // The first of equals wins: `max` would take the last.
    guard let best = wishes.reversed().max(by: { $0.1 < $1.1 }), best.1 > 0 else { return nil }
    self = best.0
  }

  /// The locale that formats dates and numbers.
  var locale: Locale {
    switch self {
    case .kk: Locale(identifier: "kk_KZ")
    case .ru: Locale(identifier: "ru_KZ")
    // `en` alone would put the month first.
    case .en: Locale(identifier: "en_GB")
    }
  }
}

/// The sentences of the service in one language.
struct Phrasebook: Sendable {
  let language: Language
  private let sentences: [String: String]

  /// The sentence for a key with its gaps filled; the key itself if there is none.
  func callAsFunction(_ key: String, _ facts: [String: String] = [:]) -> String {
    sentence(key, facts) ?? key
  }

  /// The sentence for a key, or nil.
  func sentence(_ key: String, _ facts: [String: String] = [:]) -> String? {
    guard var text = sentences[key] else { return nil }
    for (name, value) in spoken(facts) { text = text.replacing("{\(name)}", with: value) }
    return text
  }

  /// The keys that have a sentence.
  var keys: Set<String> { Set(sentences.keys) }

  /// Reads the shipped sentences of a language.
  init(_ language: Language) throws {
    self.language = language
    guard let text = Shipped.files["locales/\(language.rawValue).yaml"] else {
      throw IncompleteShipment("locales/\(language.rawValue).yaml is missing")
    }
    // A decoder would look for every key among all of them.
    let pairs = try Yams.compose(yaml: text)?.mapping?.map { ($0.key.string, $0.value.string) }
    var sentences: [String: String] = [:]
    for (key, sentence) in pairs ?? [] {
      guard let key, let sentence else {
        throw IncompleteShipment(
          "locales/\(language.rawValue).yaml: \(key ?? "?") is no sentence")
      }
      sentences[key] = sentence
    }
    self.sentences = sentences
  }
}

/// The phrasebooks of all languages; every one has the same keys.
struct Phrasebooks: Sendable {
  /// The shipped ones, read once.
  static let shipped = Result { try Phrasebooks() }

  private let books: [Language: Phrasebook]

  /// Reads all languages.
  ///
  /// - Throws: ``IncompleteShipment`` when one lacks a key that another has: a page
  ///   must never find out.
  init() throws {
    let all = try Language.allCases.map(Phrasebook.init)
    books = Dictionary(uniqueKeysWithValues: all.map { ($0.language, $0) })
    let keys = all.reduce(into: Set()) { $0.formUnion($1.keys) }
    for book in all {
      let missing = keys.subtracting(book.keys).sorted()
      guard missing.isEmpty else {
        throw IncompleteShipment(
          "locales/\(book.language.rawValue).yaml lacks \(missing.joined(separator: ", "))")
      }
    }
    english = try books[.en] ?? Phrasebook(.en)
  }

  private let english: Phrasebook

  subscript(language: Language) -> Phrasebook { books[language] ?? english }
}

/// The binary does not carry what it needs; it must not start.
struct IncompleteShipment: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
