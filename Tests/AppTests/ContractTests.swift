import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import App
@testable import TestSupport

@Test func `the description knows every operation, and no other`() throws {
  let described = try Contract.description.operations.map { "\($0.method) \($0.path)" }
  #expect(Set(described) == Set(Routes.all.map { "\($0.method) \($0.path)" }))
  #expect(described.count == Routes.all.count)
}

@Test func `the description says who may call as the service does`() throws {
  for endpoint in Routes.all {
    let operation = try #require(
      try Contract.description.operation(endpoint.method.rawValue, endpoint.path))
    let what = "\(endpoint.method) \(endpoint.path)"
    let isOpen = operation.security.isEmpty || operation.security.contains("")
    #expect(isOpen == (endpoint.access == .anyone), "\(what)")
    let named = operation.text.matches(of: /`([a-z_]+)`/).compactMap { Role(rawValue: "\($0.1)") }
    if case .roles(let roles) = endpoint.access {
      #expect(Set(named) == roles, "\(what)")
    } else {
      #expect(named.isEmpty, "\(what)")
    }
    #expect(Set(operation.answers.map(\.status)).contains(401) || isOpen, "\(what)")
  }
}

@Test func `an answer that nobody described is a breach`() async throws {
  try await Cast.play { cast in
    let answer = try await cast.admin.get("/v1/sites")
    #expect(throws: Contract.Breach.self) { try Contract.check(answer, to: .post, "/v1/sites") }
    #expect(throws: Contract.Breach.self) { try Contract.check(answer, to: .get, "/shortages") }
    #expect(throws: Contract.Breach.self) { try Contract.check(answer, to: .get, "/v1/nothing") }
    #expect(throws: Contract.Breach.self) {
      try Contract.check(answer, to: .get, "/v1/policies/current")
    }
    try Contract.check(answer, to: .get, "/v1/sites")
  }
}

@Test func `every code of a problem has a sentence`() throws {
  let book = try Phrasebook(.kk)
  for operation in try Contract.description.operations {
    for code in operation.answers.flatMap(\.codes) {
      #expect(
        book.sentence("code.\(code)") != nil, "\(operation.method) \(operation.path): \(code)")
    }
  }
}

@Test func `the description is served as it was written`() async throws {
  try await Cast.play { cast in
    let answer = try await cast.clients.nobody.get("/openapi.yaml")
    #expect(answer.header("Content-Type") == "application/yaml; charset=utf-8")
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "docs/openapi.yaml")
    let written = try String(contentsOf: file, encoding: .utf8)
    let isSame = answer.text == written.trimmingCharacters(in: .newlines)
    #expect(isSame, "what is served is docs/openapi.yaml")
    let tag = try #require(answer.header("ETag"))
    let again = try await cast.clients.nobody.get("/openapi.yaml", ["If-None-Match": tag])
    #expect(again.status == .notModified)
  }
}

@Test(arguments: Language.allCases)
func `the reference shows every operation and every record`(language: Language) async throws {
  try await Cast.play { cast in
    let page = try await cast.clients.nobody.get("/reference?lang=\(language.rawValue)")
    #expect(page.status == .ok)
    #expect(page.header("Content-Language") == language.rawValue)
    let html = page.text
    #expect(html.contains(try Phrasebook(language)("reference.heading")))
    for operation in try Contract.description.operations {
      #expect(html.contains("<h3 id=\"\(operation.id)\""), "\(operation.id)")
      #expect(html.contains("href=\"#\(operation.id)\""), "\(operation.id)")
    }
    let places = Set(html.matches(of: /\sid="([^"]+)"/).map { String($0.1) })
    for link in html.matches(of: /href="#([^"]+)"/) {
      #expect(places.contains(String(link.1)), "a link leads to \(link.1)")
    }
    #expect(html.contains("donor_deferred") && html.contains("Idempotency-Key"))
    #expect(!html.contains("<script") && !html.contains("{{"))
  }
}
