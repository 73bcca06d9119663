import Domain
import Foundation
import HTTPTypes
import Store

/// Live changes as server-sent events: ids and kinds only.
enum Events {
  static let endpoints: [Endpoint] = [.get("/v1/events", .signedIn, stream)]

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
    let feed = EventFeed(registry: registry, authority: authority, cursor: start)
    return Reply(stream: AsyncStream(unfolding: { await feed.next() }), type: MediaType.events)
  }
}

/// What one listener has not been told yet.
///
/// It reads only when the listener has taken what was sent before, so that a slow
/// one costs no memory. After ten minutes it ends: the client comes back with its
/// place in the order, and its token is looked at again.
private actor EventFeed {
  private let registry: Registry
  private let authority: Authority
  private var cursor: EventCursor
  private var pulses: AsyncStream<Void>.Iterator
  private let end = ContinuousClock.now + .seconds(600)
  private var isOpen = false

  init(registry: Registry, authority: Authority, cursor: EventCursor) {
    self.registry = registry
    self.authority = authority
    self.cursor = cursor
    pulses = Self.pulses(of: registry).makeAsyncIterator()
  }

  /// The next text to send: news, or a beat by which both ends notice that the
  /// other is gone; nil ends the stream.
  func next() async -> [UInt8]? {
    guard isOpen else {
      isOpen = true
      // The first line tells proxies and browsers that the stream is open.
      return Array(": tamshy\nretry: 3000\n\n".utf8)
    }
    if let news = await news() { return news.flatMap(Self.text) }
    guard ContinuousClock.now < end else { return nil }
    var iterator = pulses
    let pulse: Void? = await iterator.next(isolation: self)
    pulses = iterator
    return pulse == nil ? nil : Array(": \n\n".utf8)
  }

  /// What happened since, and the place in the order after it; nil for nothing.
  ///
  /// The end of the order is looked up first: where all before it is told or none
  /// of this listener's business, he need not search it again at every pulse. A
  /// database that is away for a moment is asked again at the next pulse.
  private func news() async -> [LiveEvent]? {
    guard let end = try? await registry.latestEvent(),
      let news = try? await registry.events(after: cursor, limit: 100, as: authority)
    else { return nil }
    cursor = news.last?.cursor ?? end
    return news.isEmpty ? nil : news
  }

  /// A wake-up from the database or, if it is quiet, one every fifteen seconds.
  private static func pulses(of registry: Registry) -> AsyncStream<Void> {
    AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
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

  private struct Notice: Encodable {
    let kind: String
    let id: ID<LiveEvent>
    let at: Date
  }

  private static func text(of event: LiveEvent) -> [UInt8] {
    let notice = Notice(kind: event.kind, id: ID(event.subjectId), at: event.at)
    // Two words and a date always have a JSON.
    let data = (try? Wire.text(notice)) ?? "{}"
    return Array("id: \(event.cursor.text)\nevent: \(event.kind)\ndata: \(data)\n\n".utf8)
  }
}
