import Foundation
import Testing

@testable import Server

private func impatient() -> ConnectionLimits {
  var limits = ConnectionLimits()
  limits.headSeconds = 1
  limits.bodySeconds = 1
  limits.idleSeconds = 1
  return limits
}

private let health = "GET /healthz HTTP/1.1\r\nHost: x\r\n"

@Test func `fifty who dribble their headers do not stop one who is quick`() async throws {
  try await Shop.open(limits: impatient()) { shop in
    let slow = try (0..<50).map { _ in try Wire(port: shop.port) }
    for wire in slow { wire.send("GET /healthz HTTP/1.1\r\nHost: x\r\n") }
    let start = ContinuousClock.now
    let quick = try Wire(port: shop.port)
    quick.send(health + "Connection: close\r\n\r\n")
    #expect(await quick.answer(within: 5)?.hasPrefix("HTTP/1.1 200") == true)
    #expect(ContinuousClock.now - start < .seconds(5))
    for wire in slow { wire.send("X-More: 1\r\n") }
    for wire in slow {
      let answer = await wire.answer(within: 20)
      #expect(answer?.hasPrefix("HTTP/1.1 408") == true, "\(answer ?? "still open")")
      #expect(answer?.contains("\"code\":\"request_timeout\"") == true)
    }
  }
}

@Test func `one byte now and then buys no time`() async throws {
  try await Shop.open(limits: impatient()) { shop in
    let wire = try Wire(port: shop.port)
    wire.send(health)
    for _ in 0..<8 {
      try await Task.sleep(for: .milliseconds(250))
      wire.send("X-A: 1\r\n")
    }
    #expect(await wire.answer(within: 20)?.hasPrefix("HTTP/1.1 408") == true)
  }
}

@Test func `who says nothing at all is not waited for`() async throws {
  try await Shop.open(limits: impatient()) { shop in
    let silent = try Wire(port: shop.port)
    #expect(await silent.answer(within: 20)?.hasPrefix("HTTP/1.1 408") == true)
  }
}

@Test func `a body that does not arrive is not waited for`() async throws {
  try await Shop.open(limits: impatient()) { shop in
    let wire = try Wire(port: shop.port)
    wire.send("POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\ntoken=")
    #expect(await wire.answer(within: 20)?.hasPrefix("HTTP/1.1 408") == true)
  }
}

@Test func `a connection that rests is closed without a word, and until then answers`() async throws
{
  try await Shop.open(limits: impatient()) { shop in
    let wire = try Wire(port: shop.port)
    wire.send(health + "\r\n")
    try await Task.sleep(for: .milliseconds(300))
    wire.send(health + "\r\n")
    let answer = try #require(await wire.answer(within: 20))
    #expect(answer.components(separatedBy: "HTTP/1.1 200").count == 3)
    // A trace in the headers may hold the digits.
    #expect(!answer.contains("HTTP/1.1 408"))
  }
}

@Test func `requests that come in one piece are all answered`() async throws {
  try await Shop.open { shop in
    let wire = try Wire(port: shop.port)
    wire.send(String(repeating: health + "\r\n", count: 5) + health + "Connection: close\r\n\r\n")
    let answer = try #require(await wire.answer(within: 20))
    #expect(answer.components(separatedBy: "HTTP/1.1 200").count == 7)
  }
}

@Test func `headers that are too many or too long are 431`() async throws {
  try await Shop.open { shop in
    for headers in [
      "X-Long: \(String(repeating: "a", count: 40_000))\r\n",
      String(repeating: "X-Many: 1\r\n", count: 150),
      (0..<20).map { "X-\($0): \(String(repeating: "b", count: 2000))\r\n" }.joined(),
    ] {
      let wire = try Wire(port: shop.port)
      wire.send(health + headers + "\r\n")
      let answer = try #require(await wire.answer(within: 20))
      #expect(answer.hasPrefix("HTTP/1.1 431"), "\(answer.prefix(200))")
      #expect(answer.contains("application/problem+json"))
      #expect(answer.contains("\"code\":\"headers_too_large\""))
    }
    let wire = try Wire(port: shop.port)
    let headers = (0..<50).map { "X-\($0): \(String(repeating: "b", count: 400))\r\n" }.joined()
    wire.send(health + headers + "Connection: close\r\n\r\n")
    #expect(await wire.answer(within: 20)?.hasPrefix("HTTP/1.1 200") == true)
  }
}

@Test func `who finds every connection taken is served when one ends`() async throws {
  var limits = impatient()
  limits.connections = 3
  try await Shop.open(limits: limits) { shop in
    let hogs = try (0..<3).map { _ in try Wire(port: shop.port) }
    let next = try Wire(port: shop.port)
    next.send(health + "Connection: close\r\n\r\n")
    #expect(await next.answer(within: 20)?.hasPrefix("HTTP/1.1 200") == true)
    withExtendedLifetime(hogs) {}
  }
}
