import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Testing

@testable import App
@testable import TestSupport

private let start = Date(timeIntervalSince1970: 1_795_000_000)

@Test func `a quota that is used up refuses until its window ends`() throws {
  let counter = RateCounter()
  let quotas = [Quota("a", 2, per: 60)]
  #expect(try counter.charge("x", quotas, at: start).state == "\"a\";r=1;t=60")
  #expect(try counter.charge("x", quotas, at: start + 10).state == "\"a\";r=0;t=50")
  let refusal = #expect(throws: TooManyRequests.self) {
    try counter.charge("x", quotas, at: start + 59.5)
  }
  #expect(refusal?.allowance.wait == 1)
  #expect(try counter.charge("y", quotas, at: start + 59).parts[0].left == 1, "another caller")
  #expect(try counter.charge("x", quotas, at: start + 60).parts[0].left == 1, "a new window")
}

@Test func `a refusal of one quota leaves the others uncharged`() throws {
  let counter = RateCounter()
  let wide = Quota("wide", 5, per: 60)
  let narrow = Quota("narrow", 1, per: 600)
  _ = try counter.charge("x", [wide, narrow], at: start)
  for _ in 0..<10 {
    let refusal = #expect(throws: TooManyRequests.self) {
      try counter.charge("x", [wide, narrow], at: start + 1)
    }
    #expect(refusal?.allowance.wait == 599)
  }
  #expect(try counter.charge("x", [wide], at: start + 1).parts[0].left == 3)
}

@Test func `no quota, no header and no limit`() throws {
  let counter = RateCounter()
  for _ in 0..<1000 {
    #expect(try counter.charge("x", [Quota("a", 0, per: 60)], at: start).parts.isEmpty)
  }
}

@Test func `who searches donors too often waits, and may still do everything else`() async throws {
  var options = ServiceOptions()
  options.rates.search = [Quota("donor-search", 3, per: 60)]
  try await play(options) { (cast: Cast) async throws in
    for left in [2, 1, 0] {
      let answer = try await cast.staff.get("/v1/donors?q=\(left)")
      #expect(answer.status == .ok)
      #expect(answer.header("RateLimit")?.contains("\"donor-search\";r=\(left)") == true)
      #expect(answer.header("RateLimit-Policy")?.contains("\"donor-search\";q=3;w=60") == true)
    }
    let refused = try await cast.staff.get("/v1/donors")
    #expect(refused.status == .tooManyRequests)
    #expect(refused.code == "too_many_requests")
    #expect((1...60).contains(Int(refused.header("Retry-After") ?? "") ?? 0))
    #expect(refused.header("RateLimit")?.contains("r=0") == true)
    #expect(try await cast.staff.get("/v1/sites").status == .ok)
    #expect(try await cast.recruiter.get("/v1/donors").status == .ok, "another account")
  }
}

@Test func `who guesses tokens is counted by his address`() async throws {
  var options = ServiceOptions()
  options.rates.address = [Quota("address", 3, per: 60)]
  try await play(options) { (cast: Cast) async throws in
    for _ in 0..<3 {
      #expect(try await cast.clients.stranger.get("/v1/sites").status == .unauthorized)
    }
    #expect(try await cast.clients.stranger.get("/v1/sites").status == .tooManyRequests)
    #expect(try await cast.clients.nobody.get("/v1/public/supply").status == .tooManyRequests)
    #expect(try await cast.staff.get("/v1/sites").status == .ok, "an account is not an address")
    for _ in 0..<5 { #expect(try await cast.clients.nobody.get("/readyz").status == .ok) }
  }
}

@Test func `a drive with forty desks stays far below every limit`() {
  let rates = Rates()
  // A donor in twelve minutes at a desk, three searches and thirty requests for each, eight hours.
  let donorsAnHour = 40 * 5
  #expect(rates.search[0].requests >= donorsAnHour * 3 / 60 * 4)
  #expect(rates.search[1].requests >= donorsAnHour * 8 * 3)
  #expect(rates.account[0].requests >= donorsAnHour * 30 / 60 * 4)
}

/// Lends a cast of a service with options of the test's own.
private func play(
  _ options: ServiceOptions, _ body: @escaping @Sendable (Cast) async throws -> Void
) async throws {
  try await World.lend { world in
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let service = try Service(
      registry: world.registry, logger: logger, version: "test", options: options,
      clock: { world.now })
    try await Application(router: service.router(), logger: logger).test(.router) { client in
      try await body(Cast(world, Clients(client: client, world: world)))
    }
  }
}
