import Domain
import Foundation
import HTTPTypes
import Store

/// Live changes as server-sent events: ids and kinds only.
enum Events {
  static let endpoints: [Endpoint] = [.get("/v1/events", .signedIn, stream)]

  private struct Notice: Encodable {
    let kind: String
    let id: ID<LiveEvent>
    let at: Date
  }

  /// `GET /v1/events`.
  ///
  /// A client that comes back with `Last-Event-ID` misses nothing in between.
  @Sendable static func stream(_ call: Call) async throws -> Reply {
    try call.requireNoQuery()
    let authority = try call.authority()
    let registry = call.registry
    let start =
      if let known = call.headers[.lastEventID].flatMap(EventCursor.init) {
        known
      } else {
        try await registry.latestEvent()
      }
    let (stream, continuation) = AsyncStream.makeStream(of: [UInt8].self)
    let telling = Task {
      var cursor = start
      // The first line tells proxies and browsers that the stream is open.
      continuation.yield(Array(": tamshy\nretry: 3000\n\n".utf8))
      for await _ in pulses(of: registry) {
        // A listener whose database is away for a moment asks again at the next pulse.
        while let news = try? await registry.events(after: cursor, limit: 100, as: authority),
          let last = news.last
        {
          for event in news { continuation.yield((try? text(of: event)) ?? []) }
          cursor = last.cursor
        }
        if case .terminated = continuation.yield(Array(": \n\n".utf8)) { break }
      }
      continuation.finish()
    }
    continuation.onTermination = { _ in telling.cancel() }
    return Reply(stream: stream, type: MediaType.events)
  }

  /// A wake-up from the database or, if it is quiet, one every fifteen seconds:
  /// the heartbeat by which both ends notice that the other is gone.
  private static func pulses(of registry: Registry) -> AsyncStream<Void> {
    AsyncStream { continuation in
      continuation.yield()
      let listening = Task {
        for await _ in registry.wakeUps() { continuation.yield() }
      }
      let beating = Task {
        while !Task.isCancelled {
          try? await Task.sleep(for: .seconds(15))  // Cancelled, the loop ends.
          continuation.yield()
        }
      }
      continuation.onTermination = { _ in
        listening.cancel()
        beating.cancel()
      }
    }
  }

  private static func text(of event: LiveEvent) throws -> [UInt8] {
    let data = try Wire.text(Notice(kind: event.kind, id: ID(event.subjectId), at: event.at))
    return Array("id: \(event.cursor.text)\nevent: \(event.kind)\ndata: \(data)\n\n".utf8)
  }
}
