import Domain
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Synchronization
import Testing

@testable import App
@testable import TestSupport

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

@Test(.timeLimit(.minutes(30)))
func `a listener hears of a donation, and after a break of what it missed`() async throws {
  try await playLive { cast, port in
    let drive = try await cast.world.drive()
    let first = try Listener(port: port, token: cast.staff.token)
    _ = try await first.next { $0.contains("retry:") }
    let din = try World.freshDIN()
    let donation = try await cast.staff.post(
      "/v1/drives/\(drive)/donations", cast.bag(of: cast.world.donor(), din: din))
    let heard = try await first.next {
      $0.contains("donation.logged") && $0.hasSuffix("\n\n")
    }
    let event = try #require(part(of: heard, that: "donation.logged"))
    let id = try #require(event.firstMatch(of: /id: (\S+)/)?.1)
    let data = try #require(event.firstMatch(of: /data: (.*)/)?.1)
    let notice = try JSONValue(json: Array(data.utf8))
    #expect(notice.members == ["kind", "id", "at"], "ids and kinds only")
    #expect(notice["id"] == donation["id"])
    first.stop()

    _ = try await cast.staff.post("/v1/drives/\(drive)/closure")
    let second = try Listener(port: port, token: cast.staff.token, after: String(id))
    let missed = try await second.next { $0.contains("drive.closed") }
    #expect(!missed.contains("donation.logged"), "what was heard is not told again")
    second.stop()
  }
}

@Test(.timeLimit(.minutes(30)))
func `another centre's listener hears nothing of a drive`() async throws {
  try await playLive { cast, port in
    let site = try await cast.admin.post(
      "/v1/sites", #"{"name": "Орталық", "kind": "centre", "region": "KZ-75"}"#)
    let other = try await cast.clients.role(
      .driveStaff, at: ID(#require(site["id"]?.text.flatMap(UUID.init))))
    let listener = try Listener(port: port, token: other.token)
    _ = try await listener.next { $0.contains("retry:") }
    _ = try await cast.staff.post(
      "/v1/drives/\(cast.world.drive())/donations", cast.bag(of: cast.world.donor()))
    // A donor belongs to no site, so this is told to all who work with donors.
    _ = try await cast.staff.post(
      "/v1/donors",
      #"{"family_name":"Ли","given_name":"Ая","sex":"female","birth_date":"1990-05-17"}"#)
    let heard = try await listener.next { $0.contains("donor.registered") }
    #expect(!heard.contains("donation.logged"))
    listener.stop()
  }
}

@Test(.timeLimit(.minutes(30)))
func `a listener does not keep the service from shutting down`() async throws {
  let asked = Mutex(ContinuousClock.now)
  try await playLive { cast, port in
    let listener = try Listener(port: port, token: cast.staff.token)
    _ = try await listener.next { $0.contains("retry:") }
    asked.withLock { $0 = .now }
  }
  #expect(ContinuousClock.now - asked.withLock { $0 } < .seconds(10))
}

/// The event of a kind in what was heard.
private func part(of heard: String, that kind: String) -> String? {
  heard.replacing("\n\n", with: "\u{0}").split(separator: "\u{0}").map(String.init)
    .first { $0.contains("event: \(kind)\n") }
}

/// Lends a cast and the port of a service on a socket.
private func playLive(
  _ body: @escaping @Sendable (Cast, Int) async throws -> Void
) async throws {
  try await World.lend { world in
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let now = world.now
    let service = try Service(
      registry: world.registry, logger: logger, version: "test", clock: { now })
    try await Application(router: service.router(), logger: logger).test(.live) { client in
      let cast = try await Cast(world, Clients(client: client, world: world))
      try await body(cast, try #require(client.port))
    }
  }
}

/// Reads a stream of events as it comes.
private struct Listener: Sendable {
  private let parts: AsyncStream<String>
  private let session: URLSession

  init(port: Int, token: String?, after id: String? = nil) throws {
    let url = try #require(URL(string: "http://localhost:\(port)/v1/events"))
    var request = URLRequest(url: url)
    request.setValue("Bearer \(token ?? "")", forHTTPHeaderField: "Authorization")
    if let id { request.setValue(id, forHTTPHeaderField: "Last-Event-ID") }
    let (parts, continuation) = AsyncStream.makeStream(of: String.self)
    self.parts = parts
    session = URLSession(
      configuration: .ephemeral, delegate: Ear(continuation), delegateQueue: nil)
    session.dataTask(with: request).resume()
  }

  /// All that came since the last call, as soon as it is what one waits for.
  func next(_ isEnough: (String) -> Bool) async throws -> String {
    var heard = ""
    for await part in parts {
      heard += part
      if isEnough(heard) { return heard }
    }
    throw Silence(heard: heard)
  }

  func stop() { session.invalidateAndCancel() }

  /// The stream ended before what was waited for came.
  struct Silence: Error {
    let heard: String
  }
}

/// Hands on what comes over the wire.
private final class Ear: NSObject, URLSessionDataDelegate {
  private let continuation: AsyncStream<String>.Continuation

  init(_ continuation: AsyncStream<String>.Continuation) { self.continuation = continuation }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    continuation.yield(String(decoding: data, as: UTF8.self))
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
  ) {
    continuation.finish()
  }
}
