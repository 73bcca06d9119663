import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import App
@testable import TestSupport

@Test func `all languages have the same keys with the same gaps`() throws {
  let books = try Language.allCases.map(Phrasebook.init)
  let english = try Phrasebook(.en)
  for book in books {
    #expect(book.keys == english.keys, "\(book.language)")
    for key in english.keys {
      let sentence = try #require(book.sentence(key))
      #expect(!sentence.trimmingCharacters(in: .whitespaces).isEmpty, "\(book.language) \(key)")
      #expect(gaps(sentence) == gaps(english(key)), "\(book.language) \(key)")
    }
  }
}

@Test func `every code that the sources can answer has a sentence`() throws {
  let codes = try Codes.ofTheSources()
  #expect(codes.count > 60, "the sources were read: \(codes.sorted())")
  for book in try Language.allCases.map(Phrasebook.init) {
    for code in codes.sorted() {
      #expect(book.sentence("code.\(code)") != nil, "\(book.language) code.\(code)")
    }
    for status in [400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503] {
      #expect(book.sentence("title.\(status)") != nil, "\(book.language) title.\(status)")
    }
  }
}

@Test(arguments: [
  ("kk", "kk"), ("ru-RU,ru;q=0.9,en;q=0.8", "ru"), ("de, en;q=0.1, kk;q=0.7", "kk"),
  ("", "en"), ("de", "en"), ("kk;q=0, ru", "ru"), ("KK-kz", "kk"), ("*", "en"), (";;,q=", "en"),
])
func `a problem speaks the reader's language`(accept: String, language: String) async throws {
  try await Cast.play { cast in
    let book = try Phrasebook(#require(Language(rawValue: language)))
    let answer = try await cast.staff.get(
      "/v1/donors/\(UUID())", ["Accept-Language": accept])
    #expect(answer["title"]?.text == book("title.404"))
    #expect(answer["detail"]?.text == book("code.donor_not_found"))
    #expect(answer.code == "donor_not_found", "the code is the same in every language")
  }
}

/// The gaps of a sentence.
private func gaps(_ sentence: String) -> Set<String> {
  Set(sentence.matches(of: /\{([a-z_]+)\}/).map { String($0.1) })
}
