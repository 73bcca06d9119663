import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import App
@testable import TestSupport

private let theatre = #"{"name": "Драма театры"}"#

@Test(arguments: ["text/plain", "application/xml", "application/problem+json", ""])
func `a body that does not say it is JSON is 415`(type: String) async throws {
  try await Cast.play { cast in
    let answer = try await cast.admin.send(
      "/v1/hosts", bytes: Array(theatre.utf8), type: type)
    #expect(answer.status == .unsupportedMediaType)
    #expect(answer.code == "json_required")
  }
}

@Test(arguments: ["application/json; charset=utf-8", "Application/JSON", "application/json ;q=1"])
func `a body says that it is JSON in any spelling`(type: String) async throws {
  try await Cast.play { cast in
    let answer = try await cast.admin.send(
      "/v1/hosts", bytes: Array(theatre.utf8), type: type)
    #expect(answer.status == .created)
  }
}

@Test func `ten megabytes are too large for any body`() async throws {
  try await Cast.play { cast in
    let name = String(repeating: "а", count: 5_000_000)
    let answer = try await cast.admin.post("/v1/hosts", #"{"name": "\#(name)"}"#)
    #expect(answer.status == .contentTooLarge)
    #expect(answer.code == "content_too_large")
    #expect(try await cast.world.count("hosts") == 0)
  }
}

@Test func `a member nobody asked for is refused at its place`() async throws {
  try await Cast.play { cast in
    let answer = try await cast.ward.post(
      "/v1/requests",
      cast.wish(changing: [
        "priority": 1, "a/b~c": 1, "patient": ["reference": "17-03", "name": "Асель"],
      ]))
    #expect(answer.status == .unprocessableContent)
    #expect(
      Set(answer.complaints) == [
        "/priority unknown_member", "/a~1b~0c unknown_member", "/patient/name unknown_member",
      ])
  }
}

@Test func `without a token nobody learns anything`() async throws {
  try await Cast.play { cast in
    let nobody = cast.clients.nobody
    let wrong = [
      "Bearer tamshy_nobody", "Bearer", "Bearer ", "Basic YTpi", "bearer  x", "tamshy_nobody",
    ]
    for path in ["/v1/donors", "/v1/drives/\(UUID())", "/v1/policies/current", "/v1/events"] {
      var answers = [try await nobody.get(path)]
      for value in wrong { answers.append(try await nobody.get(path, ["Authorization": value])) }
      for answer in answers {
        #expect(answer.status == .unauthorized, "\(path)")
        #expect(answer.code == "unauthenticated", "\(path)")
        #expect(answer.header("WWW-Authenticate")?.hasPrefix("Bearer") == true, "\(path)")
        #expect(answer["errors"] == nil, "\(path)")
      }
    }
  }
}

@Test func `a token is read whatever the case of its scheme`() async throws {
  try await Cast.play { cast in
    let token = try #require(cast.admin.token)
    for scheme in ["Bearer", "bearer", "BEARER"] {
      let answer = try await cast.clients.nobody.get(
        "/v1/sites", ["Authorization": "\(scheme) \(token)"])
      #expect(answer.status == .ok, "\(scheme)")
    }
    let cookie = try await cast.clients.nobody.get(
      "/v1/sites", ["Cookie": "tamshy_session=\(token)"])
    #expect(cookie.status == .unauthorized, "a token is no session")
  }
}

@Test func `an ended session does not shut out of what is for everybody`() async throws {
  try await Cast.play { cast in
    for path in ["/v1/public/supply", "/healthz", "/readyz", "/version"] {
      let answer = try await cast.clients.nobody.get(path, ["Cookie": "tamshy_session=gone"])
      #expect(answer.status == .ok, "\(path): \(answer.text)")
    }
  }
}

@Test func `every answer keeps browsers and caches from doing more than they should`() async throws
{
  try await Cast.play { cast in
    for path in ["/v1/donors", "/v1/donors/x", "/nothing", "/v1/stock"] {
      let answer = try await cast.staff.get(path)
      #expect(answer.header("X-Content-Type-Options") == "nosniff", "\(path)")
      #expect(answer.header("Cache-Control") == "no-store", "\(path)")
      #expect(answer.header("Content-Security-Policy")?.contains("default-src 'none'") == true)
    }
  }
}
